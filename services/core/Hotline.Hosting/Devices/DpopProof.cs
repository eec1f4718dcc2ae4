using System.Buffers.Text;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Hotline.Hosting;

/// <summary>A device's public key and its thumbprint (RFC 7638), which names the device. Verifies one signature at a time.</summary>
public sealed class DeviceKey
{
    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    private DeviceKey(ECDsa key, string thumbprint) => (_key, Thumbprint) = (key, thumbprint);

    public string Thumbprint { get; }

    /// <returns>Null when the key is not a point of P-256.</returns>
    public static DeviceKey? From(string? keyType, string? curve, string? x, string? y)
    {
        if (keyType != "EC" || curve != "P-256" || !TryCoordinate(x, out var bytesX) || !TryCoordinate(y, out var bytesY))
        {
            return null;
        }

        try
        {
            var point = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = bytesX, Y = bytesY } };
            var key = OperatingSystem.IsLinux() ? OpenSslKey(point) : ECDsa.Create(point);
            var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(bytesX)}}","y":"{{Base64Url.EncodeToString(bytesY)}}"}""";
            return new DeviceKey(key, Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        }
        catch (CryptographicException)
        {
            return null; // not on the curve
        }
    }

    /// <param name="signature">64 bytes, R and S, as JOSE writes it (RFC 7518 §3.4).</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(data, hash);
        Span<byte> der = stackalloc byte[EcdsaDer.MostBytes];
        der = der[..EcdsaDer.Write(signature, der)];
        lock (_gate)
        {
            return _key.VerifyHash(hash, der, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    /// <summary>The one kind that takes DER as it is; <see cref="ECDsa.Create(ECParameters)"/> gives one that turns every form into the other, at 1.4 KB each time.</summary>
    [SupportedOSPlatform("linux")]
    private static ECDsaOpenSsl OpenSslKey(ECParameters point)
    {
        var key = new ECDsaOpenSsl();
        key.ImportParameters(point);
        return key;
    }

    private static bool TryCoordinate(string? text, out byte[] bytes)
    {
        bytes = [];
        if (text is null || !Base64Url.IsValid(text, out var length) || length != 32)
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }
}

/// <summary>
/// A signature of P-256 from its two numbers to the ASN.1 sequence that OpenSSL takes (RFC 3279 §2.2.3). System.Formats.Asn1 would do it with a writer
/// and its buffers for each signature.
/// </summary>
internal static class EcdsaDer
{
    /// <summary>A sequence of two numbers of 33 bytes, each part with tag and length.</summary>
    public const int MostBytes = 2 + (2 * (2 + 33));

    /// <param name="signature">64 bytes, R and S.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<byte> signature, Span<byte> der)
    {
        var length = 2;
        length += WriteNumber(signature[..32], der[length..]);
        length += WriteNumber(signature[32..], der[length..]);
        der[0] = 0x30;
        der[1] = (byte)(length - 2);
        return length;
    }

    /// <summary>Without leading zeros, but one where the first bit would make it negative.</summary>
    private static int WriteNumber(ReadOnlySpan<byte> number, Span<byte> der)
    {
        var first = number.IndexOfAnyExcept((byte)0);
        number = first < 0 ? number[^1..] : number[first..];
        var zero = number[0] >= 0x80 ? 1 : 0;
        der[0] = 0x02;
        der[1] = (byte)(zero + number.Length);
        der[2] = 0;
        number.CopyTo(der[(2 + zero)..]);
        return 2 + zero + number.Length;
    }
}

/// <summary>What a proof must be for.</summary>
/// <param name="Origin">Scheme and authority, of either case.</param>
/// <param name="TokenHash">SHA-256 of the access token, base64url; empty at a registration, which has none.</param>
internal readonly ref struct ProvenRequest(string method, string origin, string path, ReadOnlySpan<char> tokenHash)
{
    public ReadOnlySpan<char> TokenHash { get; } = tokenHash;

    public string Method => method;

    public bool IsAt(ref Utf8JsonReader uri)
    {
        var length = origin.Length + path.Length;
        Span<char> exact = length <= 512 ? stackalloc char[length] : new char[length];
        origin.CopyTo(exact);
        path.CopyTo(exact[origin.Length..]);
        return uri.ValueTextEquals(exact)
            || (uri.GetString() is { } text && text.StartsWith(origin, StringComparison.OrdinalIgnoreCase) && text.AsSpan(origin.Length).SequenceEqual(path));
    }
}

/// <summary>The claims of a DPoP proof, held against the request it came with.</summary>
/// <param name="Id">jti: unique to the proof.</param>
/// <param name="IssuedAt">iat, Unix seconds.</param>
/// <param name="IsForRequest">htm and htu, without query and fragment, are the request's.</param>
/// <param name="IsForToken">ath is that of the access token.</param>
internal readonly record struct DpopClaims(string? Id, long IssuedAt, bool IsForRequest, bool IsForToken)
{
    /// <exception cref="JsonException">Not a JSON object of the right types.</exception>
    public static DpopClaims Read(ReadOnlySpan<byte> json, ProvenRequest request)
    {
        var reader = new Utf8JsonReader(json);
        string? id = null;
        var (method, uri, token) = (false, false, false);
        long issued = 0;
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jti"u8))
            {
                ReadText(ref reader);
                id = reader.GetString();
            }
            else if (reader.ValueTextEquals("htm"u8))
            {
                ReadText(ref reader);
                method = reader.ValueTextEquals(request.Method);
            }
            else if (reader.ValueTextEquals("htu"u8))
            {
                ReadText(ref reader);
                uri = request.IsAt(ref reader);
            }
            else if (reader.ValueTextEquals("ath"u8))
            {
                ReadText(ref reader);
                token = reader.ValueTextEquals(request.TokenHash);
            }
            else if (reader.ValueTextEquals("iat"u8))
            {
                Expect(reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out issued));
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new DpopClaims(id, issued, method && uri, token);
    }

    private static void ReadText(ref Utf8JsonReader reader) => Expect(reader.Read() && reader.TokenType == JsonTokenType.String);

    private static void Expect(bool held)
    {
        if (!held)
        {
            throw new JsonException("Not the claims of a DPoP proof.");
        }
    }
}
