using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>
/// Keeps originals byte for byte: compressed, then sealed, for they hold names and phones. The first byte inside says how it was packed.
/// </summary>
public sealed class OriginalKeeper(ISealer sealer, IBlobStore blobs)
{
    private const byte Stored = 0;
    private const byte Brotli = 1;
    private const int Quality = 1; // the bytes of a kilobyte shrink by half at a tenth of the cost of the default
    private const int Window = 18;
    private const int LargestCompressed = 256 * 1024; // beyond it are photos, which do not shrink

    /// <param name="context">Who it belongs to: the submission's id.</param>
    /// <returns>Its bytes are from the pool: <see cref="Release"/> gives them back, once the store has them.</returns>
    public NewBlob Pack(ReadOnlySpan<byte> original, Guid context, DateTimeOffset keptAt)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(original.Length + 1);
        try
        {
            var packed = original.Length + 1;
            if (original.Length is > 0 and <= LargestCompressed && BrotliEncoder.TryCompress(original, buffer.AsSpan(1, original.Length), out var written, Quality, Window))
            {
                buffer[0] = Brotli;
                packed = written + 1;
            }
            else
            {
                buffer[0] = Stored;
                original.CopyTo(buffer.AsSpan(1));
            }

            Span<byte> id = stackalloc byte[16];
            context.TryWriteBytes(id, bigEndian: true, out _);
            var content = ArrayPool<byte>.Shared.Rent(packed + sealer.Overhead).AsMemory(0, packed + sealer.Overhead);
            sealer.Seal(buffer.AsSpan(0, packed), id, content.Span);
            return new NewBlob(BlobRef.Of(content.Span, keptAt), content);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Packs an original, and what lies in it encoded apart from it.</summary>
    /// <returns>The original's blob first, behind it those of such files; and where each file is.</returns>
    public (IReadOnlyList<NewBlob> Blobs, IReadOnlyList<SealedFile> Files) Pack(Original original, IReadOnlyList<ReceivedFile> files, Guid context, DateTimeOffset keptAt)
    {
        var blobs = new List<NewBlob>(1) { Pack(original.Content.Span, context, keptAt) };
        if (files.Count == 0)
        {
            return (blobs, []);
        }

        var places = new List<SealedFile>(files.Count);
        foreach (var file in files)
        {
            var kept = file.Kept;
            if (file.Content is { } content)
            {
                blobs.Add(Pack(content.Span, context, keptAt));
                kept = new KeptFile(context, blobs[^1].Ref.Value);
            }

            places.Add(new SealedFile(file.Offset, file.Length, kept));
        }

        return (blobs, places);
    }

    /// <summary>Gives packed bytes back to the pool, when the call that stored them, or failed to, is through.</summary>
    public static void Release(IReadOnlyList<NewBlob> blobs)
    {
        for (var i = 0; i < blobs.Count; i++)
        {
            if (MemoryMarshal.TryGetArray(blobs[i].Content, out var bytes))
            {
                ArrayPool<byte>.Shared.Return(bytes.Array!);
            }
        }
    }

    /// <returns>The original's bytes; null when no such blob is kept.</returns>
    public async ValueTask<byte[]?> UnpackAsync(BlobRef blob, Guid context, CancellationToken cancellation)
    {
        if (await blobs.GetAsync(blob, cancellation) is not { } content)
        {
            return null;
        }

        var packed = sealer.Open(content, context.ToByteArray(bigEndian: true));
        if (packed[0] == Stored)
        {
            return packed[1..];
        }

        using var plain = new MemoryStream();
        await using var brotli = new BrotliStream(new MemoryStream(packed, 1, packed.Length - 1), CompressionMode.Decompress);
        await brotli.CopyToAsync(plain, cancellation);
        return plain.ToArray();
    }

    /// <summary>The files of a submission, those kept apart from its original too; null when one of them is gone.</summary>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>?> FilesAsync(IReadOnlyList<SealedFile> places, byte[] original, CancellationToken cancellation)
    {
        var files = new List<ReadOnlyMemory<byte>>(places.Count);
        foreach (var file in places)
        {
            if (file.Kept is not { } kept)
            {
                files.Add(original.AsMemory(file.Offset, file.Length));
            }
            else if (await UnpackAsync(new BlobRef(kept.Blob), kept.Owner, cancellation) is { } content)
            {
                files.Add(content);
            }
            else
            {
                return null;
            }
        }

        return files;
    }
}
