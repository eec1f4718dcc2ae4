using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>What is kept of a submission beside the appeal: its original, its files, the contact.</summary>
public sealed partial class AppealIntake
{
    /// <summary>The first byte of a sealed part behind whose JSON the original lies; without one it begins with the JSON's brace.</summary>
    private const byte WithOriginal = 1;
    private const int HeadBytes = 1 + sizeof(ushort);

    /// <summary>The original of an appeal, byte for byte.</summary>
    /// <exception cref="InvalidDataException">What is in the store gives other bytes than came.</exception>
    public ValueTask<byte[]?> OriginalOfAsync(Document<ReceivedAppeal> appeal, CancellationToken cancellation) => OriginalOfAsync(Open(appeal), appeal, appeal.Id, cancellation);

    /// <summary>Keeps bytes that belong to a submission, sealed like its original. Durable when it returns.</summary>
    public async ValueTask<BlobRef> KeepAsync(Guid owner, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        var blob = _originals.Pack(content.Span, owner, _time.GetUtcNow());
        await _blobs.PutAsync(blob, cancellation);
        return blob.Ref;
    }

    /// <summary>What <see cref="KeepAsync"/> kept; null when there is no such blob.</summary>
    public ValueTask<byte[]?> KeptAsync(Guid owner, BlobRef blob, CancellationToken cancellation) => _originals.UnpackAsync(blob, owner, cancellation);

    /// <summary>
    /// The files an appeal came with, in the order of its attachments; null when the original or one of them is gone. Refused ones are included as they lie
    /// in the original, in letters still in their transfer encoding.
    /// </summary>
    /// <param name="supplement">The id of a supplement, for the files that came with it.</param>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>?> FilesOfAsync(Document<ReceivedAppeal> appeal, CancellationToken cancellation, Guid? supplement = null)
    {
        var part = supplement is not { } added ? Open(appeal) : Open(appeal.Facts.First(fact => fact.Data is AppealSupplemented of && of.Id == added), added);
        return await OriginalOfAsync(part, appeal, supplement ?? appeal.Id, cancellation) is { } original ? await _originals.FilesAsync(part.Files, original, cancellation) : null;
    }

    private ValueTask<byte[]?> OriginalOfAsync(SealedPart part, Document<ReceivedAppeal> appeal, Guid context, CancellationToken cancellation)
    {
        if (part.Original is { } blob)
        {
            return _originals.UnpackAsync(new BlobRef(blob), context, cancellation);
        }

        var original = new byte[part.Size];
        return OriginalAround.TryRead(part.Around.Span, appeal.State.Appeal, original) && Convert.ToHexStringLower(SHA256.HashData(original)) == part.Sha256
            ? new(original)
            : throw new InvalidDataException($"The original of appeal {appeal.Id} is damaged: its bytes have another hash.");
    }

    private SealedPart Open(Document<ReceivedAppeal> appeal) => Open(appeal.Facts[0], appeal.Id);

    private SealedPart Open(Fact fact, Guid id)
    {
        var bytes = _contacts.Open(fact.Sealed.Span, id.ToByteArray(bigEndian: true)).AsMemory();
        if (bytes.Span[0] != WithOriginal)
        {
            return JsonSerializer.Deserialize(bytes.Span, IntakeJson.Default.SealedPart)!;
        }

        var around = HeadBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[1..]);
        return JsonSerializer.Deserialize(bytes.Span[HeadBytes..around], IntakeJson.Default.SealedPart)! with { Around = bytes[around..] };
    }

    /// <summary>Seals what is not for everybody to read. An original that hardly says more than the appeal goes with it, any other one into blobs.</summary>
    /// <returns>The blobs' bytes are from the pool: <see cref="OriginalKeeper.Release"/>.</returns>
    private (byte[] Sealed, IReadOnlyList<NewBlob> Blobs) SealWith(Appeal appeal, AppealDraft draft, Original original)
    {
        Span<byte> around = stackalloc byte[OriginalAround.MostBytes];
        if (draft.Files.Count == 0 && OriginalAround.TryWrite(original.Content.Span, appeal, around, out var length))
        {
            return (Seal(appeal.Id, PartOf(draft.Contact, null, original, []), around[..length]), []);
        }

        var (blobs, files) = _originals.Pack(original, draft.Files, appeal.Id, appeal.ReceivedAt);
        return (Seal(appeal.Id, PartOf(draft.Contact, blobs[0], original, files), default), blobs);
    }

    private static SealedPart PartOf(Contact? contact, NewBlob? blob, Original original, IReadOnlyList<SealedFile> files) =>
        new(contact, blob?.Ref.Value, original.ContentType, original.Sha256, original.Content.Length, files);

    private byte[] Seal(Guid id, SealedPart part, ReadOnlySpan<byte> around)
    {
        Span<byte> context = stackalloc byte[16];
        id.TryWriteBytes(context, bigEndian: true, out _);
        var json = StoredJson.Write(part, static (json, part) => JsonSerializer.Serialize(json, part, IntakeJson.Default.SealedPart));
        if (around.IsEmpty)
        {
            return _contacts.Seal(json, context);
        }

        var length = HeadBytes + json.Length + around.Length;
        var plain = ArrayPool<byte>.Shared.Rent(length);
        plain[0] = WithOriginal;
        BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(1), checked((ushort)json.Length));
        json.CopyTo(plain.AsSpan(HeadBytes));
        around.CopyTo(plain.AsSpan(HeadBytes + json.Length));
        var done = _contacts.Seal(plain.AsSpan(0, length), context);
        ArrayPool<byte>.Shared.Return(plain, clearArray: true); // it held a name and a phone
        return done;
    }
}
