using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Hotline.Ports;

namespace Hotline.Callback.Answers;

/// <summary>The tokens of links: number and round under our HMAC. Nobody can make one; it serves as long as its round takes answers.</summary>
public sealed class AnswerTokens(IServiceKeys keys)
{
    private const int MacBytes = 16;
    private const int PayloadBytes = sizeof(long) + 1;
    private const int TokenBytes = PayloadBytes + MacBytes;
    private readonly byte[] _key = keys.Derive(CallbackService.Name, "answers");

    /// <param name="round">1–255.</param>
    public string Issue(string number, int round)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        BinaryPrimitives.WriteInt64BigEndian(token, long.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture));
        token[sizeof(long)] = checked((byte)round);
        HMACSHA256.HashData(_key, token[..PayloadBytes])[..MacBytes].CopyTo(token[PayloadBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>What a token of ours is for; null for any other text.</summary>
    public (string Number, int Round)? Read(string token)
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        return Base64Url.IsValid(token, out var length) && length == TokenBytes && Base64Url.TryDecodeFromChars(token, bytes, out _)
            && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, bytes[..PayloadBytes]).AsSpan(0, MacBytes), bytes[PayloadBytes..])
                ? (BinaryPrimitives.ReadInt64BigEndian(bytes).ToString("D15", CultureInfo.InvariantCulture), bytes[sizeof(long)])
                : null;
    }
}
