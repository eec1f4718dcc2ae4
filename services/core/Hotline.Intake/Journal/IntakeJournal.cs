using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Hotline.Ports;
using Microsoft.Extensions.Logging;

namespace Hotline.Intake.Journal;

/// <summary>
/// What a channel receives while its store is away: kept in an embedded store of this replica's own, acknowledged, and carried over when the store is
/// back. Numbers come from <see cref="NumberStock"/>. Only what is received goes this way; what needs to be looked up first waits for the store.
/// </summary>
/// <param name="own">The embedded store of this replica.</param>
public sealed partial class IntakeJournal(string service, IDocumentStores own, IBlobStore blobs, IServiceKeys keys, TimeProvider time, ILogger<IntakeJournal> logger) : IDisposable
{
    private const int PageSize = 200;
    private const int CarriedAtOnce = 8;

    /// <summary>How long the store may take to answer, for a citizen to wait no longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ISealer _sealer = keys.Sealer(service, "journal");
    private readonly IDocumentStore<JournalEntry> _entries = own.Open(JournalEntry.TypeFor(service));
    private readonly Dictionary<string, Func<Document<JournalEntry>, CancellationToken, ValueTask>> _carriers = [];
    private readonly Meter _meter = new("Hotline.Intake");
    private readonly ConcurrentDictionary<Guid, byte> _stuck = [];
    private int _waiting;
    private volatile bool _storeIsAway;
    private Func<CancellationToken, Task<bool>> _probe = static _ => Task.FromResult(true);

    public string Service => service;

    /// <summary>The numbers held in advance by this replica.</summary>
    internal IDocumentStore<StockedBlock> Stock { get; } = own.Open(StockedBlock.TypeFor(service));

    /// <summary>How many documents wait for the store; what an earlier run left is counted at <see cref="StartAsync"/>.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>A type of document that may be received through this journal.</summary>
    /// <param name="twins">What becomes of one whose key another document has by then.</param>
    internal IDocumentStore<T> Open<T>(IDocumentStore<T> main, DocumentType<T> type, Twins<T> twins)
        where T : class
    {
        var store = new JournaledStore<T>(this, main, type, twins);
        _carriers.Add(type.FullName, store.CarryAsync);
        _probe = async cancellation => await main.FindAsync("", cancellation) is null;
        return store;
    }

    /// <summary>Counts what waits from before; once, before anything is received.</summary>
    public async ValueTask StartAsync(CancellationToken cancellation)
    {
        long after = 0;
        while (await _entries.QueryAsync("waiting", "all", after, PageSize, cancellation) is { Count: > 0 } page)
        {
            Interlocked.Add(ref _waiting, page.Count);
            after = page[^1].Sequence;
        }

        _meter.CreateObservableGauge("hotline.journal.waiting", () => new Measurement<int>(Waiting, new KeyValuePair<string, object?>("service", service)), description: "Documents received while the store was away that are not in it yet");
    }

    /// <summary>Carries all that waits over to the store. What the store does not take stays, and holds up nothing else.</summary>
    /// <returns>How many were carried.</returns>
    /// <exception cref="EngineAwayException">The store is away still, or again.</exception>
    public async ValueTask<int> CarryAsync(CancellationToken cancellation)
    {
        if (_storeIsAway)
        {
            await AskAsync(() => _probe(cancellation));
            _storeIsAway = false;
        }

        var carried = 0;
        long after = 0;
        while (await _entries.QueryAsync("waiting", "all", after, PageSize, cancellation) is { Count: > 0 } page)
        {
            await Parallel.ForEachAsync(page, new ParallelOptions { MaxDegreeOfParallelism = CarriedAtOnce, CancellationToken = cancellation }, async (entry, cancellation) =>
            {
                if (await TryCarryAsync(entry, cancellation))
                {
                    Interlocked.Increment(ref carried);
                }
            });
            after = page[^1].Sequence;
        }

        return carried;
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>The store was found away, and nobody found it back yet: so long it is not asked, for each would wait.</summary>
    internal bool StoreIsAway => _storeIsAway;

    /// <summary>Asks the store, no longer than its patience: one that hangs is away too. What it does after all is found later by the same id.</summary>
    /// <exception cref="EngineAwayException">It is away.</exception>
    internal async Task<TAnswer> AskAsync<TAnswer>(Func<Task<TAnswer>> ask)
    {
        try
        {
            return await ask().WaitAsync(Patience, time);
        }
        catch (Exception away) when (away is TimeoutException or EngineAwayException)
        {
            FoundAway();
            throw away as EngineAwayException ?? new EngineAwayException($"The store has not answered for {Patience.TotalSeconds:F0} s.", away);
        }
    }

    internal void FoundAway() => _storeIsAway = true;

    /// <summary>The entry of a document's key, carried or not.</summary>
    internal ValueTask<Document<JournalEntry>?> FindAsync(string type, string key, CancellationToken cancellation) => _entries.FindAsync(KeyOf(type, key), cancellation);

    /// <summary>The waiting entry that an index of this journal leads to.</summary>
    internal async ValueTask<Document<JournalEntry>?> FirstAsync(string index, string value, CancellationToken cancellation) =>
        await _entries.QueryAsync(index, value, 0, 1, cancellation) is [var entry, ..] ? entry : null;

    /// <param name="key">The document's own.</param>
    internal async ValueTask<AddResult<JournalEntry>> KeepAsync(JournalEntry entry, string key, IReadOnlyList<NewBlob> kept, CancellationToken cancellation)
    {
        var fact = new NewFact(entry, time.GetUtcNow()) { Sealed = _sealer.Seal(Encoding.UTF8.GetBytes(key), ContextOf(entry.Id)) };
        var result = await _entries.AddOnceAsync(new NewDocument(entry.Id, KeyOf(entry.Type, key), [fact]) { Blobs = kept }, cancellation);
        if (result.Added)
        {
            Interlocked.Increment(ref _waiting);
        }

        return result;
    }

    internal async ValueTask<NewBlob> BlobAsync(string address, CancellationToken cancellation)
    {
        var blob = new BlobRef(address);
        return new NewBlob(blob, await blobs.GetAsync(blob, cancellation) ?? throw new InvalidDataException($"The journal of {service} lacks the blob {address}: it is damaged. Restore it from the backup."));
    }

    internal async ValueTask CarriedAsync(Document<JournalEntry> entry, Guid into, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (await _entries.AppendAsync(entry, [new NewFact(new EntryCarried(now, into), now)], cancellation) is not null)
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async ValueTask<bool> TryCarryAsync(Document<JournalEntry> entry, CancellationToken cancellation)
    {
        if (!_carriers.TryGetValue(entry.State.Type, out var carry))
        {
            return false; // of a service that this version does not have
        }

        try
        {
            await carry(entry, cancellation);
            return true;
        }
        catch (EngineAwayException)
        {
            FoundAway();
            throw;
        }
#pragma warning disable CA1031 // whatever is wrong with one entry, it stays and is told, and the others go on
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (_stuck.TryAdd(entry.Id, 0)) // it is tried each second, and told once
            {
                LogStuck(service, entry.State.Type, entry.State.Id, failure.GetType().Name);
            }

            return false;
        }
    }

    /// <summary>The key of the document kept in an entry.</summary>
    internal string KeyOf(Document<JournalEntry> entry) => Encoding.UTF8.GetString(_sealer.Open(entry.Facts[0].Sealed.Span, ContextOf(entry.Id)));

    private static byte[] ContextOf(Guid id) => id.ToByteArray(bigEndian: true);

    private static string KeyOf(string type, string key) => $"{type}\n{key}";

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal of {Service} keeps {Type} {Id}, which the store does not take: {Failure}")]
    private partial void LogStuck(string service, string type, Guid id, string failure);
}
