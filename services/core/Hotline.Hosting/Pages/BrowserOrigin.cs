using Microsoft.AspNetCore.Http;

namespace Hotline.Hosting;

/// <summary>
/// Whether a form was sent from a page of ours, without a session: by what the browser itself says (W3C Fetch Metadata, else Origin). One that says
/// neither is no browser of these years, and has no user's rights that another page could borrow.
/// </summary>
public static class BrowserOrigin
{
    public static bool IsOurs(HttpContext http)
    {
        var headers = http.Request.Headers;
        return headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
            ? site is "same-origin" or "none" // none: the user himself, by reload
            : headers.Origin.ToString() is not { Length: > 0 } origin || origin == http.Features.Get<EdgeFeature>()?.Origin;
    }
}
