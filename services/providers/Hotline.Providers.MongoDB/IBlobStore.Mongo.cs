using System.Security.Cryptography;
using Hotline.Ports;
using Hotline.Providers.MongoDB.Engine;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.GridFS;

namespace Hotline.Providers.MongoDB;

/// <summary>
/// Blobs in GridFS, under their address as the file name. Each upload is a file of its own, so two at once, or one after a crash in the middle
/// of another, never mix; several files of one address hold the same bytes.
/// </summary>
internal sealed class MongoBlobStore : IBlobStore
{
    private readonly MongoStore _store;
    private readonly GridFSBucket _bucket;

    public MongoBlobStore(MongoStore store)
    {
        _store = store;
        _bucket = new GridFSBucket(store.Database, new GridFSBucketOptions { BucketName = "blobs" });
    }

    public async ValueTask PutAsync(NewBlob blob, CancellationToken cancellation)
    {
        _ = blob.Ref.ToBytes() ?? throw new ArgumentException($"{blob.Ref} is no blob address.", nameof(blob));
        await _store.OpenAsync();
        await MongoFailures.GuardAsync(async () =>
        {
            if ((await FilesAsync(blob.Ref, cancellation)).Count == 0)
            {
                await _bucket.UploadFromBytesAsync(blob.Ref.Value, blob.Content.ToArray(), cancellationToken: cancellation);
            }

            return true;
        });
    }

    public async ValueTask<byte[]?> GetAsync(BlobRef blob, CancellationToken cancellation)
    {
        if (blob.ToBytes() is not { } address)
        {
            return null;
        }

        await _store.OpenAsync();
        var files = await MongoFailures.GuardAsync(() => FilesAsync(blob, cancellation));
        foreach (var file in files)
        {
            if (await ReadAsync(file.Id, cancellation) is { } content && SHA256.HashData(content).AsSpan().SequenceEqual(address.AsSpan(^SHA256.HashSizeInBytes..)))
            {
                return content;
            }
        }

        return files.Count == 0 ? null : throw new InvalidDataException($"The blob {blob} is damaged: its bytes have another hash.");
    }

    private async Task<List<GridFSFileInfo>> FilesAsync(BlobRef blob, CancellationToken cancellation)
    {
        using var found = await _bucket.FindAsync(Builders<GridFSFileInfo>.Filter.Eq(file => file.Filename, blob.Value), cancellationToken: cancellation);
        return await found.ToListAsync(cancellation);
    }

    /// <returns>Null when chunks are missing.</returns>
    private async Task<byte[]?> ReadAsync(ObjectId file, CancellationToken cancellation)
    {
        try
        {
            return await MongoFailures.GuardAsync(() => _bucket.DownloadAsBytesAsync(file, cancellationToken: cancellation));
        }
        catch (GridFSChunkException)
        {
            return null; // as good as other bytes: the caller says so, unless another file of this address is whole
        }
    }
}
