using System.Security.Cryptography;

namespace Hotline.Ports;

/// <summary>HMAC-SHA-256 under one key, for what every request needs: <see cref="HMACSHA256.HashData(byte[], byte[])"/> sets its key up anew each time, which is most of the work.</summary>
public sealed class KeyedHash(byte[] key)
{
    /// <summary>The length of a hash.</summary>
    public const int Bytes = HMACSHA256.HashSizeInBytes;

    // An IncrementalHash holds one native context and so serves one thread at a time.
    private readonly ThreadLocal<IncrementalHash> _hash = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    /// <param name="hash">Takes <see cref="Bytes"/> bytes.</param>
    public void Of(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hash.Length, Bytes); // before the data is in, where it would stay for the next who asks
        var keyed = _hash.Value!;
        keyed.AppendData(data);
        keyed.GetHashAndReset(hash);
    }
}
