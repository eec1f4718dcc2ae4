using System.Security.Cryptography;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine.Reports;

/// <summary>Officers saved their register of who is related to whom, sealed to all of them.</summary>
public sealed record RegisterSaved(string Blob);

/// <summary>The register as it stands: ciphertext the server cannot read.</summary>
public sealed record Register(string Blob)
{
    internal static DocumentType<Register> TypeFor(string service) => new(
        service, "register", new FactTypes().Add("RegisterSaved", ReportJson.Default.RegisterSaved), (_, fact) => new Register(((RegisterSaved)fact.Data).Blob), []);
}

/// <summary>Keeps the one register. Of two officers who change it at once the second must look again.</summary>
internal sealed class RegisterStore(IDocumentStore<Register> registers, IBlobStore blobs, TimeProvider time)
{
    private const string Key = "register";

    /// <returns>Version 0 and no letter before the first.</returns>
    public async ValueTask<(int Version, SealedLetter? Letter)> ReadAsync(CancellationToken cancellation) =>
        await registers.FindAsync(Key, cancellation) is not { } register ? (0, null)
        : await blobs.GetAsync(new BlobRef(register.State.Blob), cancellation) is { } content ? (register.Version, JsonSerializer.Deserialize(content, SealingJson.Default.SealedLetter))
        : throw new InvalidDataException("The register is not in the store.");

    /// <param name="version">Of the one that was changed.</param>
    /// <returns>False when it is no longer that one.</returns>
    public async ValueTask<bool> SaveAsync(int version, SealedLetter letter, CancellationToken cancellation)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(letter, SealingJson.Default.SealedLetter);
        var day = new DateTimeOffset(OfficeTime.Day(time.GetUtcNow()), TimeOnly.MinValue, OfficeTime.Offset).ToUniversalTime();
        var blob = new NewBlob(BlobRef.Of(content, day), content);
        var saved = new NewFact(new RegisterSaved(blob.Ref.Value), day);
        if (version == 0)
        {
            return (await registers.AddOnceAsync(new NewDocument(new Guid(RandomNumberGenerator.GetBytes(16)), Key, [saved]) { Blobs = [blob] }, cancellation)).Added;
        }

        if (await registers.FindAsync(Key, cancellation) is not { } register || register.Version != version)
        {
            return false;
        }

        await blobs.PutAsync(blob, cancellation);
        return await registers.AppendAsync(register, [saved], cancellation) is not null;
    }
}
