using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>The events a reading has handed out, until the database knows that they are settled; those settled at the same time go there together.</summary>
internal sealed partial class Settlements : IAsyncDisposable
{
    private const int MostAtOnce = 250;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly IMongoCollection<BsonDocument> _documents;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CommitSignal _work = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<BsonValue, Waiting> _held = [];
    private readonly Queue<Held> _settled = new();
    private readonly List<Held> _known = [];
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _writing;

    public Settlements(IMongoCollection<BsonDocument> documents, TimeProvider time, ILogger logger)
    {
        (_documents, _time, _logger) = (documents, time, logger);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>An event that was handed out.</summary>
    internal sealed record Held(BsonValue Document, int Fact, long Order, string Topic, Guid? PartitionKey)
    {
        public bool IsSettled { get; set; }
    }

    /// <summary>A document with events that were handed out.</summary>
    private sealed class Waiting
    {
        public Dictionary<int, Held> Events { get; } = [];

        /// <summary>As last read.</summary>
        public int Version { get; set; }

        /// <summary>Whether every event it had when last read was handed out.</summary>
        public bool IsWhole { get; set; }
    }

    /// <summary>Documents with events that were handed out.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>The first order among the events not settled yet.</summary>
    public long? LowestOrder
    {
        get
        {
            lock (_gate)
            {
                return _held.Count == 0 ? null : _held.Values.Min(waiting => waiting.Events.Values.Min(held => held.Order));
            }
        }
    }

    /// <summary>Forgets the events of which the database knows by now.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            foreach (var held in _known)
            {
                if (_held.TryGetValue(held.Document, out var waiting) && waiting.Events.Remove(held.Fact) && waiting.Events.Count == 0)
                {
                    _held.Remove(held.Document);
                }
            }

            _known.Clear();
        }
    }

    /// <summary>Notes a document that has just been read.</summary>
    /// <returns>Its events before <paramref name="end"/> that were not handed out yet.</returns>
    public IReadOnlyList<Held> Hold(BsonDocument document, long end)
    {
        var key = document[Fields.Key];
        var added = new List<Held>();
        lock (_gate)
        {
            if (!_held.TryGetValue(key, out var waiting))
            {
                _held.Add(key, waiting = new Waiting());
            }

            waiting.IsWhole = true;
            waiting.Version = document[Fields.Version].ToInt32();
            foreach (var pending in document[Fields.Pending].AsBsonArray.Select(pending => pending.AsBsonDocument))
            {
                var held = new Held(
                    key,
                    pending[Fields.Event.Fact].ToInt32(),
                    pending[Fields.Event.Order].ToInt64(),
                    pending[Fields.Event.Topic].AsString,
                    pending.TryGetValue(Fields.Event.Key, out var partition) ? Fields.Guid(partition) : null);
                if (held.Order >= end)
                {
                    waiting.IsWhole = false;
                }
                else if (waiting.Events.TryAdd(held.Fact, held))
                {
                    added.Add(held);
                }
            }

            if (waiting.Events.Count == 0)
            {
                _held.Remove(key);
            }
        }

        return added;
    }

    public void Settle(Held held)
    {
        lock (_gate)
        {
            if (_closed.IsCancellationRequested || held.IsSettled)
            {
                return;
            }

            held.IsSettled = true;
            _settled.Enqueue(held);
        }

        _work.Pulse();
    }

    /// <summary>Writes what is settled, if the database takes it, and no more: others may have the events now.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed.Cancel();
        }

        _work.Pulse();
        await _writing;
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            var next = _work.Next;
            var ending = _closed.IsCancellationRequested;
            var settled = Take();
            if (settled.Count == 0)
            {
                if (ending)
                {
                    return;
                }

                await next;
                continue;
            }

            if (await TryWriteAsync(settled))
            {
                continue;
            }

            if (ending)
            {
                return; // they come again
            }

            lock (_gate)
            {
                settled.ForEach(_settled.Enqueue);
            }

            await Task.Delay(RetryAfter, _time, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<Held> Take()
    {
        lock (_gate)
        {
            var taken = new List<Held>();
            while (taken.Count < MostAtOnce && _settled.TryDequeue(out var held))
            {
                taken.Add(held);
            }

            return taken;
        }
    }

    private async Task<bool> TryWriteAsync(List<Held> settled)
    {
        var writes = settled.GroupBy(held => held.Document).SelectMany(group => Writes(group.Key, [.. group])).ToList();
        try
        {
            await _documents.BulkWriteAsync(writes);
        }
#pragma warning disable CA1031 // tried again; should this process end first, the events come again
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogUnsettled(settled.Count, failure.GetType().Name);
            return false;
        }

        lock (_gate)
        {
            _known.AddRange(settled);
        }

        return true;
    }

    /// <summary>The field goes where nothing is left in it, so that the index holds only documents that wait; where that has changed since, the events go one by one.</summary>
    private IEnumerable<WriteModel<BsonDocument>> Writes(BsonValue document, List<Held> settled)
    {
        if (VersionOfEmpty(document) is { } version)
        {
            yield return new UpdateOneModel<BsonDocument>(
                new BsonDocument { { Fields.Key, document }, { Fields.Version, version } }, new BsonDocument("$unset", new BsonDocument(Fields.Pending, "")));
        }

        var facts = new BsonArray(settled.Select(held => held.Fact));
        yield return new UpdateOneModel<BsonDocument>(
            new BsonDocument(Fields.Key, document),
            new BsonDocument("$pull", new BsonDocument(Fields.Pending, new BsonDocument(Fields.Event.Fact, new BsonDocument("$in", facts)))));
    }

    /// <returns>The version as of which nothing is left to settle in the document; null when something is.</returns>
    private int? VersionOfEmpty(BsonValue document)
    {
        lock (_gate)
        {
            return _held.TryGetValue(document, out var waiting) && waiting.IsWhole && waiting.Events.Values.All(held => held.IsSettled) ? waiting.Version : null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} settled events cannot be taken off their documents, trying again ({Failure}).")]
    private partial void LogUnsettled(int count, string failure);
}
