using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>
/// Counts all that comes to a channel's door and what becomes of it. The counting is apart from the storing, so that the one can be held against the
/// other: what was acknowledged and is not stored would show.
/// </summary>
public sealed class ChannelBalance(string service, IDocumentStores stores, IIdSource ids, TimeProvider time)
{
    /// <summary>The kinds whose receipt says: it is stored.</summary>
    public static readonly IReadOnlyList<EntryOutcome> StoredKinds =
        [EntryOutcome.Appeal, EntryOutcome.Supplement, EntryOutcome.Urge, EntryOutcome.Withdrawal, EntryOutcome.Review];

    private const int PageSize = 500;
    private readonly IDocumentStore<ChannelCounts> _written = stores.Open(ChannelCounts.TypeFor(service));
    private readonly AsyncLocal<Entry?> _current = new();
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private Dictionary<(DateOnly Day, string? Source), Tally> _tallies = [];
    private NewDocument? _pending;

    /// <summary>Something came. What it becomes is told to it, or by the intake as it stores; an entry within another is the same one.</summary>
    /// <param name="source">The channel's entry, where it has several; null when it is not known yet or there is one.</param>
    public Entry Enter(string? source = null)
    {
        if (_current.Value is { IsOpen: true } outer)
        {
            return outer.Within(source);
        }

        var entry = new Entry(this, OfficeTime.Day(time.GetUtcNow()), source);
        _current.Value = entry;
        return entry;
    }

    /// <summary>What the entry in work has become, when nothing is stored by it or it was the channel that stored it.</summary>
    public void Became(EntryOutcome outcome) => _current.Value?.Became(outcome);

    /// <summary>Writes down what was counted since the last time; nothing when nothing was.</summary>
    /// <exception cref="EngineAwayException">It stays counted here, and goes with the next.</exception>
    public async ValueTask WriteAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            // What may have become durable though its write failed is written again as the same document, so that it is never counted twice.
            await WritePendingAsync();
            _pending = Cut();
            await WritePendingAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>All that was counted on a day, what is not written down yet included.</summary>
    internal async ValueTask<IReadOnlyList<SourceCounts>> OfAsync(DateOnly day, CancellationToken cancellation)
    {
        await WriteAsync(cancellation);
        var all = new Dictionary<(DateOnly, string?), Tally>();
        long after = 0;
        while (await _written.QueryAsync("day", ChannelCounts.DayKey(day), after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var counts in page.SelectMany(document => document.State.Sources).Where(source => source.Day == day))
            {
                TallyOf(all, day, counts.Source).Add(counts);
            }

            after = page[^1].Sequence;
        }

        return CountsOf(all).Sources;
    }

    /// <summary>A sender is about to be told that something of his is stored.</summary>
    /// <param name="stored">Stored just now; false when it had been before.</param>
    internal void Tell(EntryOutcome kind, bool stored, DateTimeOffset receivedAt, string? source)
    {
        if (stored)
        {
            lock (_lock)
            {
                TallyOf(_tallies, OfficeTime.Day(receivedAt), source).Acknowledged[(int)kind]++;
            }
        }

        _current.Value?.Became(stored ? kind : EntryOutcome.Repeated, source);
    }

    private async ValueTask WritePendingAsync()
    {
        if (_pending is { } counts)
        {
            await _written.AddOnceAsync(counts, CancellationToken.None);
            _pending = null;
        }
    }

    /// <summary>What was counted since the last time, as a document; null when nothing was.</summary>
    private NewDocument? Cut()
    {
        Dictionary<(DateOnly, string?), Tally> counted;
        lock (_lock)
        {
            (counted, _tallies) = (_tallies, []);
        }

        var id = ids.Next();
        return counted.Count == 0 ? null : new NewDocument(id, id.ToString("N"), [new NewFact(CountsOf(counted), time.GetUtcNow())]);
    }

    private static ChannelCounts CountsOf(Dictionary<(DateOnly Day, string? Source), Tally> tallies) => new(
        [.. tallies.OrderBy(static pair => pair.Key.Day).ThenBy(static pair => pair.Key.Source, StringComparer.Ordinal).Select(static pair => pair.Value.Counts(pair.Key.Day, pair.Key.Source))]);

    private static Tally TallyOf(Dictionary<(DateOnly, string?), Tally> tallies, DateOnly day, string? source)
    {
        if (!tallies.TryGetValue((day, source), out var tally))
        {
            tallies[(day, source)] = tally = new Tally();
        }

        return tally;
    }

    /// <summary>Something that came, until it is known what it became.</summary>
    public sealed class Entry : IDisposable
    {
        private readonly ChannelBalance _balance;
        private readonly DateOnly _day;
        private string? _source;
        private EntryOutcome? _outcome;
        private int _depth;

        internal Entry(ChannelBalance balance, DateOnly day, string? source)
        {
            (_balance, _day, _source) = (balance, day, source);
            _balance.CountReceived(day, source, 1);
        }

        /// <summary>What it has become so far; null when nothing was said.</summary>
        public EntryOutcome? Outcome => _outcome;

        internal bool IsOpen { get; private set; } = true;

        /// <summary>It became this; the first word counts, for what follows is done on its account.</summary>
        public void Became(EntryOutcome outcome, string? source = null)
        {
            _outcome ??= outcome;
            Move(source);
        }

        /// <summary>It became this after all, whatever was said before.</summary>
        public void CorrectTo(EntryOutcome outcome) => _outcome = outcome;

        /// <summary>Done with; without a word of what it became it has failed.</summary>
        public void Dispose()
        {
            if (_depth > 0)
            {
                _depth--;
                return;
            }

            if (IsOpen)
            {
                IsOpen = false;
                _balance.CountEnded(_day, _source, _outcome ?? EntryOutcome.Failed);
            }
        }

        internal Entry Within(string? source)
        {
            _depth++;
            Move(source);
            return this;
        }

        /// <summary>Which of the channel's sources it came by may only be known once it is read.</summary>
        private void Move(string? source)
        {
            if (source is not null && _source is null)
            {
                _balance.CountReceived(_day, null, -1);
                _balance.CountReceived(_day, source, 1);
                _source = source;
            }
        }
    }

    private void CountReceived(DateOnly day, string? source, int more)
    {
        lock (_lock)
        {
            TallyOf(_tallies, day, source).Received += more;
        }
    }

    private void CountEnded(DateOnly day, string? source, EntryOutcome outcome)
    {
        lock (_lock)
        {
            TallyOf(_tallies, day, source).Ended[(int)outcome]++;
        }
    }

    private sealed class Tally
    {
        private static readonly EntryOutcome[] Outcomes = Enum.GetValues<EntryOutcome>();

        public long Received { get; set; }

        public long[] Ended { get; } = new long[Outcomes.Length];

        public long[] Acknowledged { get; } = new long[Outcomes.Length];

        public SourceCounts Counts(DateOnly day, string? source) => new(day, source, Received, Named(Ended), Named(Acknowledged));

        public void Add(SourceCounts counts)
        {
            Received += counts.Received;
            Add(Ended, counts.Ended);
            Add(Acknowledged, counts.Acknowledged);
        }

        private static void Add(long[] counts, IReadOnlyDictionary<EntryOutcome, long> more)
        {
            foreach (var (outcome, count) in more)
            {
                counts[(int)outcome] += count;
            }
        }

        private static Dictionary<EntryOutcome, long> Named(long[] counts) => Outcomes.Where(outcome => counts[(int)outcome] != 0).ToDictionary(static outcome => outcome, outcome => counts[(int)outcome]);
    }
}
