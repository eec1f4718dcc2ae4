using System.Security.Cryptography;
using Hotline.Ports;

namespace Hotline.SupervisionLine.Reports;

/// <summary>
/// A key for each report, under which its ciphertext is sealed once more. It keeps nobody out who has the machine; its use is that a store whose
/// facts only grow can forget: where the key is overwritten, whatever the store holds of that report is gone, and the officers' wrapped keys with it.
/// </summary>
/// <remarks>All in one file, made ahead of need: a file for each report would bear the minute it came.</remarks>
internal sealed class ReportKeys(string file)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Step = 1024; // keys made at once
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly Lock _turn = new();

    /// <summary>Sees to it that there is a key of this number.</summary>
    /// <param name="number">0, 1, …; each for one report only.</param>
    public void Ready(int number)
    {
        lock (_turn)
        {
            if (!File.Exists(file))
            {
                DurableFile.TryCreate(file, RandomNumberGenerator.GetBytes(Step * KeyBytes), OwnerOnly);
            }

            using var keys = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            while (keys.Length < (number + 1L) * KeyBytes)
            {
                keys.Position = keys.Length / KeyBytes * KeyBytes; // over what a crash left half written
                keys.Write(RandomNumberGenerator.GetBytes(Step * KeyBytes));
                keys.Flush(flushToDisk: true);
            }
        }
    }

    public bool Has(int number) => File.Exists(file) && new FileInfo(file).Length >= (number + 1L) * KeyBytes;

    /// <returns>Null when the key was erased.</returns>
    public byte[]? Seal(int number, Guid report, ReadOnlySpan<byte> content)
    {
        if (Read(number) is not { } key)
        {
            return null;
        }

        var all = new byte[NonceBytes + content.Length + TagBytes];
        RandomNumberGenerator.Fill(all.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(all.AsSpan(0, NonceBytes), content, all.AsSpan(NonceBytes, content.Length), all.AsSpan(NonceBytes + content.Length), report.ToByteArray());
        return all;
    }

    /// <returns>Null when the key was erased.</returns>
    /// <exception cref="CryptographicException">Another report's, or changed.</exception>
    public byte[]? Open(int number, Guid report, ReadOnlySpan<byte> all)
    {
        if (Read(number) is not { } key)
        {
            return null;
        }

        if (all.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("No sealed letter is that short.");
        }

        var content = new byte[all.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(all[..NonceBytes], all[NonceBytes..^TagBytes], all[^TagBytes..], content, report.ToByteArray());
        return content;
    }

    /// <summary>Overwritten on the disk when it returns; again is no error.</summary>
    public void Erase(int number)
    {
        lock (_turn)
        {
            using var keys = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
            keys.Position = number * (long)KeyBytes;
            keys.Write(new byte[KeyBytes]);
            keys.Flush(flushToDisk: true);
        }
    }

    private byte[]? Read(int number)
    {
        var key = new byte[KeyBytes];
        using var keys = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        keys.Position = number * (long)KeyBytes;
        keys.ReadExactly(key);
        return key.AsSpan().ContainsAnyExcept((byte)0) ? key : null;
    }
}
