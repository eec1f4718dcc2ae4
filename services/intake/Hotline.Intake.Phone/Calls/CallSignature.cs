using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.Intake.Phone.Calls;

/// <summary>The signature of a call event: <c>Hotline-Signature: t=UNIX,v1=HEX</c>, HMAC-SHA-256 over time, a dot and the body.</summary>
public static class CallSignature
{
    public const string Header = "Hotline-Signature";

    public static string Of(string secret, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.ASCII.GetBytes(unixSeconds.ToString(CultureInfo.InvariantCulture) + "."));
        mac.AppendData(body);
        return $"t={unixSeconds.ToString(CultureInfo.InvariantCulture)},v1={Convert.ToHexStringLower(mac.GetHashAndReset())}";
    }

    /// <summary>Whether a header signs this body, no further from <paramref name="now"/> than allowed.</summary>
    public static bool Holds(string? header, string secret, ReadOnlySpan<byte> body, DateTimeOffset now, TimeSpan allowed)
    {
        if (header is null || !header.StartsWith("t=", StringComparison.Ordinal) || header.IndexOf(',', StringComparison.Ordinal) is var comma && comma < 0
            || !long.TryParse(header.AsSpan(2, comma - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return false;
        }

        var far = Math.Abs(now.ToUnixTimeSeconds() - seconds) > allowed.TotalSeconds;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(Of(secret, seconds, body))) && !far;
    }
}
