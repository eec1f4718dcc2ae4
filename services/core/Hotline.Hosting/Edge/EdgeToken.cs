using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hotline.Hosting;

/// <summary>What the gateway vouches for: who asks, from where, for what. Nothing else a service hears of the client is believed.</summary>
/// <param name="Account">Null when nobody of the staff is signed in.</param>
/// <param name="Origin">Scheme and authority the client used: <c>https://12345.example.org</c>.</param>
/// <param name="Method">The one request the token is for.</param>
/// <param name="Path">With its query.</param>
/// <param name="Expires">Unix seconds.</param>
/// <param name="Source">Of a partner; null for everybody else.</param>
public sealed record EdgeClaims(
    string? Account,
    IReadOnlyList<string> Roles,
    string? Unit,
    string Client,
    string Origin,
    string Method,
    string Path,
    long Expires,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Source = null);

/// <summary>The signed token between gateway and services: 60 seconds, bound to method and path, HMAC-SHA-256.</summary>
public sealed class EdgeToken(byte[] key, TimeProvider time)
{
    public const string Header = "Hotline-Edge";
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    public string Issue(StaffUser? user, string client, string origin, string method, string path)
    {
        var expires = (time.GetUtcNow() + Life).ToUnixTimeSeconds();
        var claims = new EdgeClaims(user?.Account, user is null ? [] : [.. user.Roles], user?.Unit, client, origin, method, path, expires, user?.Source);
        var payload = JsonSerializer.SerializeToUtf8Bytes(claims, EdgeJson.Default.EdgeClaims);
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, payload))}";
    }

    /// <returns>The claims when the token is genuine, in time and for this very request; else null.</returns>
    public EdgeClaims? Verify(string? token, string method, string path)
    {
        if (token is null || token.IndexOf('.', StringComparison.Ordinal) is var dot && dot < 0
            || !TryDecode(token.AsSpan(0, dot), out var payload) || !TryDecode(token.AsSpan(dot + 1), out var mac)
            || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, payload), mac))
        {
            return null;
        }

        var claims = JsonSerializer.Deserialize(payload, EdgeJson.Default.EdgeClaims);
        return claims is not null && claims.Method == method && claims.Path == path && time.GetUtcNow().ToUnixTimeSeconds() <= claims.Expires ? claims : null;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EdgeClaims))]
internal sealed partial class EdgeJson : JsonSerializerContext;
