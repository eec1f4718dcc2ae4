using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Hotline.Hosting;

/// <summary>Somebody's signing in to the pages for staff, as his browser carries it.</summary>
/// <param name="Id">By which the Desk finds whether it was ended.</param>
/// <param name="Expires">The end it has in any case.</param>
public sealed record StaffSession(string Account, Guid Id, DateTimeOffset Expires)
{
    /// <summary>The only paths a session opens: no API can be called by a foreign page with a cookie.</summary>
    public const string Prefix = "/desk";

    /// <summary>
    /// The cookie's name. With <c>__Host-</c> (RFC 6265bis) a browser takes it over HTTPS alone and from this very host; over plain HTTP, which is for
    /// practice on one machine, no browser would keep it.
    /// </summary>
    public static string CookieOf(HttpContext http) => IsSecure(http) ? "__Host-hotline-desk" : "hotline-desk";

    /// <summary>Whether the browser reached us over HTTPS, as far as the edge knows.</summary>
    public static bool IsSecure(HttpContext http) => http.Features.Get<EdgeFeature>()?.Origin.StartsWith("https://", StringComparison.Ordinal) is true;
}

/// <summary>
/// Tokens that say which account asks, under the keys in the data folder: a bearer token for the API, a session for pages. Each has a purpose of its
/// own, so that a cookie which got out opens no API.
/// </summary>
public sealed class StaffTokens(IDataProtectionProvider protection, TimeProvider time)
{
    private const string SessionItem = "session";
    private readonly TicketDataFormat _sessions = new(protection.CreateProtector("hotline/staff/session"));

    internal TicketDataFormat Bearers { get; } = new(protection.CreateProtector("hotline/staff/bearer"));

    /// <summary>A bearer token: it names the account, the edge looks up the rest.</summary>
    public string IssueBearer(string account, TimeSpan life) => Bearers.Protect(TicketOf(account, time.GetUtcNow() + life));

    /// <summary>The cookie's value.</summary>
    public string IssueSession(StaffSession session)
    {
        var ticket = TicketOf(session.Account, session.Expires);
        ticket.Properties.Items[SessionItem] = session.Id.ToString("N");
        return _sessions.Protect(ticket);
    }

    /// <returns>The session a request to a page carries; null when there is none, it is over, or the path is none of the pages'.</returns>
    public StaffSession? ReadSession(HttpContext http) =>
        http.Request.Path.StartsWithSegments(StaffSession.Prefix, StringComparison.Ordinal)
        && http.Request.Cookies[StaffSession.CookieOf(http)] is { Length: > 0 } cookie
        && _sessions.Unprotect(cookie) is { Principal.Identity.Name: { } account, Properties: { ExpiresUtc: { } expires } properties }
        && expires > time.GetUtcNow()
        && Guid.TryParseExact(properties.Items.TryGetValue(SessionItem, out var text) ? text : null, "N", out var id)
            ? new StaffSession(account, id, expires)
            : null;

    private static AuthenticationTicket TicketOf(string account, DateTimeOffset expires)
    {
        var identity = new ClaimsIdentity(StaffAuthentication.Scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.Name, account));
        return new AuthenticationTicket(new ClaimsPrincipal(identity), new AuthenticationProperties { ExpiresUtc = expires }, $"{StaffAuthentication.Scheme}:AccessToken");
    }
}
