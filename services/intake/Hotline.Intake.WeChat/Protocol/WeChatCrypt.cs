using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hotline.Intake.WeChat.Protocol;

/// <summary>
/// The frames of WeChat's safe mode: AES-256-CBC over 16 random bytes, the message's length (4 bytes, big endian), the message and the
/// receiver's id, padded to 32 bytes.
/// </summary>
public sealed class WeChatCrypt
{
    /// <summary>An EncodingAESKey is 43 characters of base64.</summary>
    public const int KeyLength = 43;

    private const int BlockBytes = 32;
    private const int RandomBytes = 16;
    private const int HeadBytes = RandomBytes + sizeof(int);
    private readonly byte[] _key;
    private readonly byte[] _receiver;

    /// <param name="encodingAesKey">As the platform's page shows it, 43 characters.</param>
    /// <param name="receiver">The account's AppId.</param>
    /// <exception cref="FormatException">The key is none.</exception>
    public WeChatCrypt(string encodingAesKey, string receiver)
    {
        _key = encodingAesKey.Length == KeyLength ? Convert.FromBase64String(encodingAesKey + "=") : throw new FormatException("An EncodingAESKey has 43 characters.");
        _receiver = Encoding.UTF8.GetBytes(receiver);
    }

    /// <returns>The message's bytes; null when the frame is not one of this key and receiver.</returns>
    public byte[]? Decrypt(string encrypted)
    {
        var frame = new byte[(encrypted.Length / 4 * 3) + 3];
        if (!Convert.TryFromBase64String(encrypted, frame, out var length) || length == 0 || length % BlockBytes != 0)
        {
            return null;
        }

        using var aes = Aes.Create();
        aes.Key = _key;
        var plain = aes.DecryptCbc(frame.AsSpan(0, length), _key.AsSpan(0, 16), PaddingMode.None); // .NET's PKCS#7 knows no padding above 16
        var padding = plain[^1];
        if (padding is < 1 or > BlockBytes || plain.Length - padding < HeadBytes || plain.AsSpan(plain.Length - padding).ContainsAnyExcept(padding))
        {
            return null;
        }

        var content = plain.AsSpan(0, plain.Length - padding);
        var size = BinaryPrimitives.ReadUInt32BigEndian(content[RandomBytes..]);
        return size <= (uint)(content.Length - HeadBytes) && content[(HeadBytes + (int)size)..].SequenceEqual(_receiver)
            ? content.Slice(HeadBytes, (int)size).ToArray()
            : null;
    }

    /// <param name="random">16 bytes nobody can guess.</param>
    /// <returns>The frame as base64.</returns>
    public string Encrypt(ReadOnlySpan<byte> message, ReadOnlySpan<byte> random)
    {
        var length = HeadBytes + message.Length + _receiver.Length;
        var padding = BlockBytes - (length % BlockBytes);
        var plain = new byte[length + padding];
        random[..RandomBytes].CopyTo(plain);
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(RandomBytes), message.Length);
        message.CopyTo(plain.AsSpan(HeadBytes));
        _receiver.CopyTo(plain.AsSpan(HeadBytes + message.Length));
        plain.AsSpan(length).Fill((byte)padding);
        using var aes = Aes.Create();
        aes.Key = _key;
        return Convert.ToBase64String(aes.EncryptCbc(plain, _key.AsSpan(0, 16), PaddingMode.None));
    }
}
