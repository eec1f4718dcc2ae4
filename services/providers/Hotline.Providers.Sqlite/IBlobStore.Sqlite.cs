using System.Security.Cryptography;
using Hotline.Ports;
using Hotline.Providers.Sqlite.Engine;

namespace Hotline.Providers.Sqlite;

/// <summary>Blobs: up to 64 KiB a row of the database, larger ones a file of their own.</summary>
internal sealed class SqliteBlobStore(SqliteStore store) : IBlobStore
{
    private const int LargestRow = 64 * 1024;

    public static bool FitsInCommit(NewBlob blob) => blob.Content.Length <= LargestRow;

    public static void Add(WriterStatements statements, NewBlob blob) => statements.AddBlob(AddressOf(blob.Ref), blob.Content.Span);

    public async ValueTask PutAsync(NewBlob blob, CancellationToken cancellation)
    {
        if (FitsInCommit(blob))
        {
            await store.Writer.WriteAsync(new PutOperation(blob));
            return;
        }

        await Task.Run(() => DurableFile.Write(store.Files.BlobFile(blob.Ref), blob.Content.Span), cancellation);
    }

    public async ValueTask<byte[]?> GetAsync(BlobRef blob, CancellationToken cancellation)
    {
        if (blob.ToBytes() is not { } address)
        {
            return null;
        }

        var content = store.Readers.Read(reader =>
        {
            try
            {
                return reader.Blob.Bind(1, address).Step() ? reader.Blob.Blob(0).ToArray() : null;
            }
            finally
            {
                reader.Blob.Reset();
            }
        });
        var file = store.Files.BlobFile(blob);
        content ??= File.Exists(file) ? await File.ReadAllBytesAsync(file, cancellation) : null;
        if (content is not null && !SHA256.HashData(content).AsSpan().SequenceEqual(address.AsSpan(^SHA256.HashSizeInBytes..)))
        {
            throw new InvalidDataException($"The blob {blob} is damaged: its bytes have another hash.");
        }

        return content;
    }

    private static byte[] AddressOf(BlobRef blob) => blob.ToBytes() ?? throw new ArgumentException($"{blob} is no blob address.", nameof(blob));

    private sealed class PutOperation(NewBlob blob) : WriteOperation(blob.Content.Length)
    {
        public override void Apply(WriterStatements statements) => Add(statements, blob);
    }
}
