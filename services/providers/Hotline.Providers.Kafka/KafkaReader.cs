using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Confluent.Kafka;
using Hotline.Ports;
using Microsoft.Extensions.Logging;
using LogMessage = Hotline.Ports.LogMessage;

namespace Hotline.Providers.Kafka;

/// <summary>
/// One reading: a thread of its own polls Kafka whether or not anybody takes the events, so that a slow handler never costs the reader its
/// partitions; when enough events wait, the partitions are paused and the polling goes on. Whatever happens to the consumer, a new one follows.
/// </summary>
internal sealed partial class KafkaReader(KafkaOptions options, Subscription subscription, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PausedTurn = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(2);

    private readonly Channel<KafkaMessage> _ready = Channel.CreateUnbounded<KafkaMessage>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly BrokerWatch _watch = new(logger, KafkaReports.Broker, "reader", subscription.Group, time);
    private readonly Dictionary<TopicPartition, PartitionProgress> _owned = []; // the polling thread's alone
    private int _waiting;
    private bool _paused;
    private bool _joined;
    private int _moved;
    private long _fullSince;
    private long _lastProbe;
    private string? _trouble;

    public async IAsyncEnumerable<LogMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var polling = PollAsync(ended.Token);
        try
        {
            await foreach (var message in _ready.Reader.ReadAllAsync(cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                Interlocked.Decrement(ref _waiting);
                if (!message.Revoked.IsCancellationRequested)
                {
                    yield return message;
                }
            }
        }
        finally
        {
            await ended.CancelAsync();
            try
            {
                await polling.WaitAsync(Farewell, time, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                LogNoFarewell(logger, subscription.Group); // the group will notice by the session timeout
            }

            _watch.Dispose();
        }
    }

    private async Task PollAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await Task.Factory.StartNew(() => Poll(ended), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
#pragma warning disable CA1031 // whatever ended the consumer, a new one follows: the reading must not end quietly
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _watch.Waits($"{failure.GetType().Name}: {failure.Message}");
                await Task.Delay(Again, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Poll(CancellationToken ended)
    {
        using var lag = new ConsumerLag(subscription.Group);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(KafkaClients.Consumer(options, subscription.Group))
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(partitions))
            .SetPartitionsRevokedHandler((consumer, partitions) => Revoked(consumer, partitions, lost: false))
            .SetPartitionsLostHandler((consumer, partitions) => Revoked(consumer, partitions, lost: true))
            .SetStatisticsHandler((_, statistics) => lag.Hear(statistics))
            .SetErrorHandler((_, error) => _watch.Hear(error))
            .SetLogHandler((_, message) => _watch.Hear(message))
            .Build();
        try
        {
            consumer.Subscribe(subscription.Topics);
            while (!ended.IsCancellationRequested)
            {
                if (HasRoom(ended))
                {
                    Take(consumer);
                }

                Store(consumer);
                Balance(consumer);
                ProbeWhileAway(consumer);
            }

            if (!_watch.IsAway)
            {
                consumer.Close(); // stores, by the revoked handler, then commits and leaves the group
            }
        }
        finally
        {
            foreach (var progress in _owned.Values)
            {
                progress.Revoke();
            }

            _owned.Clear();
            (_paused, _joined) = (false, false);
        }
    }

    private void Take(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            if (consumer.Consume(_paused ? PausedTurn : Turn) is not { } read || !_owned.TryGetValue(read.TopicPartition, out var progress))
            {
                return;
            }

            _watch.GoesOn();
            _trouble = null;
            Interlocked.Increment(ref _waiting);
            _ready.Writer.TryWrite(progress.Add(read));
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            if (_trouble != failure.Error.Reason) // a topic that is not there yet is reported at every refresh
            {
                _trouble = failure.Error.Reason;
                LogTrouble(logger, subscription.Group, _trouble);
            }
        }
    }

    /// <summary>Hands the places that moved to librdkafka, which commits them in its own time.</summary>
    private void Store(IConsumer<byte[], byte[]> consumer)
    {
        if (Interlocked.Exchange(ref _moved, 0) == 1)
        {
            foreach (var progress in _owned.Values)
            {
                Store(consumer, progress);
            }
        }
    }

    private void Store(IConsumer<byte[], byte[]> consumer, PartitionProgress progress)
    {
        try
        {
            if (progress.TryTake(out var place))
            {
                consumer.StoreOffset(place);
            }
        }
        catch (KafkaException failure)
        {
            // No longer ours: whoever has the partition now begins at the last place that was committed.
            LogNotStored(logger, subscription.Group, progress.Partition, failure.Error.Reason);
        }
    }

    /// <summary>Whether to poll. With enough events waiting it holds back a moment first: to go on after a pause takes librdkafka up to a second.</summary>
    private bool HasRoom(CancellationToken ended)
    {
        if (_paused || Volatile.Read(ref _waiting) < options.Buffer)
        {
            _fullSince = time.GetTimestamp();
            return true;
        }

        ended.WaitHandle.WaitOne(PausedTurn);
        return false;
    }

    private void Balance(IConsumer<byte[], byte[]> consumer)
    {
        var waiting = Volatile.Read(ref _waiting);
        var pause = _paused ? waiting > options.Buffer / 2 : waiting >= options.Buffer && time.GetElapsedTime(_fullSince) > Patience;
        if (pause == _paused && !_joined)
        {
            return;
        }

        // Only those it changes: librdkafka hands events out again when a partition goes on that was not paused.
        var changed = _owned.Values.Where(progress => progress.IsPaused != pause).ToList();
        SetPaused(consumer, changed, pause);
        (_paused, _joined) = (pause, false);
    }

    private static void SetPaused(IConsumer<byte[], byte[]> consumer, List<PartitionProgress> partitions, bool pause)
    {
        if (pause)
        {
            consumer.Pause(partitions.Select(progress => progress.Partition));
        }
        else
        {
            consumer.Resume(partitions.Select(progress => progress.Partition));
        }

        partitions.ForEach(progress => progress.IsPaused = pause);
    }

    /// <summary>An idle reader hears of a broker's going, not of its coming back.</summary>
    private void ProbeWhileAway(IConsumer<byte[], byte[]> consumer)
    {
        if (!_watch.IsAway || time.GetElapsedTime(_lastProbe) < Probe)
        {
            return;
        }

        _lastProbe = time.GetTimestamp();
        try
        {
            // Asking for offsets instead would not keep to its timeout.
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            admin.GetMetadata(subscription.Topics[0], TimeSpan.FromMilliseconds(200));
            _watch.GoesOn();
        }
        catch (KafkaException)
        {
            // Still away.
        }
    }

    private void Assigned(List<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _owned[partition] = new PartitionProgress(partition, () => Interlocked.Exchange(ref _moved, 1));
        }

        _joined = true; // the new ones know nothing of a pause
        _watch.GoesOn();
        LogAssigned(logger, subscription.Group, partitions.Count, _owned.Count);
    }

    private void Revoked(IConsumer<byte[], byte[]> consumer, List<TopicPartitionOffset> partitions, bool lost)
    {
        foreach (var partition in partitions)
        {
            if (_owned.Remove(partition.TopicPartition, out var progress))
            {
                // First no more settling, then the last place: what is settled later comes again.
                progress.Revoke();
                if (!lost)
                {
                    Store(consumer, progress);
                }

                if (progress.IsPaused)
                {
                    SetPaused(consumer, [progress], pause: false); // librdkafka would remember, should the partition come back
                }
            }
        }

        LogRevoked(logger, subscription.Group, partitions.Count, _owned.Count, lost);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Group} was given {Count} partitions and has {Owned}")]
    private static partial void LogAssigned(ILogger logger, string group, int count, int owned);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Group} gave up {Count} partitions and has {Owned}; lost: {Lost}")]
    private static partial void LogRevoked(ILogger logger, string group, int count, int owned, bool lost);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} has trouble reading and goes on: {Reason}")]
    private static partial void LogTrouble(ILogger logger, string group, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Group} could not store its place in {Partition}: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string group, TopicPartition partition, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} ended without a farewell to Kafka: the others take over at the session timeout")]
    private static partial void LogNoFarewell(ILogger logger, string group);
}
