using System.Buffers;
using System.Security.Cryptography;
using System.Globalization;

namespace Hotline.Ports;

/// <summary>
/// The address of a blob: the minute it was kept and the SHA-256 of its bytes, <c>1d4f0a2c-9f86d0…</c>. The minute leads, so that
/// what is kept together lies together; a lookup by bare hash would touch a random page of the store for each appeal.
/// </summary>
public sealed record BlobRef(string Value)
{
    public const int Length = 8 + 1 + 64;

    public static BlobRef Of(ReadOnlySpan<byte> content, DateTimeOffset keptAt)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(content, hash);
        Span<char> hex = stackalloc char[64];
        Convert.TryToHexStringLower(hash, hex, out _);
        return new BlobRef(string.Create(CultureInfo.InvariantCulture, $"{(uint)(keptAt.ToUnixTimeSeconds() / 60):x8}-{hex}"));
    }

    /// <summary>The address as 36 bytes that sort like the text; null when the text is not one.</summary>
    public byte[]? ToBytes()
    {
        if (Value.Length != Length || Value[8] != '-' || Value.AsSpan().ContainsAnyInRange('A', 'F') || !uint.TryParse(Value.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var minute))
        {
            return null;
        }

        var bytes = new byte[36];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, minute);
        return Convert.FromHexString(Value.AsSpan(9), bytes.AsSpan(4), out _, out var written) == OperationStatus.Done && written == 32 ? bytes : null;
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
