using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Hosting;

/// <summary>A back end that may send: its name in signatures, the key it shares with us, the source its appeals bear, and its quota.</summary>
/// <param name="Key">Empty: it is closed.</param>
/// <param name="PerMinute">The most requests in a minute.</param>
public sealed record SignedSender(string Name, string Key, string Source, int PerMinute);

/// <summary>The options of a back end that may send.</summary>
public class SignedSenderOptions
{
    /// <summary>Its name in signatures: lower-case letters, digits, dashes.</summary>
    [Required]
    [RegularExpression("^[a-z0-9-]{1,40}$")]
    public string Name { get; set; } = "";

    /// <summary>The key it shares with us, at least 16 characters; a secret. Empty: it is closed and says so.</summary>
    [RegularExpression("^$|^[!-~]{16,200}$")]
    public string Key { get; set; } = "";

    /// <summary>The source its appeals bear in reports, in zh-CN.</summary>
    [Required]
    public string Source { get; set; } = "";

    /// <summary>The most requests in a minute, 1–100,000.</summary>
    [Range(1, 100_000)]
    public int PerMinute { get; set; } = 600;

    /// <summary>The sender as the channel checks it.</summary>
    public SignedSender ToSender() => new(Name, Key, Source, PerMinute);
}

/// <summary>
/// Checks signed requests: the key, the time, that the nonce is new, the quota. Nonces are remembered in memory: after a restart one may pass once
/// more, and the sender's own id then makes it the same submission.
/// </summary>
public sealed class SignedSenders : IDisposable
{
    /// <summary>How far the time of a signature may lie from ours.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, (SignedSender Sender, FixedWindowRateLimiter Quota)> _senders;
    private readonly RecentProofs _nonces;
    private readonly TimeProvider _time;

    public SignedSenders(IEnumerable<SignedSender> senders, TimeProvider time)
    {
        (_time, _nonces) = (time, new RecentProofs(time, Tolerance * 2));
        _senders = senders.ToDictionary(
            sender => sender.Name,
            sender => (sender, new FixedWindowRateLimiter(new FixedWindowRateLimiterOptions { PermitLimit = sender.PerMinute, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 })),
            StringComparer.Ordinal);
    }

    /// <summary>Who signed a request; null with the answer to give when nobody did who may.</summary>
    /// <param name="body">As it came.</param>
    public (SignedSender? Sender, ProblemHttpResult? Problem) Check(HttpContext http, ReadOnlySpan<byte> body)
    {
        var request = http.Request;
        if (request.Headers[RequestSignature.Header] is not [{ } header] || !RequestSignature.TryRead(header, out var name, out var seconds, out var nonce))
        {
            return Refuse($"缺少签名，或签名的格式不对。", $"请带上请求头 {RequestSignature.Header}: key=名称,t=秒,n=随机串,v1=签名。");
        }

        var known = _senders.TryGetValue(name, out var entry);
        if (known && entry.Sender.Key.Length == 0)
        {
            return (null, Problems.Of(StatusCodes.Status503ServiceUnavailable, "这个来源的密钥尚未配置。", "请管理员配置密钥后重试。"));
        }

        var expected = known
            ? RequestSignature.Of(entry.Sender.Key, name, seconds, nonce, request.Method, EdgeMiddleware.PathOf(request), request.ContentType ?? "", body)
            : "";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(expected)))
        {
            return Refuse("签名不对。", "请核对名称和密钥；签名应包括方法、路径与查询、Content-Type 和请求体。");
        }

        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (Math.Abs(now - seconds) > Tolerance.TotalSeconds)
        {
            return Refuse($"签名的时间与服务器相差过大，服务器现在是 {now.ToString(CultureInfo.InvariantCulture)}。", "请校准时钟，重新签名后发送。");
        }

        if (!_nonces.Add(name, nonce))
        {
            return Refuse("这个签名已经用过。", "每次请求（重试也是）都要新的随机串；同一编号不会重复受理。");
        }

        using var lease = entry.Quota.AttemptAcquire();
        if (lease.IsAcquired)
        {
            return (entry.Sender, null);
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
        http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return (null, Problems.Of(StatusCodes.Status429TooManyRequests, $"超过每分钟 {entry.Sender.PerMinute} 次的配额。", "请按 Retry-After 给出的秒数稍后重试，不会重复受理。"));
    }

    public void Dispose()
    {
        foreach (var (_, quota) in _senders.Values)
        {
            quota.Dispose();
        }
    }

    private static (SignedSender? Sender, ProblemHttpResult? Problem) Refuse(string detail, string remedy) => (null, Problems.Of(StatusCodes.Status401Unauthorized, detail, remedy));
}
