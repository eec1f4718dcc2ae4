using System.Security.Cryptography;
using System.Text;

namespace Hotline.Intake.Messages;

/// <summary>Signatures of a push: SHA-1 over the parts in ordinal order, lower-case hex. What SHA-1 lacks the token, a secret, makes good.</summary>
public static class WeChatSignature
{
    /// <param name="parts">Token, timestamp, nonce; in safe mode the ciphertext too.</param>
    public static string Of(params string[] parts)
    {
        var sorted = parts.ToArray();
        Array.Sort(sorted, StringComparer.Ordinal);
#pragma warning disable CA5350 // WeChat's protocol says SHA-1
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(sorted))));
#pragma warning restore CA5350
    }

    /// <summary>Compares in constant time.</summary>
    public static bool Matches(string? given, params string[] parts) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(Of(parts)));
}
