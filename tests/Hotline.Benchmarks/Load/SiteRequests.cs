using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hotline.Hosting;

namespace Hotline.Benchmarks.Load;

/// <summary>The same appeals as government sites hand them in: proven by an HMAC, where the app's devices each prove themselves by a signature.</summary>
internal sealed class SiteRequests(int port) : IRequests
{
    private const string Path = "/intake/portal/submissions";
    private const int Sites = 8; // for one alone the quota of requests is too small
    private static readonly string Key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private long _made;

    /// <summary>The portal with its sites.</summary>
    public static string[] Options =>
    [
        "--Hotline:Services=intake-portal",
        .. Enumerable.Range(0, Sites).SelectMany(static site => new[]
        {
            $"--Hotline:Portal:Sites:{site}:Name={NameOf(site)}",
            $"--Hotline:Portal:Sites:{site}:Source=压测站点",
            $"--Hotline:Portal:Sites:{site}:Key={Key}",
            $"--Hotline:Portal:Sites:{site}:PerMinute=100000",
        }),
    ];

    public byte[][] Sign(int count)
    {
        var requests = new byte[count][];
        Parallel.For(0, count, i => requests[i] = Sign(Interlocked.Increment(ref _made)));
        return requests;
    }

    public void Dispose()
    {
    }

    private static string NameOf(long site) => $"site-{site}";

    private byte[] Sign(long number)
    {
        byte[] body = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"id":"bench-{{number:x12}}",""")), .. AppRequests.Body.AsSpan(1)];
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signature = RequestSignature.Of(Key, NameOf(number % Sites), now, RandomNumberGenerator.GetHexString(32), "POST", Path, "application/json", body);
        var head = $"POST {Path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n{RequestSignature.Header}: {signature}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
