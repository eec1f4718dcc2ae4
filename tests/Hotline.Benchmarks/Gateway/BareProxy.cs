using System.Net;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Hotline.Benchmarks.Gateway;

/// <summary>The yardstick of the gateway: YARP with one route and one cluster, and nothing of ours.</summary>
internal static class BareProxy
{
    public static async Task<int> RunAsync(string[] options)
    {
        var builder = WebApplication.CreateSlimBuilder(options);
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "echo", Match = new RouteMatch { Path = "/intake/{**rest}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "echo",
                    HttpRequest = new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact },
                    Destinations = new Dictionary<string, DestinationConfig> { ["echo"] = new() { Address = builder.Configuration["To"]! } },
                },
            ]);
        await using var application = builder.Build();
        application.MapGet("/health/ready", () => TypedResults.Ok());
        application.MapReverseProxy();
        await application.RunAsync();
        return 0;
    }
}
