using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Hotline.Hosting;

/// <summary>
/// How a back end that shares a key with us signs each request: <c>Hotline-Signature: key=NAME,t=UNIX,n=NONCE,v1=HEX</c>. v1 is HMAC-SHA-256 over
/// name, time, nonce, method, path with query, Content-Type and the body's SHA-256 in hex, each on a line of its own. Another algorithm, SM3, would be v2.
/// </summary>
public static partial class RequestSignature
{
    public const string Header = "Hotline-Signature";

    /// <param name="key">The shared key.</param>
    /// <param name="name">The sender's name, by which the key is found.</param>
    /// <param name="nonce">16–64 letters and digits, never used before.</param>
    /// <param name="path">With its query, as it stands in the request line.</param>
    /// <param name="contentType">The header's value; empty where there is no body.</param>
    public static string Of(string key, string name, long unixSeconds, string nonce, string method, string path, string contentType, ReadOnlySpan<byte> body)
    {
        var time = unixSeconds.ToString(CultureInfo.InvariantCulture);
        var signed = string.Join('\n', name, time, nonce, method, path, contentType, Convert.ToHexStringLower(SHA256.HashData(body)));
        return $"key={name},t={time},n={nonce},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(signed)))}";
    }

    /// <returns>False when the header is not of this form.</returns>
    internal static bool TryRead(string? header, out string name, out long unixSeconds, out string nonce)
    {
        (name, unixSeconds, nonce) = ("", 0, "");
        if (header is null || Form().Match(header) is not { Success: true } read)
        {
            return false;
        }

        (name, nonce) = (read.Groups["key"].Value, read.Groups["n"].Value);
        unixSeconds = long.Parse(read.Groups["t"].ValueSpan, CultureInfo.InvariantCulture);
        return true;
    }

    [GeneratedRegex(@"^key=(?<key>[a-z0-9-]{1,40}),t=(?<t>[1-9][0-9]{8,10}),n=(?<n>[A-Za-z0-9]{16,64}),v1=[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
