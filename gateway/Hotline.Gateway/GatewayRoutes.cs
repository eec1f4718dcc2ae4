using System.Net;
using Hotline.Hosting;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Hotline.Gateway;

/// <summary>The one route table: which service a public path belongs to. A test holds it against what the modules declare.</summary>
public static class GatewayRoutes
{
    public static readonly IReadOnlyList<ServiceDescription> Services =
    [
        new("intake-app", ["/intake/app"], 12351),
        new("intake-photo-report", ["/intake/photo-report"], 12352),
        new("intake-message-board", ["/intake/message-board"], 12353),
        new("intake-wechat", ["/intake/wechat"], 12354),
        new("intake-phone", ["/intake/phone"], 12355),
        new("intake-email", ["/intake/email"], 12356),
        new("intake-portal", ["/intake/portal"], 12357),
        new("intake-partners", ["/intake/partners"], 12358),
        new("supervision-line", ["/supervision"], 12371),
        new("dispatch", ["/work-orders", "/dispatch"], 12361),
        new("knowledge", ["/knowledge"], 12362),
        new("callback", ["/callbacks"], 12363),
        new("desk", ["/desk"], 12381),
    ];

    /// <summary>Every channel lets a citizen watch his appeal, and the seats watch for danger: an answer that lasts as long as somebody watches has no time limit, and takes no place among the requests at work.</summary>
    private static IEnumerable<(string Service, string Path)> Streams => Services
        .Where(service => service.Name.StartsWith("intake-", StringComparison.Ordinal))
        .Select(service => (service.Name, service.Prefixes[0] + "/appeals/{number}/events"))
        .Append(("dispatch", "/dispatch/alerts/events"))
        .Append(("desk", "/desk/alerts/events"));

    public static IReadOnlyList<RouteConfig> Routes() =>
    [
        .. Services.SelectMany(service => service.Prefixes.Select(prefix => new RouteConfig
        {
            RouteId = service.Name + prefix.Replace('/', '-'),
            ClusterId = service.Name,
            Match = new RouteMatch { Path = prefix + "/{**rest}" },
        })),
        .. Streams.Select(stream => new RouteConfig
        {
            RouteId = stream.Service + "-events",
            ClusterId = stream.Service,
            Order = -1,
            RateLimiterPolicy = "Disable",
            Match = new RouteMatch { Path = stream.Path, Methods = [HttpMethods.Get] },
        }),
    ];

    /// <param name="addressOf">Where a service listens; null for its place on loopback.</param>
    public static IReadOnlyList<ClusterConfig> Clusters(Func<string, string?> addressOf) =>
    [
        .. Services.Select(service => new ClusterConfig
        {
            ClusterId = service.Name,
            HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact }, // no TLS between them, so no HTTP/2
            Destinations = new Dictionary<string, DestinationConfig>
            {
                [service.Name] = new() { Address = addressOf(service.Name) ?? $"http://127.0.0.1:{service.LocalPort}" },
            },
        }),
    ];
}
