using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Dispatch.Proofs;

/// <summary>
/// Keeps the bytes of proofs sealed under dispatch's own key, each for its order alone, just as they came: a photo's EXIF place and time are evidence for the
/// office, and the office alone is served them.
/// </summary>
public sealed class ProofKeeper(IServiceKeys keys, IBlobStore blobs)
{
    private readonly ISealer _sealer = keys.Sealer(DispatchService.Name, "proofs");

    /// <returns>Where they lie; durable when it returns.</returns>
    public async ValueTask<string> KeepAsync(Guid order, ReadOnlyMemory<byte> content, DateTimeOffset at, CancellationToken cancellation)
    {
        var bytes = _sealer.Seal(content.Span, order.ToByteArray(bigEndian: true));
        var blob = new NewBlob(BlobRef.Of(bytes, at), bytes);
        await blobs.PutAsync(blob, cancellation);
        return blob.Ref.Value;
    }

    /// <returns>Null when the store no longer has them.</returns>
    public async ValueTask<byte[]?> OpenAsync(Guid order, string blob, CancellationToken cancellation) =>
        await blobs.GetAsync(new BlobRef(blob), cancellation) is { } bytes ? _sealer.Open(bytes, order.ToByteArray(bigEndian: true)) : null;
}
