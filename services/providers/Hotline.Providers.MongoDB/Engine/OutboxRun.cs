using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>
/// One reading of a service's outbox. It goes forward by windows of order numbers, never past a number that is still open, and each look takes
/// in everything before the window too: what a process wrote with a number that was given up meanwhile is late, and not lost.
/// </summary>
internal sealed class OutboxRun : IAsyncDisposable
{
    private const int MostDocuments = 2000;
    private const long WidestWindow = 1 << 20;
    private const int BodiesAtOnce = 200;
    private static readonly TimeSpan LookForLate = TimeSpan.FromSeconds(2);

    private readonly ServiceStore _store;
    private readonly OutboxLease _lease;
    private readonly TimeProvider _time;
    private readonly Settlements _settlements;
    private long _reached;
    private long _window = 1024;
    private long? _looked;

    public OutboxRun(ServiceStore store, OutboxLease lease, TimeProvider time, ILogger logger)
    {
        (_store, _lease, _time) = (store, lease, time);
        _reached = lease.SettledBefore;
        _settlements = new Settlements(store.Documents, time, logger);
    }

    /// <summary>Whether the last look went as far as one can see.</summary>
    public bool IsUpToDate { get; private set; }

    /// <summary>The events that have come to be seen, in their order.</summary>
    public async Task<IReadOnlyList<LogMessage>> ReadAsync(CancellationToken cancellation)
    {
        var horizon = await _store.Sequence.HorizonAsync(cancellation);
        IsUpToDate = _reached >= horizon.Number;
        if (IsUpToDate && _looked is { } looked && _time.GetElapsedTime(looked) < LookForLate)
        {
            return [];
        }

        _settlements.Forget(); // what is settled in the database cannot turn up in the look that follows
        var end = Math.Max(_reached, Math.Min(horizon.Number, _reached + _window));
        var most = MostDocuments + _settlements.Count;
        var (waiting, _) = await MongoFailures.GuardAsync(() => ReadTime.AfterAsync(
            horizon.Time,
            _store.Documents,
            new BsonDocument(Fields.PendingOrder, new BsonDocument("$lt", end)),
            find => find.Project(new BsonDocument { { Fields.Version, 1 }, { Fields.Pending, 1 } }).Limit(most),
            cancellation));
        if (waiting.Count == most && _window > 1)
        {
            _window /= 2; // the look was cut off, and nobody says where
            IsUpToDate = false;
            return [];
        }

        var events = waiting.SelectMany(document => _settlements.Hold(document, end)).OrderBy(one => one.Order).ThenBy(one => one.Fact).ToList();
        var messages = await BodiesAsync(events, cancellation);
        _window = waiting.Count < MostDocuments / 4 ? Math.Min(_window * 2, WidestWindow) : _window;
        (_reached, _looked, IsUpToDate) = (end, _time.GetTimestamp(), end >= horizon.Number);
        _lease.SettledBefore = _settlements.LowestOrder ?? _reached;
        return messages;
    }

    public ValueTask DisposeAsync() => _settlements.DisposeAsync();

    private async Task<IReadOnlyList<LogMessage>> BodiesAsync(List<Settlements.Held> events, CancellationToken cancellation)
    {
        var messages = new List<LogMessage>(events.Count);
        foreach (var some in events.Chunk(BodiesAtOnce))
        {
            var keys = new BsonArray(some.Select(one => one.Document).Distinct());
            var found = await MongoFailures.GuardAsync(() => _store.Documents.Find(new BsonDocument(Fields.Key, new BsonDocument("$in", keys))).ToListAsync(cancellation));
            var documents = found.ToDictionary(document => document[Fields.Key]);
            messages.AddRange(some.Select(one => new MongoLogMessage(_settlements, one, Envelope(documents[one.Document], one), _lease.Lost)));
        }

        return messages;
    }

    private CloudEvent Envelope(BsonDocument document, Settlements.Held held)
    {
        var id = Fields.Guid(document[Fields.Id]);
        var fact = document[Fields.Facts][held.Fact - 1];
        return new CloudEvent(
            CloudEvent.IdOf(id, held.Fact),
            $"/hotline/{_store.Service}",
            fact[Fields.Fact.Type].AsString,
            DateTimeOffset.FromUnixTimeMilliseconds(fact[Fields.Fact.At].AsBsonDateTime.MillisecondsSinceEpoch),
            held.PartitionKey ?? id,
            fact[Fields.Fact.Data].AsBsonBinaryData.Bytes);
    }
}

internal sealed class MongoLogMessage(Settlements settlements, Settlements.Held held, CloudEvent envelope, CancellationToken revoked) : LogMessage
{
    public override string Topic => held.Topic;

    public override CloudEvent Event { get; } = envelope;

    public override CancellationToken Revoked { get; } = revoked;

    public override void Settle() => settlements.Settle(held);
}
