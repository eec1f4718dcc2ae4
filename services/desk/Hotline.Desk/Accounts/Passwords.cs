using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Hotline.Desk.Accounts;

/// <summary>Passwords by ASP.NET Core's hasher (PBKDF2-HMAC-SHA512, 210,000 rounds as OWASP asks): so dear that only a few are checked at once.</summary>
internal sealed class Passwords : IDisposable
{
    public const int Shortest = 12;
    public const int Longest = 128;
    private const int Waiting = 64;

    /// <summary>The commonest of at least twelve characters, as lists of leaked passwords have them.</summary>
    private static readonly HashSet<string> Commonest = new(StringComparer.OrdinalIgnoreCase)
    {
        "123456789012", "1234567890123", "12345678901234", "123456789123", "123456123456", "123123123123", "111111111111", "000000000000", "888888888888", "666666666666",
        "112233445566", "121212121212", "abcdefghijkl", "abcd12345678", "a12345678901", "a1234567890b", "qwertyuiopas", "qwertyuiop12", "qwertyuiop123", "1qaz2wsx3edc",
        "1q2w3e4r5t6y", "qazwsxedcrfv", "zaq12wsxcde3", "asdfghjkl123", "password1234", "password12345", "password123456", "passw0rd1234", "admin1234567", "admin12345678",
        "administrator", "letmein12345", "welcome12345", "iloveyou1234", "woaini123456", "woaini1314520", "woaini5201314", "5201314520131", "changeme1234", "hotline12345",
    };

    private readonly PasswordHasher<string> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 210_000 }));
    private readonly ConcurrencyLimiter _turns = new(new ConcurrencyLimiterOptions { PermitLimit = Math.Max(1, Environment.ProcessorCount / 2), QueueLimit = Waiting });
    private readonly string _nobodys;

    public Passwords() => _nobodys = _hasher.HashPassword("", Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>What is wrong with a password somebody chose, in zh-CN; null when nothing is.</summary>
    public static string? Check(string account, string password) =>
        password.Length < Shortest ? $"口令至少 {Shortest} 个字符。"
        : password.Length > Longest ? $"口令最多 {Longest} 个字符。"
        : password.Contains(account, StringComparison.OrdinalIgnoreCase) ? "口令中不能有账号名。"
        : password.Distinct().Count() < 5 || Commonest.Contains(password) ? "这个口令太常见，请换一个；几个不相干的词连起来就很好。"
        : null;

    /// <returns>Null when too many wait already.</returns>
    public async ValueTask<string?> HashAsync(string password, CancellationToken cancellation)
    {
        using var turn = await _turns.AcquireAsync(1, cancellation);
        return turn.IsAcquired ? _hasher.HashPassword("", password) : null;
    }

    /// <param name="hash">Null for an account that has none: it takes as long.</param>
    /// <returns>Null when too many wait already.</returns>
    public async ValueTask<bool?> VerifyAsync(string? hash, string password, CancellationToken cancellation)
    {
        using var turn = await _turns.AcquireAsync(1, cancellation);
        return turn.IsAcquired ? _hasher.VerifyHashedPassword("", hash ?? _nobodys, password) != PasswordVerificationResult.Failed && hash is not null : null;
    }

    public void Dispose() => _turns.Dispose();
}
