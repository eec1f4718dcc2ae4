using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;

namespace Hotline.Hosting;

/// <summary>
/// Tokens of forms: each names one filling-in, so that a reload or a double click is told from a second submission. Under our HMAC, so no session is
/// needed to know our own.
/// </summary>
public sealed class FormTokens(byte[] key, TimeSpan life, IIdSource ids, TimeProvider time)
{
    private const int IdBytes = 16;
    private const int MacBytes = 16;
    private const int TokenBytes = IdBytes + sizeof(long) + MacBytes;

    /// <param name="purpose">The form it is for; it opens no other.</param>
    public string Issue(string purpose)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        ids.Next().TryWriteBytes(token, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(token[IdBytes..], (time.GetUtcNow() + life).ToUnixTimeSeconds());
        MacOf(purpose, token[..^MacBytes]).CopyTo(token[^MacBytes..]);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>The id in a token of ours; null for any other text.</summary>
    /// <param name="expired">The form was open for longer than a token holds.</param>
    public string? Read(string purpose, string token, out bool expired)
    {
        expired = false;
        Span<byte> bytes = stackalloc byte[TokenBytes];
        if (!Base64Url.IsValid(token, out var length) || length != TokenBytes || !Base64Url.TryDecodeFromChars(token, bytes, out _)
            || !CryptographicOperations.FixedTimeEquals(MacOf(purpose, bytes[..^MacBytes]), bytes[^MacBytes..]))
        {
            return null;
        }

        expired = BinaryPrimitives.ReadInt64BigEndian(bytes[IdBytes..]) < time.GetUtcNow().ToUnixTimeSeconds();
        return Convert.ToHexStringLower(bytes[..IdBytes]);
    }

    private byte[] MacOf(string purpose, ReadOnlySpan<byte> bytes) => HMACSHA256.HashData(key, (byte[])[.. bytes, .. Encoding.UTF8.GetBytes(purpose)])[..MacBytes];
}
