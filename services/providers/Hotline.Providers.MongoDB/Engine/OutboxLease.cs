using System.Security.Cryptography;
using Hotline.Ports;
using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>
/// The one place at a service's outbox, over all processes. Its holder gives signs of life; who waits takes it over when they stop. Each
/// side goes by its own clock, and the holder stops well before anybody may take over.
/// </summary>
internal sealed partial class OutboxLease : IAsyncDisposable
{
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(250);

    private readonly IMongoCollection<BsonDocument> _leases;
    private readonly string _name;
    private readonly string _holder;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private long _settledBefore;

    private OutboxLease(IMongoCollection<BsonDocument> leases, string name, string holder, long settledBefore, long since, TimeSpan patience, TimeProvider time, ILogger logger)
    {
        (_leases, _name, _holder, _settledBefore, _patience, _time, _logger) = (leases, name, holder, settledBefore, patience, time, logger);
        _lost = new CancellationTokenSource(Left(since), time);
        Lost = _lost.Token;
        _renewing = Task.Run(RenewAsync);
    }

    /// <summary>Cancelled when the place may be somebody else's.</summary>
    public CancellationToken Lost { get; }

    /// <summary>A hint for whoever comes next: events before this order were settled. It may lag.</summary>
    public long SettledBefore
    {
        get => Volatile.Read(ref _settledBefore);
        set => Volatile.Write(ref _settledBefore, value);
    }

    /// <summary>Waits for the place.</summary>
    /// <returns>Null when cancelled first.</returns>
    /// <exception cref="EngineAwayException">The store is away.</exception>
    public static async Task<OutboxLease?> EnterAsync(
        IMongoCollection<BsonDocument> leases, string name, TimeSpan patience, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var holder = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var only = new BsonDocument("_id", name);
        var (seen, seenSince) = (-1L, 0L);
        while (!cancellation.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            var found = await MongoFailures.GuardAsync(() => leases.Find(only).FirstOrDefaultAsync(CancellationToken.None));
            if (found is null)
            {
                if (await AddAsync(leases, name, holder))
                {
                    return new OutboxLease(leases, name, holder, 0, began, patience, time, logger);
                }

                continue;
            }

            var beat = found["beat"].ToInt64();
            if (beat != seen)
            {
                (seen, seenSince) = (beat, time.GetTimestamp());
            }

            var isFree = found["holder"].AsString.Length == 0;
            if (isFree || time.GetElapsedTime(seenSince) > patience)
            {
                var taken = await MongoFailures.GuardAsync(() => leases.UpdateOneAsync(
                    new BsonDocument { { "_id", name }, { "beat", beat } }, new BsonDocument("$set", new BsonDocument { { "holder", holder }, { "beat", beat + 1 } })));
                if (taken.MatchedCount == 1)
                {
                    if (!isFree)
                    {
                        LogTakenOver(logger, name, patience.TotalSeconds);
                    }

                    return new OutboxLease(leases, name, holder, found["settledBefore"].ToInt64(), began, patience, time, logger);
                }

                continue;
            }

            await Task.Delay(patience / 10 < LongestLook ? patience / 10 : LongestLook, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    /// <summary>Gives the place back, so that the next one need not wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        var wasLost = Lost.IsCancellationRequested;
        await _lost.CancelAsync();
        if (!wasLost)
        {
            try
            {
                await _leases.UpdateOneAsync(Mine(), Change(""));
            }
#pragma warning disable CA1031 // then the next one waits as long as for one that died
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogUnsaid(_logger, _name, failure.GetType().Name);
            }
        }

        _lost.Dispose();
        _ended.Dispose();
    }

    private static async Task<bool> AddAsync(IMongoCollection<BsonDocument> leases, string name, string holder)
    {
        try
        {
            return await MongoFailures.GuardAsync(async () =>
            {
                await leases.InsertOneAsync(new BsonDocument { { "_id", name }, { "holder", holder }, { "beat", 1L }, { "settledBefore", 0L } });
                return true;
            });
        }
        catch (MongoWriteException failure) when (MongoFailures.IsDuplicate(failure))
        {
            return false;
        }
    }

    private async Task RenewAsync()
    {
        while (true)
        {
            await Task.Delay(_patience / 4, _time, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_ended.IsCancellationRequested || Lost.IsCancellationRequested)
            {
                return;
            }

            var began = _time.GetTimestamp();
            try
            {
                var renewed = await _leases.UpdateOneAsync(Mine(), Change(_holder));
                if (renewed.MatchedCount == 0)
                {
                    await _lost.CancelAsync();
                    return;
                }

                _lost.CancelAfter(Left(began));
            }
#pragma warning disable CA1031 // tried again until the time is over
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogUnsaid(_logger, _name, failure.GetType().Name);
            }
        }
    }

    /// <summary>How long the place is surely ours, counted from before the sign of life was sent.</summary>
    private TimeSpan Left(long since) => _patience * 2 / 3 - _time.GetElapsedTime(since) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private BsonDocument Mine() => new() { { "_id", _name }, { "holder", _holder } };

    private BsonDocument Change(string holder) =>
        new() { { "$set", new BsonDocument { { "holder", holder }, { "settledBefore", SettledBefore } } }, { "$inc", new BsonDocument("beat", 1L) } };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox {Name} was taken over from a process that has not been heard of for {Seconds} seconds.")]
    private static partial void LogTakenOver(ILogger logger, string name, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The place at the outbox {Name} could not be renewed or given back ({Failure}).")]
    private static partial void LogUnsaid(ILogger logger, string name, string failure);
}
