using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hotline.Hosting;

/// <summary>What came of checking a request's device.</summary>
/// <param name="Device">The thumbprint of its key; null when it was refused.</param>
/// <param name="Error">The error code of RFC 9449 or RFC 6750.</param>
/// <param name="Reason">zh-CN, with what to do.</param>
public readonly record struct DeviceCheck(string? Device, string? Error, string? Reason)
{
    public static DeviceCheck Refuse(string error, string reason) => new(null, error, reason);
}

/// <summary>How long a channel trusts its devices.</summary>
/// <param name="TokenHours">How long a token holds; a device gets a new one by registering again with the same key.</param>
/// <param name="ProofSeconds">How far a proof's time may lie behind ours; ahead of ours it may lie 60.</param>
public sealed record DeviceLimits(int TokenHours = 24, int ProofSeconds = 300);

/// <summary>
/// Tokens bound to a device's P-256 key (DPoP, RFC 9449): a stolen token is worth nothing without the key, which the phone's secure
/// hardware never gives away. A token is its key's thumbprint and expiry under our HMAC, so checking one asks no store.
/// </summary>
public sealed class DeviceTokens
{
    private const int MostKeys = 50_000;
    private const int AheadSeconds = 60;
    private const int MacBytes = 16;
    private const int ThumbprintBytes = 32;
    private const int TokenBytes = ThumbprintBytes + sizeof(long) + MacBytes;
    private const int LongestHeader = 4096;
    private const int SignatureLength = 86; // 64 bytes as base64url without padding or spaces (RFC 7515): a signature is written in one way only

    private readonly KeyedHash _tokenHash;
    private readonly ServiceDescription _service;
    private readonly DeviceLimits _limits;
    private readonly TimeProvider _time;
    private readonly RecentProofs _proofs;
    private readonly ConcurrentDictionary<string, DeviceKey> _keysByHeader = new();

    /// <param name="service">Whose tokens these are: each service has a key of its own, so a token of one opens no other.</param>
    public DeviceTokens(ServiceDescription service, IServiceKeys keys, DeviceLimits limits, TimeProvider time)
    {
        (_service, _tokenHash, _limits, _time) = (service, new KeyedHash(keys.Derive(service.Name, "device-tokens")), limits, time);
        _proofs = new RecentProofs(time, TimeSpan.FromSeconds(limits.ProofSeconds + AheadSeconds));
    }

    public TimeSpan Life => TimeSpan.FromHours(_limits.TokenHours);

    /// <summary>A token for the device of this key.</summary>
    public string Issue(string thumbprint)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        Base64Url.DecodeFromChars(thumbprint, token);
        BinaryPrimitives.WriteInt64BigEndian(token[ThumbprintBytes..], (_time.GetUtcNow() + Life).ToUnixTimeSeconds());
        MacOf(token[..^MacBytes], token[^MacBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Checks the proof of a device that registers: it holds the key it shows.</summary>
    public DeviceCheck CheckRegistration(HttpRequest request)
    {
        var check = CheckProof(request, tokenHash: default, out var key);
        return check.Error is null ? new DeviceCheck(key!.Thumbprint, null, null) : check;
    }

    /// <summary>Checks token and proof of a request.</summary>
    public DeviceCheck Check(HttpRequest request)
    {
        const string Scheme = "DPoP ";
        if (request.Headers.Authorization is not [{ Length: < LongestHeader } authorization] || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return DeviceCheck.Refuse("invalid_token", $"缺少设备令牌。请先登记设备（POST {_service.Prefixes[0]}/devices），再带上 Authorization: DPoP …");
        }

        var token = authorization.AsSpan(Scheme.Length).Trim();
        Span<byte> bytes = stackalloc byte[TokenBytes];
        Span<byte> mac = stackalloc byte[MacBytes];
        if (!Base64Url.IsValid(token, out var length) || length != TokenBytes || !Base64Url.TryDecodeFromChars(token, bytes, out _))
        {
            return DeviceCheck.Refuse("invalid_token", "设备令牌无效。请重新登记设备。");
        }

        MacOf(bytes[..^MacBytes], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[^MacBytes..]))
        {
            return DeviceCheck.Refuse("invalid_token", "设备令牌无效。请重新登记设备。");
        }

        if (BinaryPrimitives.ReadInt64BigEndian(bytes[ThumbprintBytes..]) < _time.GetUtcNow().ToUnixTimeSeconds())
        {
            return DeviceCheck.Refuse("invalid_token", "设备令牌已过期。请重新登记设备。");
        }

        Span<byte> ascii = stackalloc byte[token.Length];
        Encoding.ASCII.GetBytes(token, ascii);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(ascii, hash);
        Span<char> text = stackalloc char[Base64Url.GetEncodedLength(hash.Length)];
        Base64Url.EncodeToChars(hash, text);
        var check = CheckProof(request, text, out var key);
        if (check.Error is not null)
        {
            return check;
        }

        Base64Url.EncodeToChars(bytes[..ThumbprintBytes], text);
        return text.SequenceEqual(key!.Thumbprint)
            ? new DeviceCheck(key.Thumbprint, null, null)
            : DeviceCheck.Refuse("invalid_token", "令牌不属于这台设备的密钥。请重新登记设备。");
    }

    private DeviceCheck CheckProof(HttpRequest request, ReadOnlySpan<char> tokenHash, out DeviceKey? key)
    {
        key = null;
        if (request.Headers["DPoP"] is not [{ Length: < LongestHeader } proof])
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "缺少 DPoP 证明，或不止一个。");
        }

        var header = proof.AsSpan(0, Math.Max(0, proof.IndexOf('.', StringComparison.Ordinal)));
        var signed = proof.AsSpan(0, Math.Max(0, proof.LastIndexOf('.')));
        if (header.IsEmpty || signed.Length <= header.Length || FindKey(header) is not { } found)
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明的头应为 typ=dpop+jwt、alg=ES256，并带 P-256 公钥。");
        }

        var signature = proof.AsSpan(signed.Length + 1);
        var payload = signed[(header.Length + 1)..];
        if (signature.Length != SignatureLength || !Base64Url.IsValid(signature, out var signatureBytesLength) || signatureBytesLength != 64 || !Base64Url.IsValid(payload) || !Ascii.IsValid(signed))
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明不是三段 base64url。");
        }

        DpopClaims claims;
        try
        {
            Span<byte> json = stackalloc byte[Base64Url.GetMaxDecodedLength(payload.Length)]; // a header is below LongestHeader
            var origin = request.HttpContext.Features.GetRequiredFeature<EdgeFeature>().Origin;
            claims = DpopClaims.Read(json[..Base64Url.DecodeFromChars(payload, json)], new ProvenRequest(request.Method, origin, request.Path.Value ?? "", tokenHash));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明的内容无法读取。");
        }

        // The cheap checks first: verifying a signature costs more than all the rest together.
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (claims.IssuedAt > now + AheadSeconds || claims.IssuedAt < now - _limits.ProofSeconds)
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", $"DPoP 证明的时间 iat 与服务器相差过大，服务器现在是 {now}。请校准时钟后重试。");
        }

        if (!claims.IsForRequest)
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明的 htm、htu 与本次请求不符。");
        }

        if (!tokenHash.IsEmpty && !claims.IsForToken)
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明的 ath 与令牌不符。");
        }

        if (claims.Id is not { Length: >= 8 and <= 128 } id)
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明的 jti 应为 8 到 128 个字符，每次不同。");
        }

        Span<byte> data = signed.Length <= 2048 ? stackalloc byte[signed.Length] : new byte[signed.Length];
        Encoding.ASCII.GetBytes(signed, data);
        Span<byte> signatureBytes = stackalloc byte[64];
        Base64Url.DecodeFromChars(signature, signatureBytes);
        if (!found.Verify(data, signatureBytes))
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明的签名不对。");
        }

        if (!_proofs.Add(found.Thumbprint, id))
        {
            return DeviceCheck.Refuse("invalid_dpop_proof", "DPoP 证明已经用过。每次请求（重试也是）都要新的 jti。");
        }

        key = found;
        return default;
    }

    /// <summary>A device's header is the same in all its proofs, so its key is read and checked once.</summary>
    private DeviceKey? FindKey(ReadOnlySpan<char> header)
    {
        if (_keysByHeader.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(header, out var known))
        {
            return known;
        }

        if (!Base64Url.IsValid(header))
        {
            return null;
        }

        DpopHeader? read;
        try
        {
            read = JsonSerializer.Deserialize(Base64Url.DecodeFromChars(header), DpopJson.Default.DpopHeader);
        }
        catch (JsonException)
        {
            return null;
        }

        if (read is not { Typ: "dpop+jwt", Alg: "ES256", Jwk: { D: null } jwk } || DeviceKey.From(jwk.Kty, jwk.Crv, jwk.X, jwk.Y) is not { } key)
        {
            return null;
        }

        if (_keysByHeader.Count >= MostKeys)
        {
            _keysByHeader.Clear(); // rare and cheap: the keys come back with the next proofs
        }

        _keysByHeader.TryAdd(header.ToString(), key);
        return key;
    }

    private void MacOf(ReadOnlySpan<byte> data, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[KeyedHash.Bytes];
        _tokenHash.Of(data, full);
        full[..MacBytes].CopyTo(mac);
    }
}
