using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.AllInOne.Practice;

/// <summary>A citizen's phone for practice and tests: holds a P-256 key and makes DPoP proofs (RFC 9449).</summary>
public sealed class PracticeDevice : IDisposable
{
    private readonly ECDsa _key;
    private readonly TimeProvider _time;
    private readonly string _header;

    public PracticeDevice(TimeProvider time, ECDsa? key = null)
    {
        (_time, _key) = (time, key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        Jwk = $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        _header = Encode($$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{Jwk}}}""");
    }

    /// <summary>The public key as JSON.</summary>
    public string Jwk { get; }

    /// <summary>The access token, once registered.</summary>
    public string? Token { get; set; }

    public byte[] ExportKey() => _key.ExportPkcs8PrivateKey();

    /// <summary>A proof for one request; a retry needs a new one.</summary>
    public string Prove(string method, Uri address)
    {
        var ath = Token is null ? "" : $",\"ath\":\"{Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Token)))}\"";
        var claims = Encode(
            $$"""{"jti":"{{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}}","htm":"{{method}}","htu":"{{address.GetLeftPart(UriPartial.Path)}}","iat":{{_time.GetUtcNow().ToUnixTimeSeconds()}}{{ath}}}""");
        var signed = $"{_header}.{claims}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
