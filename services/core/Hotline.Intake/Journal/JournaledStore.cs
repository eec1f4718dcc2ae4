using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Ports;

namespace Hotline.Intake.Journal;

/// <summary>What becomes of a document whose key, when the store is back, another has already.</summary>
/// <param name="ContentOf">What makes two of one key the same submission. One of other content was acknowledged too, and is added under its key and content.</param>
/// <param name="Join">The fact that notes the second with the first; null when it is noted.</param>
internal sealed record Twins<T>(Func<T, string> ContentOf, Func<T, T, NewFact?> Join);

/// <summary>A store of documents with a journal before it: what is added while the store is away waits in the journal.</summary>
internal sealed class JournaledStore<T>(IntakeJournal journal, IDocumentStore<T> main, DocumentType<T> type, Twins<T> twins) : IDocumentStore<T>
    where T : class
{
    /// <summary>The sequence of a document that is in no store yet.</summary>
    private const long Journaled = 0;

    public async ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation)
    {
        if (journal.Waiting > 0 && await journal.FindAsync(type.FullName, document.Key, cancellation) is { State.Carried: false } kept)
        {
            return new AddResult<T>(false, DocumentOf(kept));
        }

        if (!journal.StoreIsAway)
        {
            try
            {
                // Of its own, for it may still be at work when nobody waits any more and the caller's bytes are used for something else.
                var own = document with { Blobs = [.. document.Blobs.Select(static blob => blob with { Content = blob.Content.ToArray() })] };
                return await journal.AskAsync(() => main.AddOnceAsync(own, CancellationToken.None).AsTask());
            }
            catch (EngineAwayException)
            {
                // If that commit happens after all, it is found by the same id when this is carried over.
            }
        }

        var (added, entry) = await journal.KeepAsync(EntryOf(document), document.Key, document.Blobs, cancellation);
        return new AddResult<T>(added, DocumentOf(entry));
    }

    public ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation) =>
        FindAsync(() => main.GetAsync(id, cancellation), () => journal.FirstAsync("id", JournalEntry.IdOf(type.FullName, id), cancellation));

    public ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation) => FindAsync(
        () => main.FindAsync(key, cancellation),
        async () => await journal.FindAsync(type.FullName, key, cancellation) is { State.Carried: false } entry ? entry : null);

    public ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation) =>
        current.Sequence != Journaled ? main.AppendAsync(current, facts, cancellation)
            : throw new EngineAwayException($"This document of {type.FullName} came while the store was away and is not in it yet.");

    /// <summary>As the store says. A look for a single document also finds what waits in the journal.</summary>
    public async ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation)
    {
        if (after != 0 || limit != 1)
        {
            return await main.QueryAsync(index, value, after, limit, cancellation);
        }

        return await FindAsync(
            async () => await main.QueryAsync(index, value, 0, 1, cancellation) is [var found, ..] ? found : null,
            () => journal.FirstAsync("value", ValueOf(index, value), cancellation)) is { } document ? [document] : [];
    }

    /// <summary>Adds an entry to the store; done again after a crash it comes to the same.</summary>
    public async ValueTask CarryAsync(Document<JournalEntry> entry, CancellationToken cancellation)
    {
        var kept = DocumentOf(entry);
        var blobs = new List<NewBlob>(entry.State.Blobs.Count);
        foreach (var address in entry.State.Blobs)
        {
            blobs.Add(await journal.BlobAsync(address, cancellation));
        }

        var document = new NewDocument(kept.Id, journal.KeyOf(entry), [.. entry.State.Facts.Select((fact, at) => new NewFact(kept.Facts[at].Data, fact.At, fact.Topic, fact.PartitionKey) { Sealed = fact.Sealed })])
        {
            Blobs = blobs,
        };
        var stored = await AddAsync(document, kept.State, cancellation);
        try
        {
            await journal.CarriedAsync(entry, stored.Id, cancellation);
        }
        catch (EngineAwayException full)
        {
            throw new IOException("The journal cannot be written.", full); // no word about the store, which has it
        }
    }

    private async ValueTask<Document<T>> AddAsync(NewDocument document, T kept, CancellationToken cancellation)
    {
        var (added, stored) = await main.AddOnceAsync(document, cancellation);
        if (added || stored.Id == document.Id)
        {
            return stored;
        }

        var content = twins.ContentOf(kept);
        if (twins.ContentOf(stored.State) != content)
        {
            (added, stored) = await main.AddOnceAsync(document with { Key = $"{document.Key}/{content}" }, cancellation);
        }

        return added || stored.Id == document.Id ? stored : await JoinAsync(stored, kept, cancellation);
    }

    private async ValueTask<Document<T>> JoinAsync(Document<T> stored, T kept, CancellationToken cancellation)
    {
        while (twins.Join(stored.State, kept) is { } fact)
        {
            if (await main.AppendAsync(stored, [fact], cancellation) is { } joined)
            {
                return joined;
            }

            stored = await main.GetAsync(stored.Id, cancellation) ?? throw new InvalidOperationException("A document vanished.");
        }

        return stored;
    }

    private async ValueTask<Document<T>?> FindAsync(Func<ValueTask<Document<T>?>> inMain, Func<ValueTask<Document<JournalEntry>?>> inJournal)
    {
        EngineAwayException? away = null;
        var waiting = journal.Waiting > 0;
        if (journal.StoreIsAway)
        {
            away = new EngineAwayException("The store is away.");
        }
        else
        {
            try
            {
                if (await journal.AskAsync(() => inMain().AsTask()) is { } found)
                {
                    return found;
                }
            }
            catch (EngineAwayException failure)
            {
                away = failure;
            }
        }

        return waiting && await inJournal() is { } entry ? DocumentOf(entry)
            : away is not null ? throw away
            : waiting ? await inMain() // it may have been carried over between the two looks
            : null;
    }

    private JournalEntry EntryOf(NewDocument document)
    {
        var facts = new List<JournaledFact>(document.Facts.Count);
        foreach (var fact in document.Facts)
        {
            var json = new Utf8JsonReader(StoredJson.Write(fact.Data, type.Facts.Write));
            facts.Add(new JournaledFact(type.Facts.NameOf(fact.Data), fact.At, JsonElement.ParseValue(ref json), fact.Sealed, fact.Topic, fact.PartitionKey));
        }

        var state = type.FoldAll(FactsOf(facts));
        return new JournalEntry(
            type.FullName, document.Id, facts,
            [.. document.Blobs.Select(static blob => blob.Ref.Value)],
            [.. type.Indexes.SelectMany(index => index.Values(state).Select(value => ValueOf(index.Name, value)))]);
    }

    private Document<T> DocumentOf(Document<JournalEntry> entry)
    {
        var facts = FactsOf(entry.State.Facts);
        return new Document<T>(entry.State.Id, Journaled, facts.Count, type.FoldAll(facts), facts);
    }

    private List<Fact> FactsOf(IReadOnlyList<JournaledFact> facts) =>
        [.. facts.Select((fact, at) => new Fact(at + 1, fact.Type, fact.At, type.Facts.Read(fact.Type, JsonMarshal.GetRawUtf8Value(fact.Data)), fact.Sealed))];

    private string ValueOf(string index, string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{type.FullName}/{index}/{value}")));
}
