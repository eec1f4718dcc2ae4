using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>The edge, the same code in the all-in-one and in the gateway: who is let in, how much of it, and what it may claim.</summary>
public static class Edge
{
    /// <summary>Registers the edge of this process.</summary>
    public static void AddEdge(this IHostApplicationBuilder builder, IConfiguration configuration, EdgeKind edge)
    {
        var keyFolder = configuration["Hotline:Keys"] ?? Path.Combine(configuration["Hotline:Data"] ?? "data", "keys");
        var keys = new ServiceKeys(Path.GetFullPath(keyFolder));
        builder.Services.AddSingleton<IServiceKeys>(keys);
        builder.Services.AddSingleton(services => new EdgeToken(
            configuration["Hotline:EdgeKey"] is { Length: > 0 } secret ? SHA256.HashData(Encoding.UTF8.GetBytes(secret)) : keys.Derive("edge", "token"),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddStaffAuthentication(edge, keyFolder);
        builder.Services.AddAuthorization();
        builder.Services.AddOptions<EdgeLimits>().Bind(configuration.GetSection(EdgeLimits.Section)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<EdgeLimits>, EdgeLimitsValidator>();
        if (edge == EdgeKind.Direct)
        {
            var limits = configuration.GetSection(EdgeLimits.Section).Get<EdgeLimits>() ?? new EdgeLimits();
            AddLimits(builder.Services, limits);
            builder.Services.Configure<ForwardedHeadersOptions>(options => Trust(options, limits.TrustedProxies));
        }
    }

    /// <summary>Takes the word of the proxies named as trusted, and of nobody else; before anything looks at who asks.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder application, EdgeKind edge)
    {
        if (edge == EdgeKind.Direct && application.ApplicationServices.GetRequiredService<IOptions<EdgeLimits>>().Value.TrustedProxies.Count > 0)
        {
            application.UseForwardedHeaders();
        }
    }

    /// <summary>Limits requests at a direct edge; after routing, so that long-lived answers can be exempt.</summary>
    public static void UseLimits(this IApplicationBuilder application, EdgeKind edge)
    {
        if (edge == EdgeKind.Direct)
        {
            application.UseRateLimiter();
        }
    }

    /// <summary>The service a path belongs to, as far as limits go: its first segment, or first two below /intake, so that each channel has its own.</summary>
    internal static string LaneOf(PathString path)
    {
        var text = path.Value ?? "/";
        var end = text.IndexOf('/', 1);
        if (end > 0 && text.StartsWith("/intake/", StringComparison.Ordinal))
        {
            end = text.IndexOf('/', end + 1);
        }

        return end < 0 ? text : text[..end];
    }

    /// <summary>From the right, as far as addresses are trusted: what stands left of the first that is not, its sender made up.</summary>
    private static void Trust(ForwardedHeadersOptions options, IEnumerable<string> networks)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        options.ForwardLimit = null;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            if (System.Net.IPNetwork.TryParse(network, out var known)) // what is none ends the start by its validator
            {
                options.KnownIPNetworks.Add(known);
            }
        }
    }

    private static void AddLimits(IServiceCollection services, EdgeLimits limits) => services.AddRateLimiter(limiter =>
    {
        limiter.RejectionStatusCode = StatusCodes.Status503ServiceUnavailable;
        limiter.OnRejected = RejectAsync;

        // Lanes are bounded by the routes: an unknown path gets one lane for all of them.
        Func<string, RateLimiter> lane = _ => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = limits.ConcurrentPerService, QueueLimit = 0 });
        var perService = PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.Get(http.GetEndpoint() is null ? "" : LaneOf(http.Request.Path), lane));
        limiter.GlobalLimiter = limits.PerClientPerSecond == 0
            ? perService
            : PartitionedRateLimiter.CreateChained(PerClient(limits.PerClientPerSecond), perService);
    });

    private static PartitionedRateLimiter<HttpContext> PerClient(int perSecond) =>
        PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(
            http.Features.Get<EdgeFeature>()?.Client ?? "",
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perSecond * 10,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            }));

    private static async ValueTask RejectAsync(OnRejectedContext context, CancellationToken cancellation)
    {
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
        var tooFast = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out _);
        context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await Problems.Of(
            tooFast ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable,
            tooFast ? "请求过于频繁。" : "该渠道正忙。",
            "请按 Retry-After 给出的秒数稍后用同一请求重试，不会重复受理。").ExecuteAsync(context.HttpContext);
    }
}
