using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Hosting;

/// <summary>
/// Key files, one per service, in a folder outside every store: 32 random bytes as base64, mode 0600. A missing file is made at the first
/// start. Whoever loses a key file loses what was sealed with it, so it belongs in the backup, apart from the store's.
/// </summary>
public sealed class ServiceKeys(string folder) : IServiceKeys
{
    private const int KeyBytes = 32;
    private readonly ConcurrentDictionary<string, byte[]> _masters = new();
    private readonly ConcurrentDictionary<(string, string), ISealer> _sealers = new();

    public ISealer Sealer(string service, string purpose) =>
        _sealers.GetOrAdd((service, purpose), key => new AesSealer(Derive(key.Item1, $"seal/{key.Item2}")));

    public byte[] Derive(string service, string purpose, int length = KeyBytes) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _masters.GetOrAdd(service, ReadOrMake), length, info: Encoding.UTF8.GetBytes($"hotline/{service}/{purpose}"));

    private byte[] ReadOrMake(string service)
    {
        var path = Path.Combine(folder, service + ".key");
        if (!File.Exists(path))
        {
            // Of several processes that start at once one makes it, and all read the same.
            var made = Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
            DurableFile.TryCreate(path, made, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var key = new byte[KeyBytes];
        return Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var written) && written == KeyBytes
            ? key
            : throw new InvalidOperationException($"{path} does not hold a key: it must be {KeyBytes} bytes as base64. Restore it from the backup; a new key cannot open what was sealed with the old one.");
    }
}

/// <summary>AES-256-GCM: version, nonce (12 bytes), ciphertext, tag (16 bytes).</summary>
internal sealed class AesSealer(byte[] key) : ISealer
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MoreBytes = 1 + NonceBytes + TagBytes;

    // An AesGcm holds one native context and so serves one thread at a time.
    private readonly ThreadLocal<AesGcm> _aes = new(() => new AesGcm(key, TagBytes));

    public int Overhead => MoreBytes;

    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context)
    {
        var output = new byte[plaintext.Length + MoreBytes];
        Seal(plaintext, context, output);
        return output;
    }

    public void Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> context, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(output.Length, plaintext.Length + MoreBytes);
        output[0] = Version;
        var nonce = output.Slice(1, NonceBytes);
        RandomBytes.Fill(nonce);
        _aes.Value!.Encrypt(nonce, plaintext, output.Slice(1 + NonceBytes, plaintext.Length), output[^TagBytes..], context);
    }

    public byte[] Open(ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> context)
    {
        if (ciphertext.Length < MoreBytes || ciphertext[0] != Version)
        {
            throw new CryptographicException("These bytes were not sealed here, or by a newer version.");
        }

        var plaintext = new byte[ciphertext.Length - MoreBytes];
        _aes.Value!.Decrypt(ciphertext.Slice(1, NonceBytes), ciphertext[(1 + NonceBytes)..^TagBytes], ciphertext[^TagBytes..], plaintext, context);
        return plaintext;
    }
}
