using System.Buffers;
using System.Security.Cryptography;
using System.Globalization;

namespace Hotline.Ports;

/// <summary>
/// The address of a blob: the millisecond it was kept and the SHA-256 of its bytes, <c>019cac100cf8-ba7816…</c>. The time leads, so that what
/// is kept together lies together: a lookup by bare hash would touch a random page of the store for each appeal, and by the minute, as
/// addresses of eight digits are that were given out before, it touches some page among all of that minute.
/// </summary>
public sealed record BlobRef(string Value)
{
    private const int TimeDigits = 12;
    private const int MinuteDigits = 8;
    private const int HashDigits = 64;

    public const int Length = TimeDigits + 1 + HashDigits;

    public static BlobRef Of(ReadOnlySpan<byte> content, DateTimeOffset keptAt)
    {
        Span<byte> hash = stackalloc byte[HashDigits / 2];
        SHA256.HashData(content, hash);
        Span<char> address = stackalloc char[Length];
        keptAt.ToUnixTimeMilliseconds().TryFormat(address, out _, "x12", CultureInfo.InvariantCulture);
        address[TimeDigits] = '-';
        Convert.TryToHexStringLower(hash, address[(TimeDigits + 1)..], out _);
        return new BlobRef(address.ToString());
    }

    /// <summary>The address as bytes, the last 32 of them the hash, that sort like the text; null when the text is not one.</summary>
    public byte[]? ToBytes()
    {
        var time = Value.Length - HashDigits - 1;
        if (time is not (TimeDigits or MinuteDigits) || Value[time] != '-' || Value.AsSpan().ContainsAnyInRange('A', 'F'))
        {
            return null;
        }

        var bytes = new byte[(time + HashDigits) / 2];
        return Convert.FromHexString(Value.AsSpan(0, time), bytes, out _, out _) == OperationStatus.Done
            && Convert.FromHexString(Value.AsSpan(time + 1), bytes.AsSpan(time / 2), out _, out _) == OperationStatus.Done ? bytes : null;
    }

    public override string ToString() => Value;
}

/// <summary>Bytes to be kept as they are; whoever hands them over has compressed and sealed them.</summary>
public sealed record NewBlob(BlobRef Ref, ReadOnlyMemory<byte> Content);

/// <summary>Bytes by their hash: originals and attachments.</summary>
/// <remarks>Throws <see cref="EngineAwayException"/> like the document store.</remarks>
public interface IBlobStore
{
    /// <summary>Durable when it returns. To keep bytes together with a document hand them to <see cref="NewDocument.Blobs"/> instead.</summary>
    ValueTask PutAsync(NewBlob blob, CancellationToken cancellation);

    /// <returns>The bytes, checked against their hash; null when there are none under this address.</returns>
    /// <exception cref="InvalidDataException">The bytes on disk are no longer those that were kept.</exception>
    ValueTask<byte[]?> GetAsync(BlobRef blob, CancellationToken cancellation);
}
