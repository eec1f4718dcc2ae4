using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Feedback;

/// <summary>
/// Who reads an article gets a token to say once whether it helped: article, version and day, signed, with a nonce that tells one from
/// another. Nothing about the reader is in it or kept. Whoever asks for many has many voices, which is why citizens' figures stand apart from staff's.
/// </summary>
public sealed class FeedbackTokens(IServiceKeys keys, TimeProvider time, Action<Span<byte>>? fillRandom = null)
{
    /// <summary>How many days a token holds.</summary>
    public const int Days = 30;

    private const int NonceLength = 12;
    private const int PayloadLength = 4 + 4 + NonceLength;
    private const int MacLength = 16;
    private readonly byte[] _key = keys.Derive(KnowledgeService.Name, "feedback");
    private readonly Action<Span<byte>> _fillRandom = fillRandom ?? RandomNumberGenerator.Fill;

    public string Issue(string code, int version)
    {
        Span<byte> token = stackalloc byte[PayloadLength + MacLength];
        BinaryPrimitives.WriteInt32BigEndian(token, OfficeTime.Day(time.GetUtcNow()).DayNumber);
        BinaryPrimitives.WriteInt32BigEndian(token[4..], version);
        _fillRandom(token.Slice(8, NonceLength));
        Sign(code, token[..PayloadLength], token[PayloadLength..]);
        return Base64Url.EncodeToString(token);
    }

    /// <returns>The version and what is this token's own; null when it is not ours, not of this article, or too old.</returns>
    public (int Version, string Nonce)? Verify(string code, string? token)
    {
        Span<byte> bytes = stackalloc byte[PayloadLength + MacLength];
        Span<byte> mac = stackalloc byte[MacLength];
        if (token is not { Length: 48 } || !Base64Url.TryDecodeFromChars(token, bytes, out var written) || written != bytes.Length)
        {
            return null;
        }

        Sign(code, bytes[..PayloadLength], mac);
        var age = OfficeTime.Day(time.GetUtcNow()).DayNumber - BinaryPrimitives.ReadInt32BigEndian(bytes);
        return CryptographicOperations.FixedTimeEquals(mac, bytes[PayloadLength..]) && age is >= 0 and <= Days
            ? (BinaryPrimitives.ReadInt32BigEndian(bytes[4..]), Convert.ToHexStringLower(bytes.Slice(8, NonceLength)))
            : null;
    }

    private void Sign(string code, ReadOnlySpan<byte> payload, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[32];
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(payload);
        hmac.AppendData(Encoding.UTF8.GetBytes(code));
        hmac.GetHashAndReset(whole);
        whole[..MacLength].CopyTo(mac);
    }
}
