using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hotline.SupervisionLine.Sealing;

/// <summary>AES Key Wrap (RFC 3394). .NET has only the padded kind of RFC 5649; Microsoft.IdentityModel.Tokens would replace this.</summary>
internal static class AesKeyWrap
{
    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6; // §2.2.3.1
    private const int Half = 8;

    /// <param name="key">A multiple of 8 bytes, at least 16.</param>
    public static byte[] Wrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> key)
    {
        if (key.Length < 2 * Half || key.Length % Half != 0)
        {
            throw new ArgumentException("A key to be wrapped is a multiple of 8 bytes, at least 16.", nameof(key));
        }

        using var aes = Aes.Create();
        aes.SetKey(wrappingKey);
        var count = key.Length / Half;
        var output = new byte[key.Length + Half];
        key.CopyTo(output.AsSpan(Half));
        Span<byte> block = stackalloc byte[2 * Half];
        var register = InitialValue;
        for (var round = 0; round < 6; round++)
        {
            for (var i = 1; i <= count; i++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(block, register);
                output.AsSpan(i * Half, Half).CopyTo(block[Half..]);
                aes.EncryptEcb(block, block, PaddingMode.None);
                register = BinaryPrimitives.ReadUInt64BigEndian(block) ^ (ulong)((count * round) + i);
                block[Half..].CopyTo(output.AsSpan(i * Half));
            }
        }

        BinaryPrimitives.WriteUInt64BigEndian(output, register);
        return output;
    }

    /// <exception cref="CryptographicException">Another wrapping key, or changed bytes.</exception>
    public static byte[] Unwrap(ReadOnlySpan<byte> wrappingKey, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < 3 * Half || wrapped.Length % Half != 0)
        {
            throw new CryptographicException("No wrapped key has this length.");
        }

        using var aes = Aes.Create();
        aes.SetKey(wrappingKey);
        var count = (wrapped.Length / Half) - 1;
        var key = wrapped[Half..].ToArray();
        Span<byte> block = stackalloc byte[2 * Half];
        var register = BinaryPrimitives.ReadUInt64BigEndian(wrapped);
        for (var round = 5; round >= 0; round--)
        {
            for (var i = count; i >= 1; i--)
            {
                BinaryPrimitives.WriteUInt64BigEndian(block, register ^ (ulong)((count * round) + i));
                key.AsSpan((i - 1) * Half, Half).CopyTo(block[Half..]);
                aes.DecryptEcb(block, block, PaddingMode.None);
                register = BinaryPrimitives.ReadUInt64BigEndian(block);
                block[Half..].CopyTo(key.AsSpan((i - 1) * Half));
            }
        }

        if (register != InitialValue)
        {
            CryptographicOperations.ZeroMemory(key);
            throw new CryptographicException("The key was wrapped with another key, or its bytes were changed.");
        }

        return key;
    }
}
