using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Hotline.Hosting;

/// <summary>How much a channel reads.</summary>
/// <param name="JsonBytes">The most bytes of a submission without files.</param>
/// <param name="MultipartBytes">The most bytes of one with files.</param>
/// <param name="Uploads">Those with files in work at once: each is held in memory while it is read.</param>
public sealed record UploadLimits(int JsonBytes, int MultipartBytes, int Uploads);

/// <summary>Uploads take turns, for each is held in memory; plain submissions do not wait for them.</summary>
public sealed class UploadTurns(UploadLimits limits) : IDisposable
{
    /// <summary>4 KB a second, less than any phone network: whoever is slower holds a turn that others wait for.</summary>
    private static readonly MinDataRate SlowestUpload = new(bytesPerSecond: 4096, gracePeriod: TimeSpan.FromSeconds(10));
    private readonly SemaphoreSlim _uploads = new(limits.Uploads);

    /// <summary>Waits for a turn, where the request needs one, and says how much may be read.</summary>
    public async ValueTask<UploadTurn> EnterAsync(HttpContext http, CancellationToken cancellation)
    {
        if (http.Request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return new UploadTurn(null, limits.JsonBytes);
        }

        await _uploads.WaitAsync(cancellation);
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestUpload;
        }

        return new UploadTurn(_uploads, limits.MultipartBytes);
    }

    public void Dispose() => _uploads.Dispose();
}

/// <summary>A request's turn to be read; disposed when it is through.</summary>
public sealed class UploadTurn(SemaphoreSlim? uploads, int mostBytes) : IDisposable
{
    public int MostBytes { get; } = mostBytes;

    public void Dispose() => uploads?.Release();
}
