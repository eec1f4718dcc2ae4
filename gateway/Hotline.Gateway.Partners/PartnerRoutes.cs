using Hotline.Contracts;
using Hotline.Hosting;
using Ocelot.Configuration.File;

namespace Hotline.Gateway.Partners;

/// <summary>A route of the partner gateway.</summary>
/// <param name="Right">Of <see cref="PartnerRights"/>.</param>
/// <param name="Role">The role the request has with the services; null where their route is guarded otherwise.</param>
public sealed record PartnerRoute(string Method, string Pattern, string Right, string RightTitle, string? Role);

/// <summary>What partners can ask for, and how Ocelot is to answer it. What is not listed here is not there.</summary>
public static class PartnerRoutes
{
    /// <summary>The case file: asked of three services at once.</summary>
    public static readonly PartnerRoute CaseFile = new(HttpMethods.Get, "/partners/cases/{number}", PartnerRights.CaseFile, "查看工单档案", Roles.Partner);

    /// <summary>The contact: two steps, the second by what the first found.</summary>
    public static readonly PartnerRoute Contact = new(HttpMethods.Post, "/partners/cases/{number}/contact", PartnerRights.Contacts, "查看联系方式", Roles.PartnerContacts);

    /// <summary>The signed protocols of the partners' channel, which checks signatures as ever. Weibo's pushes carry no key and come by the citizens' gateway.</summary>
    public static readonly IReadOnlyList<PartnerRoute> Submissions =
    [
        Submission(HttpMethods.Post, "/submissions"),
        Submission(HttpMethods.Get, "/submissions/{id}"),
        Submission(HttpMethods.Post, "/submissions/{id}/supplements"),
        Submission(HttpMethods.Post, "/submissions/{id}/urges"),
        Submission(HttpMethods.Post, "/submissions/{id}/withdrawals"),
        Submission(HttpMethods.Post, "/orders"),
        Submission(HttpMethods.Get, "/orders/{foreignId}"),
        Submission(HttpMethods.Post, "/orders/{foreignId}/cancellation"),
    ];

    private const string Channel = "/intake/partners";

    /// <summary>Parts of the case file, each by the name it has in it, and the service's route for it.</summary>
    private static readonly (string Service, string Path)[] Parts =
    [
        (CaseFileAggregator.Dispatch, "/dispatch/cases/{number}"),
        (CaseFileAggregator.Knowledge, "/knowledge/cases/{number}"),
        (CaseFileAggregator.Callback, "/callbacks/cases/{number}"),
    ];

    /// <summary>Writes Ocelot's configuration.</summary>
    /// <param name="addressOf">Where a service listens, with commas between several; null for its place on loopback.</param>
    internal static void Write(FileConfiguration configuration, PartnerGatewayOptions options, Func<string, string?> addressOf)
    {
        foreach (var (service, path) in Parts)
        {
            // A member of an aggregate wants an address of its own; no endpoint of ours leads there.
            var part = Route(service, $"/parts/{service}/{{number}}", path, [HttpMethods.Get], options.PartSeconds, addressOf);
            part.Key = service;
            part.DelegatingHandlers = [nameof(WholePartHandler)];
            configuration.Routes.Add(part);
        }

        configuration.Routes.Add(Route("intake-partners", Channel + "/{rest}", Channel + "/{rest}", [HttpMethods.Get, HttpMethods.Post], options.LongestSeconds, addressOf));
        configuration.Aggregates.Add(new FileAggregateRoute
        {
            UpstreamPathTemplate = CaseFile.Pattern,
            UpstreamHttpMethod = [HttpMethods.Get],
            RouteIsCaseSensitive = true,
            RouteKeys = [.. Parts.Select(static part => part.Service)],
            Aggregator = nameof(CaseFileAggregator),
        });
    }

    private static FileRoute Route(string service, string upstream, string downstream, HashSet<string> methods, int seconds, Func<string, string?> addressOf)
    {
        var places = PlacesOf(service, addressOf);
        return new FileRoute
        {
            UpstreamPathTemplate = upstream,
            UpstreamHttpMethod = methods,
            RouteIsCaseSensitive = true,
            DownstreamPathTemplate = downstream,
            DownstreamScheme = places[0].Scheme,
            DownstreamHostAndPorts = [.. places.Select(static place => new FileHostAndPort(place.Host, place.Port))],
            LoadBalancerOptions = new() { Type = places.Count > 1 ? "RoundRobin" : "NoLoadBalancer" },
            HttpHandlerOptions = new() { AllowAutoRedirect = false, UseProxy = false, UseCookieContainer = false },
            Timeout = seconds,
        };
    }

    /// <summary>Where the instances of a service listen; at least one.</summary>
    /// <exception cref="InvalidOperationException">What is set is no address.</exception>
    internal static IReadOnlyList<Uri> PlacesOf(string service, Func<string, string?> addressOf)
    {
        var said = addressOf(service);
        var places = ServiceTable.PlacesOf(ServiceTable.All.Single(known => known.Name == service), said)
            .Select(static place => Uri.TryCreate(place, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : null).ToList();
        return places.Count > 0 && !places.Contains(null)
            ? [.. places.OfType<Uri>()]
            : throw new InvalidOperationException($"Hotline:Gateway:{service} is '{said}': it must be addresses as http://host:port, with commas between several.");
    }

    private static PartnerRoute Submission(string method, string path) => new(method, Channel + path, PartnerRights.Submit, "提交诉求", null);
}
