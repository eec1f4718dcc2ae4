using System.Buffers.Text;
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
            var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = bytesX, Y = bytesY } });
            var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(bytesX)}}","y":"{{Base64Url.EncodeToString(bytesY)}}"}""";
            return new DeviceKey(key, Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        }
        catch (CryptographicException)
        {
            return null; // not on the curve
        }
    }

    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        lock (_gate)
        {
            return _key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
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

/// <summary>The claims of a DPoP proof.</summary>
/// <param name="Id">jti: unique to the proof.</param>
/// <param name="Method">htm.</param>
/// <param name="Uri">htu, without query and fragment.</param>
/// <param name="IssuedAt">iat, Unix seconds.</param>
/// <param name="TokenHash">ath: SHA-256 of the access token, base64url.</param>
internal readonly record struct DpopClaims(string? Id, string? Method, string? Uri, long IssuedAt, string? TokenHash)
{
    /// <exception cref="JsonException">Not a JSON object of the right types.</exception>
    public static DpopClaims Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        string? id = null, method = null, uri = null, hash = null;
        long issued = 0;
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("jti"u8))
            {
                id = NextText(ref reader);
            }
            else if (reader.ValueTextEquals("htm"u8))
            {
                method = NextText(ref reader);
            }
            else if (reader.ValueTextEquals("htu"u8))
            {
                uri = NextText(ref reader);
            }
            else if (reader.ValueTextEquals("ath"u8))
            {
                hash = NextText(ref reader);
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

        return new DpopClaims(id, method, uri, issued, hash);
    }

    private static string NextText(ref Utf8JsonReader reader)
    {
        Expect(reader.Read() && reader.TokenType == JsonTokenType.String);
        return reader.GetString()!;
    }

    private static void Expect(bool held)
    {
        if (!held)
        {
            throw new JsonException("Not the claims of a DPoP proof.");
        }
    }
}
