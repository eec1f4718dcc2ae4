using Hotline.Hosting;
using Hotline.Intake.WeChat.Platform;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Media;

/// <summary>Gets media from the platform: bytes; or JSON, when it failed or when a video lies elsewhere.</summary>
internal sealed class MediaFetcher(WeChatApi api, VideoHosts videos, IOptions<WeChatOptions> options)
{
    /// <exception cref="PlatformException">They were not to be had now, or not at all.</exception>
    public async Task<byte[]> FetchAsync(string mediaId, CancellationToken cancellation)
    {
        var most = options.Value.MediaBytes;
        var (body, mediaType) = await api.CallAsync(
            token => new HttpRequestMessage(HttpMethod.Get, new Uri($"cgi-bin/media/get?access_token={Uri.EscapeDataString(token)}&media_id={Uri.EscapeDataString(mediaId)}", UriKind.Relative)),
            most,
            cancellation);
        if (body is [(byte)'{', ..] && PlatformAnswer.Read(body) is { } answer)
        {
            (body, mediaType) = answer.VideoUrl is { Length: > 0 } address
                ? await videos.FetchAsync(address, most, cancellation)
                : throw new PlatformException(PlatformTrouble.Away, "The platform answered JSON without media.");
        }

        // A page in between, of a proxy or a login, is not what the citizen sent; the platform names its media or says nothing of them.
        var isPage = mediaType is not null && (mediaType.StartsWith("text/", StringComparison.Ordinal) || mediaType.EndsWith("json", StringComparison.Ordinal));
        return body.Length == 0 || (isPage && FileTypes.Sniff(body).MediaType == FileTypes.Unknown)
            ? throw new PlatformException(PlatformTrouble.Away, "The platform answered with something that is no media.")
            : body;
    }
}
