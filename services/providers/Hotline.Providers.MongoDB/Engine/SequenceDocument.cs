using Hotline.Ports;
using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>Numbers <c>[First, End)</c> that one call took.</summary>
internal readonly record struct Numbers(long First, long End);

/// <summary>A number before which every write has ended, and when that was read: whatever is read after that time has all of them.</summary>
internal sealed record Horizon(long Number, ReadTime? Time);

/// <summary>
/// The sequence of a service as the database holds it: the next number, and by holder the blocks of numbers that may still be on their way.
/// <c>{_id: service, next: 812, open: {holder: {beat: 7, blocks: [[801, 809]]}}}</c>. All that is asked of it is one atomic change of this one document.
/// </summary>
internal sealed partial class SequenceDocument(
    IMongoCollection<BsonDocument> sequences, IMongoCollection<BsonDocument> documents, string service, TimeSpan patience, TimeProvider time, ILogger logger)
{
    private readonly FilterDefinition<BsonDocument> _only = new BsonDocument("_id", service);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (int Beat, long Since)> _seen = [];

    /// <summary>How long a holder may be silent.</summary>
    public TimeSpan Patience => patience;

    /// <summary>Takes the next <paramref name="count"/> numbers and enters them as open, in one change.</summary>
    /// <param name="others">The holder's other open blocks.</param>
    /// <param name="trying">Hears of each block before it is tried, so that one whose outcome is unknown is not forgotten.</param>
    public Task<Numbers> TakeAsync(int count, string holder, int beat, IReadOnlyList<Numbers> others, Action<Numbers> trying) => MongoFailures.GuardAsync(async () =>
    {
        // Whether what is read here is durable yet does not matter: the change is made only if it still holds.
        var reading = sequences.WithReadConcern(ReadConcern.Local);
        while (true)
        {
            var found = await reading.Find(_only).FirstOrDefaultAsync();
            if (found is null)
            {
                await AddAsync();
                continue;
            }

            var next = found["next"].ToInt64();
            var block = new Numbers(next, next + count);
            trying(block);
            var changed = await sequences.UpdateOneAsync(
                new BsonDocument { { "_id", service }, { "next", next } },
                new BsonDocument("$set", new BsonDocument { { "next", block.End }, { $"open.{holder}", Entry(beat, [.. others, block]) } }));
            if (changed.MatchedCount == 1)
            {
                return block;
            }
        }
    });

    /// <summary>Says which blocks of a holder are open now; none takes it off the list. What the holder said or took later stands: a late word must not take a newer block away.</summary>
    public Task SayAsync(string holder, int beat, IReadOnlyList<Numbers> open) => MongoFailures.GuardAsync(() => sequences.UpdateOneAsync(
        new BsonDocument { { "_id", service }, { $"open.{holder}.beat", new BsonDocument("$not", new BsonDocument("$gte", beat)) } },
        open.Count == 0 ? new BsonDocument("$unset", new BsonDocument($"open.{holder}", "")) : new BsonDocument("$set", new BsonDocument($"open.{holder}", Entry(beat, open)))));

    /// <summary>
    /// The first number of which it is not sure that its write has ended: everything before it is there to be read. Numbers of holders that
    /// have been silent too long are given up on the way.
    /// </summary>
    /// <param name="isClosed">Whether a block of <paramref name="holder"/> has ended, though the database may not say so yet.</param>
    /// <param name="told">Hears when numbers were given up.</param>
    public Task<Horizon> HorizonAsync(string holder, Func<Numbers, bool> isClosed, Action<ReadTime> told, CancellationToken cancellation) => MongoFailures.GuardAsync(async () =>
    {
        var (read, at) = await ReadTime.AfterAsync(null, sequences, _only, find => find.Limit(1), cancellation);
        if (read is not [var found])
        {
            return new Horizon(0, at);
        }

        var horizon = found["next"].ToInt64();
        foreach (var entry in found["open"].AsBsonDocument)
        {
            var blocks = entry.Value["blocks"].AsBsonArray.Select(block => new Numbers(block[0].ToInt64(), block[1].ToInt64())).ToList();
            var open = entry.Name == holder ? blocks.Where(block => !isClosed(block)) : blocks;
            if (entry.Name != holder && IsSilent(entry.Name, entry.Value["beat"].ToInt32()))
            {
                await GiveUpAsync(entry.Name, entry.Value["beat"].ToInt32(), blocks, told);
                continue;
            }

            foreach (var block in open)
            {
                horizon = Math.Min(horizon, block.First);
            }
        }

        return new Horizon(horizon, at);
    });

    /// <summary>Makes sure that no document has this number or will ever take it.</summary>
    /// <param name="told">Hears when that was.</param>
    /// <returns>When it is sure; a document may have it already.</returns>
    public Task GiveUpAsync(long number, Action<ReadTime> told) => GiveUpAsync([number], told);

    private static BsonDocument Entry(int beat, IEnumerable<Numbers> open) =>
        new() { { "beat", beat }, { "blocks", new BsonArray(open.Select(block => new BsonArray { block.First, block.End })) } };

    private async Task AddAsync()
    {
        try
        {
            await sequences.InsertOneAsync(new BsonDocument { { "_id", service }, { "next", 1L }, { "open", new BsonDocument() } });
        }
        catch (MongoWriteException failure) when (MongoFailures.IsDuplicate(failure))
        {
            // Another process was quicker; what it wrote is as good.
        }
    }

    /// <summary>Judged by this process's own clock: how long it has seen the same beat.</summary>
    private bool IsSilent(string holder, int beat)
    {
        lock (_gate)
        {
            if (_seen.TryGetValue(holder, out var seen) && seen.Beat == beat)
            {
                return time.GetElapsedTime(seen.Since) > patience;
            }

            _seen[holder] = (beat, time.GetTimestamp());
            return false;
        }
    }

    private async Task GiveUpAsync(string holder, int beat, IReadOnlyList<Numbers> blocks, Action<ReadTime> told)
    {
        var numbers = blocks.SelectMany(block => Enumerable.Range(0, (int)(block.End - block.First)).Select(i => block.First + i)).ToList();
        await GiveUpAsync(numbers, told);
        await sequences.UpdateOneAsync(
            new BsonDocument { { "_id", service }, { $"open.{holder}.beat", beat } }, new BsonDocument("$unset", new BsonDocument($"open.{holder}", "")));
        lock (_gate)
        {
            _seen.Remove(holder);
        }

        LogGivenUp(service, numbers.Count, patience.TotalSeconds);
    }

    private async Task GiveUpAsync(List<long> numbers, Action<ReadTime> told)
    {
        try
        {
            if (numbers.Count > 0)
            {
                await ReadTime.WriteAsync(
                    documents.Database.Client,
                    async session =>
                    {
                        var (given, options) = (numbers.Select(Fields.GiveUp), new InsertManyOptions { IsOrdered = false });
                        await (session is null ? documents.InsertManyAsync(given, options) : documents.InsertManyAsync(session, given, options));
                        return true;
                    },
                    told);
            }
        }
        catch (MongoBulkWriteException<BsonDocument> failure) when (MongoFailures.IsDuplicate(failure))
        {
            // These numbers have a document already, or were given up before.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A process of {Service} has not been heard of for {Seconds} seconds: the {Count} numbers it held are given up.")]
    private partial void LogGivenUp(string service, int count, double seconds);
}
