using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Hotline.Hosting;
using Hotline.Intake.App;
using Hotline.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Hotline.UnitTests.Core;

/// <summary>A phone that can lie in every part of its proofs.</summary>
internal sealed class TestPhone(TimeProvider time) : IDisposable
{
    public const string Address = "https://12345.example.org/intake/app/appeals";
    private static int s_proofs;

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Jwk => JwkOf(Key);

    public string Thumbprint => DeviceKey.From("EC", "P-256", Coordinate(Key, x: true), Coordinate(Key, x: false))!.Thumbprint;

    public static string JwkOf(ECDsa key) => $$"""{"kty":"EC","crv":"P-256","x":"{{Coordinate(key, x: true)}}","y":"{{Coordinate(key, x: false)}}"}""";

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static string HashOf(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    /// <summary>The header of a good proof.</summary>
    public string Header() => $$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{{Jwk}}}""";

    /// <summary>The claims of a good proof, with some replaced (by JSON) or left out (by null).</summary>
    public string Claims(string? token, params (string Name, string? Json)[] changes)
    {
        var claims = new Dictionary<string, string?>
        {
            ["jti"] = $"\"proof-{Interlocked.Increment(ref s_proofs):D8}\"",
            ["htm"] = "\"POST\"",
            ["htu"] = $"\"{Address}\"",
            ["iat"] = $"{time.GetUtcNow().ToUnixTimeSeconds()}",
            ["ath"] = token is null ? null : $"\"{HashOf(token)}\"",
        };
        foreach (var (name, json) in changes)
        {
            claims[name] = json;
        }

        return "{" + string.Join(",", claims.Where(claim => claim.Value is not null).Select(claim => $"\"{claim.Key}\":{claim.Value}")) + "}";
    }

    public string Sign(string header, string claims) => SignRaw($"{Encode(header)}.{Encode(claims)}");

    public string SignRaw(string signed) =>
        $"{signed}.{Base64Url.EncodeToString(Key.SignData(Encoding.UTF8.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}";

    public string Prove(string? token, params (string Name, string? Json)[] changes) => Sign(Header(), Claims(token, changes));

    public static HttpRequest Request(string? token, StringValues proof)
    {
        var http = new DefaultHttpContext();
        http.Features.Set(new EdgeFeature("192.0.2.7", "https://12345.example.org", null));
        (http.Request.Method, http.Request.Path) = ("POST", "/intake/app/appeals");
        if (token is not null)
        {
            http.Request.Headers.Authorization = $"DPoP {token}";
        }

        http.Request.Headers["DPoP"] = proof;
        return http.Request;
    }

    public static DeviceTokens Server(TimeProvider time, byte key = 0, DeviceLimits? limits = null) => new(AppChannel.Service, new FixedKeys(key), limits ?? new DeviceLimits(), time);

    public void Dispose() => Key.Dispose();

    private static string Coordinate(ECDsa key, bool x)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return Base64Url.EncodeToString(x ? point.X : point.Y);
    }

    private sealed class FixedKeys(byte value) : IServiceKeys
    {
        public ISealer Sealer(string service, string purpose) => throw new NotSupportedException();

        public byte[] Derive(string service, string purpose, int length = 32) => [.. Enumerable.Repeat(value, length)];
    }
}
