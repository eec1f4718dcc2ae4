using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>How the client reached us, as the edge vouches for it.</summary>
/// <param name="Client">The client's address.</param>
/// <param name="Origin">Scheme and authority the client used.</param>
/// <param name="User">The staff member signed in, as the gateway says; null at a direct edge, where authentication finds out.</param>
public sealed record EdgeFeature(string Client, string Origin, StaffUser? User);

/// <summary>
/// The first thing every request meets. At a direct edge what a client says of itself in headers is thrown away, but for whom a service of ours asks on
/// behalf of, which its token says; behind a gateway only requests with the gateway's token come in.
/// </summary>
public sealed class EdgeMiddleware(RequestDelegate next, EdgeKind kind, EdgeToken token, IOptions<EdgeLimits> limits)
{
    private KnownOrigin _lastOrigin = new("", "", "");

    /// <summary>Headers by which a client might claim to be somebody: never believed from outside.</summary>
    public static readonly ImmutableArray<string> IdentityHeaders =
        [EdgeToken.Header, "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-User", "X-Real-IP", "X-User", "X-Roles", "X-Remote-User", "Remote-User"];

    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (kind == EdgeKind.Direct)
        {
            var asked = request.Headers[EdgeToken.Header] is [{ } own] ? token.Verify(own, request.Method, PathOf(request)) : null;
            http.Features.Set(new EdgeFeature(asked?.Client ?? ClientOf(http), limits.Value.PublicOrigin ?? OriginOf(request), null));
            foreach (var header in IdentityHeaders)
            {
                request.Headers.Remove(header);
            }

            http.Response.OnStarting(SecurityHeaders.FillAsync, http.Response);
            return HasTwoLengths(request.Headers)
                ? Problems.Of(StatusCodes.Status400BadRequest, "请求同时声明了两种长度。", "Content-Length 与 Transfer-Encoding 只能有一个。").ExecuteAsync(http)
                : next(http);
        }

        if (request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
        {
            return next(http);
        }

        var claims = token.Verify(request.Headers[EdgeToken.Header], request.Method, PathOf(request));
        if (claims is null)
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "本服务只接受网关转来的请求。", "请通过网关的公开地址访问。").ExecuteAsync(http);
        }

        http.Features.Set(new EdgeFeature(
            claims.Client, claims.Origin, claims.Account is null ? null : new StaffUser(claims.Account, claims.Roles.ToHashSet(), claims.Unit ?? "") { Source = claims.Source }));
        return next(http);
    }

    /// <summary>
    /// Both lengths at once are how requests are smuggled past a parser that believes the other one (RFC 9112 §6.3). Kestrel believes
    /// Transfer-Encoding, closes the line after, and leaves the other under this name.
    /// </summary>
    private static bool HasTwoLengths(IHeaderDictionary headers) => headers.TransferEncoding.Count > 0 && (headers.ContentLength is not null || headers.ContainsKey("X-Content-Length"));

    /// <summary>Path and query in the one form both ends compute, however the client encoded them.</summary>
    public static string PathOf(HttpRequest request) => PathOf(request.Path, request.QueryString);

    /// <summary>The same, of a request to be made.</summary>
    public static string PathOf(PathString path, QueryString query) => path.ToUriComponent() + query.ToUriComponent();

    internal static string ClientOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    /// <summary>Nearly all requests name the same host, so the last one's origin is kept.</summary>
    private string OriginOf(HttpRequest request)
    {
        var (last, host) = (_lastOrigin, request.Host);
        if (last.Scheme != request.Scheme || last.Host != host.Value)
        {
            _lastOrigin = last = new(request.Scheme, host.Value, UriHelper.BuildAbsolute(request.Scheme, host).TrimEnd('/'));
        }

        return last.Origin;
    }

    private sealed record KnownOrigin(string Scheme, string? Host, string Origin);
}

/// <summary>
/// Headers of every answer that does not set its own: most are APIs, so a browser is to do nothing with them but hand them on. Pages say what
/// they need, and a gateway passes that on.
/// </summary>
internal static class SecurityHeaders
{
    private static readonly (string Name, string Value)[] Strictest =
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ];

    public static Task FillAsync(object response)
    {
        Fill(((HttpResponse)response).Headers);
        return Task.CompletedTask;
    }

    public static void Fill(IHeaderDictionary headers)
    {
        foreach (var (name, value) in Strictest)
        {
            if (!headers.ContainsKey(name))
            {
                headers[name] = value;
            }
        }
    }
}
