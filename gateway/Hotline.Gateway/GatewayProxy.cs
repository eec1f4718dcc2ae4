using System.Diagnostics;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

namespace Hotline.Gateway;

/// <summary>Forwards each request to its service, with the edge's word for who asks in place of whatever the client said.</summary>
internal static class GatewayProxy
{
    /// <summary>The cluster of which nobody is to know that it was asked.</summary>
    private const string Secret = "supervision-line";

    /// <summary>A connection that nothing uses is closed from here, before a service that stops does: twice this at most, which its grace is longer than.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    public static void Add(IHostApplicationBuilder builder)
    {
        var section = builder.Configuration.GetSection(GatewayOptions.Section);
        builder.Services.AddOptions<GatewayOptions>().Bind(section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
        builder.Services.AddRequestTimeouts();
        var options = section.Get<GatewayOptions>() ?? new GatewayOptions();
        AddTransforms(builder.Services.AddReverseProxy()
            .LoadFromMemory(GatewayRoutes.Routes(options), GatewayRoutes.Clusters(options, service => section[service]))
            .ConfigureHttpClient(static (_, http) => http.PooledConnectionIdleTimeout = Idle));
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        ((IApplicationBuilder)routes).UseRequestTimeouts();
        var watched = routes.ServiceProvider.GetRequiredService<IProxyConfigProvider>().GetConfig().Clusters.Any(static cluster => cluster.HealthCheck is not null);
        routes.MapReverseProxy(proxy =>
        {
            proxy.Use(KeepSecret);
            proxy.UseMiddleware<SafeRepeat>();
            proxy.UseLoadBalancing();
            if (watched)
            {
                proxy.UsePassiveHealthChecks();
            }
        }).ConfigureEndpoints(static (endpoint, route) =>
        {
            endpoint.AllowAnonymous(); // each service holds its routes to their rules
            if (route.ClusterId == Secret)
            {
                endpoint.DisableHttpMetrics(); // a count by the minute would tell of each report
            }
        });
    }

    /// <summary>No trace tells of the supervision line's requests, as none does in its own process.</summary>
    private static Task KeepSecret(HttpContext http, RequestDelegate next)
    {
        if (http.GetReverseProxyFeature().Route.Config.ClusterId == Secret && http.Features.Get<IHttpActivityFeature>()?.Activity is { } trace)
        {
            trace.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }

        return next(http);
    }

    private static void AddTransforms(IReverseProxyBuilder proxy) => proxy.AddTransforms(context =>
    {
        context.UseDefaultForwarders = false; // the edge token says from where, signed
        context.AddRequestTransform(async transform =>
        {
            var http = transform.HttpContext;
            var edge = http.Features.GetRequiredFeature<EdgeFeature>();
            var user = await http.StaffUserAsync();
            var token = http.RequestServices.GetRequiredService<EdgeToken>().Issue(
                user, edge.Client, edge.Origin, http.Request.Method, EdgeMiddleware.PathOf(http.Request));
            transform.ProxyRequest.Headers.Remove(EdgeToken.Header);
            transform.ProxyRequest.Headers.TryAddWithoutValidation(EdgeToken.Header, token);
            if (!http.Request.Path.StartsWithSegments(StaffSession.Prefix, StringComparison.Ordinal))
            {
                transform.ProxyRequest.Headers.Remove("Cookie"); // the one there is, a session, is for the pages alone
            }

            if (user is not null)
            {
                transform.ProxyRequest.Headers.Remove("Authorization"); // the services have no use for the staff's token
            }
        });
    });
}
