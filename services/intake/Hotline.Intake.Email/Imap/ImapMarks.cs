using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Intake.Email.Imap;

/// <summary>When a folder was first opened under a UIDVALIDITY.</summary>
/// <param name="Next">Its UIDNEXT then: what was seen before is none of ours.</param>
internal sealed record FolderBegun(string Folder, uint Validity, uint Next, DateTimeOffset At);

/// <summary>A letter is durable here: by this key it is not read again.</summary>
/// <param name="Size">In bytes as the server told it. Servers have given a UID twice; a letter of another size is another letter.</param>
internal sealed record LetterTaken(string Folder, uint Validity, uint Uid, long Size, string Outcome, DateTimeOffset At);

/// <summary>What is remembered of folders: since when they are read, and which letters are durable, by UIDVALIDITY and UID.</summary>
internal sealed class ImapMarks(IDocumentStores stores, IIdSource ids, TimeProvider time)
{
    private const int Page = 1_000;
    private readonly IDocumentStore<FolderBegun> _begun = stores.Open(new DocumentType<FolderBegun>(
        EmailChannel.Name, "imap-folders", new FactTypes().Add("begun", ImapJson.Default.FolderBegun), static (_, fact) => (FolderBegun)fact.Data, [new("folder", static begun => [begun.Folder])]));

    private readonly IDocumentStore<LetterTaken> _taken = stores.Open(new DocumentType<LetterTaken>(
        EmailChannel.Name, "imap-letters", new FactTypes().Add("taken", ImapJson.Default.LetterTaken), static (_, fact) => (LetterTaken)fact.Data, [new("folder", static letter => [KeyOf(letter.Folder, letter.Validity)])]));

    /// <summary>A folder's short name here.</summary>
    public static string NameOf(ImapAccount account) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account.Host.ToLowerInvariant()}\n{account.User}\n{account.Folder}")))[..16];

    /// <returns>The beginning of this folder's reading, and that under its present UIDVALIDITY; the same unless that has changed.</returns>
    public async ValueTask<(FolderBegun First, FolderBegun Now)> BeginAsync(string folder, OpenFolder open, CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        var begun = new FolderBegun(folder, open.Validity, open.Next, at);
        var (_, document) = await _begun.AddOnceAsync(new NewDocument(ids.Next(), KeyOf(folder, open.Validity), [new NewFact(begun, at)]), cancellation);
        var first = (await _begun.QueryAsync("folder", folder, 0, 1, cancellation))[0];
        return (first.State, document.State);
    }

    /// <returns>The sizes of the letters taken, by UID.</returns>
    public async ValueTask<Dictionary<uint, long>> TakenAsync(string folder, uint validity, CancellationToken cancellation)
    {
        var taken = new Dictionary<uint, long>();
        long after = 0;
        while (await _taken.QueryAsync("folder", KeyOf(folder, validity), after, Page, cancellation) is { Count: > 0 } page)
        {
            foreach (var letter in page)
            {
                taken[letter.State.Uid] = letter.State.Size;
            }

            after = page[^1].Sequence;
        }

        return taken;
    }

    public async ValueTask TakeAsync(string folder, uint validity, uint uid, long size, string outcome, CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        var letter = new LetterTaken(folder, validity, uid, size, outcome, at);
        await _taken.AddOnceAsync(new NewDocument(ids.Next(), string.Create(CultureInfo.InvariantCulture, $"{KeyOf(folder, validity)}/{uid}"), [new NewFact(letter, at)]), cancellation);
    }

    private static string KeyOf(string folder, uint validity) => string.Create(CultureInfo.InvariantCulture, $"{folder}/{validity}");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FolderBegun))]
[JsonSerializable(typeof(LetterTaken))]
internal sealed partial class ImapJson : JsonSerializerContext;
