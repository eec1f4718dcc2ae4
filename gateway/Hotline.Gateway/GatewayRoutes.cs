using System.Net;
using Hotline.Hosting;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace Hotline.Gateway;

/// <summary>The routes: which service a public path belongs to, by the table of services.</summary>
public static class GatewayRoutes
{
    /// <summary>Every channel lets a citizen watch his appeal, and the seats watch for danger: an answer that lasts as long as somebody watches has no time limit, and takes no place among the requests at work.</summary>
    private static IEnumerable<(string Service, string Path)> Streams => ServiceTable.All
        .Where(service => service.Name.StartsWith("intake-", StringComparison.Ordinal))
        .Select(service => (service.Name, service.Prefixes[0] + "/appeals/{number}/events"))
        .Append(("dispatch", "/dispatch/alerts/events"))
        .Append(("desk", "/desk/alerts/events"));

    public static IReadOnlyList<RouteConfig> Routes(GatewayOptions options) =>
    [
        .. ServiceTable.All.SelectMany(service => service.Prefixes.Select(prefix => new RouteConfig
        {
            RouteId = service.Name + prefix.Replace('/', '-'),
            ClusterId = service.Name,
            Match = new RouteMatch { Path = prefix + "/{**rest}" },
            Timeout = TimeSpan.FromSeconds(options.LongestSeconds),
        })),
        .. Streams.Select(stream => new RouteConfig
        {
            RouteId = stream.Service + "-events",
            ClusterId = stream.Service,
            Order = -1,
            RateLimiterPolicy = "Disable",
            TimeoutPolicy = "Disable",
            Match = new RouteMatch { Path = stream.Path, Methods = [HttpMethods.Get] },
        }),
    ];

    /// <param name="addressOf">Where a service listens, with commas between several; null for its place on loopback.</param>
    public static IReadOnlyList<ClusterConfig> Clusters(GatewayOptions options, Func<string, string?> addressOf) =>
        [.. ServiceTable.All.Select(service => ClusterOf(service, options, ServiceTable.PlacesOf(service, addressOf(service.Name))))];

    private static ClusterConfig ClusterOf(ServiceDescription service, GatewayOptions options, IReadOnlyList<string> places) =>
        new()
        {
            ClusterId = service.Name,
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            HealthCheck = places.Count > 1 ? Health : null, // of one there is nothing to choose, and it is asked in any case
            HttpRequest = new ForwarderRequestConfig
            {
                Version = HttpVersion.Version11, // no TLS between them, so no HTTP/2
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                ActivityTimeout = TimeSpan.FromSeconds(options.StalledSeconds),
            },
            Destinations = places.Select(static (place, index) => (place, index)).ToDictionary(
                one => $"{service.Name}-{one.index + 1}", static one => new DestinationConfig { Address = one.place }),
        };

    /// <summary>Asked for its readiness, and watched for connections that fail. When none seems well all are tried: a mistaken check must not shut a channel.</summary>
    private static HealthCheckConfig Health { get; } = new()
    {
        AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        Active = new()
        {
            Enabled = true,
            Interval = TimeSpan.FromSeconds(2),
            Timeout = TimeSpan.FromSeconds(2),
            Path = "/health/ready",
            Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
        },
        Passive = new() { Enabled = true, Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate, ReactivationPeriod = TimeSpan.FromSeconds(5) },
    };

    /// <summary>Whether a request waits for a service that is not listening: what citizens and platforms hand in does. Staff are told at once, and a page does without.</summary>
    public static bool IsWaitedFor(string service) => service.StartsWith("intake-", StringComparison.Ordinal) || service == "supervision-line";
}
