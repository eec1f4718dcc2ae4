using Hotline.Contracts;

namespace Hotline.Hosting;

/// <summary>The one table of services, for the gateways: which public paths belong to whom, and where each listens on one machine. A test holds it against what the modules declare.</summary>
public static class ServiceTable
{
    public static readonly IReadOnlyList<ServiceDescription> All =
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

    /// <summary>The service of a channel.</summary>
    /// <param name="channel">A name of <see cref="Channels"/>.</param>
    /// <exception cref="InvalidOperationException">No service has this channel.</exception>
    public static ServiceDescription OfChannel(string channel) => All.Single(service => service.Name == "intake-" + (channel == Channels.Partner.Name ? "partners" : channel));

    /// <summary>Where the instances of a service listen.</summary>
    /// <param name="said">With commas between several; null for its place on loopback.</param>
    public static IReadOnlyList<string> PlacesOf(ServiceDescription service, string? said) =>
        (said ?? $"http://127.0.0.1:{service.LocalPort}").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
