using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>A P-256 key as JWK (RFC 7517). Other members of a file, a name or a use, are left alone.</summary>
/// <param name="D">The private half; null in a public key.</param>
public sealed record P256Key(string Kty, string Crv, string X, string Y, string? D = null)
{
    private const int Bytes = 32;

    /// <summary>The key's own name: its thumbprint (RFC 7638), so that nobody has to keep names apart.</summary>
    public string Thumbprint() => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"{{Crv}}","kty":"{{Kty}}","x":"{{X}}","y":"{{Y}}"}""")));

    /// <summary>Whether the shape is right and the point lies on the curve.</summary>
    public bool IsSound()
    {
        if (Kty != "EC" || Crv != "P-256" || !IsNumber(X) || !IsNumber(Y) || (D is not null && !IsNumber(D)))
        {
            return false;
        }

        try
        {
            using var key = ToKey();
            return true;
        }
        catch (CryptographicException)
        {
            return false; // not on the curve, or the halves do not belong together
        }
    }

    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public ECDiffieHellman ToKey() => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) },
        D = D is null ? null : Base64Url.DecodeFromChars(D),
    });

    public static P256Key Of(ECDiffieHellman key, bool withPrivate)
    {
        var parameters = key.ExportParameters(withPrivate);
        return new P256Key("EC", "P-256", Base64Url.EncodeToString(parameters.Q.X), Base64Url.EncodeToString(parameters.Q.Y), withPrivate ? Base64Url.EncodeToString(parameters.D) : null);
    }

    public static P256Key Generate()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Of(key, withPrivate: true);
    }

    public P256Key ToPublic() => this with { D = null };

    /// <summary>What a log or a list shows of it: never the private half.</summary>
    public override string ToString() => Thumbprint();

    private static bool IsNumber(string? text) => text is not null && Base64Url.IsValid(text, out var length) && length == Bytes;
}
