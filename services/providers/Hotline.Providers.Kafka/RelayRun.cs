using Confluent.Kafka;
using Hotline.Ports;
using LogMessage = Hotline.Ports.LogMessage;

namespace Hotline.Providers.Kafka;

/// <summary>
/// One producer, from the first unsettled event of a service to the first failure; a service has its own, so that an event which Kafka refuses
/// holds up nobody else's. The producer is gapless: after a failure it sends nothing more of that partition, and the next run begins with the failed event.
/// </summary>
internal sealed class RelayRun : IRelayRun
{
    private static readonly TimeSpan QueueFull = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan FarewellTurn = TimeSpan.FromMilliseconds(100);
    private static readonly string TooLarge = new Error(ErrorCode.MsgSizeTooLarge).Reason;

    private readonly BrokerWatch _watch;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended;
    private readonly SemaphoreSlim _room;
    private readonly IProducer<byte[], byte[]> _producer;
    private int _held;
    private string? _failure;
    private LogMessage? _refused;
    private string? _deadOf;

    /// <param name="carefully">After a failure: the first event goes alone, for if it fails again, the others would all have been sent in vain.</param>
    public RelayRun(KafkaOptions options, string service, bool carefully, BrokerWatch watch, TimeProvider time, CancellationToken stopping)
    {
        _watch = watch;
        _time = time;
        _producer = new ProducerBuilder<byte[], byte[]>(KafkaClients.Producer(options, service))
            .SetErrorHandler((_, error) => Hear(error))
            .SetLogHandler((_, message) => watch.Hear(message))
            .Build();
        _held = carefully ? options.MaxInFlight - 1 : 0;
        _room = new SemaphoreSlim(options.MaxInFlight - _held);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ended = _ended.Token;
    }

    public CancellationToken Ended { get; }

    public string? Failure
    {
        get
        {
            var reason = Volatile.Read(ref _deadOf) ?? Volatile.Read(ref _failure);
            return reason is null || Volatile.Read(ref _refused) is not { } message ? reason
                : !reason.Contains(TooLarge, StringComparison.Ordinal) ? $"event {message.Event.Id} for {message.Topic}: {reason}"
                : $"event {message.Event.Id} has {message.Event.Data.Length} bytes: {reason}. Raise max.message.bytes of {message.Topic} and Hotline:Kafka:MaxMessageBytes";
        }
    }

    public bool Progressed { get; private set; }

    public async ValueTask SendAsync(LogMessage message)
    {
        await _room.WaitAsync(Ended);
        while (true)
        {
            Ended.ThrowIfCancellationRequested();
            try
            {
                _producer.Produce(message.Topic, KafkaWire.Write(message.Event), report => Report(message, report.Error));
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(QueueFull, _time, Ended);
            }
            catch (ProduceException<byte[], byte[]> refused)
            {
                Report(message, refused.Error);
                return;
            }
        }
    }

    /// <summary>Waits for what is on its way, so that little is sent twice; not while Kafka is away. Of a dead producer it waits only to hear which event it died of.</summary>
    public Task DrainAsync() => Task.Run(() =>
    {
        var began = _time.GetTimestamp();
        while ((Volatile.Read(ref _deadOf) is null ? !_watch.IsAway : Volatile.Read(ref _refused) is null)
            && _producer.Flush(FarewellTurn) > 0 && _time.GetElapsedTime(began) < Farewell)
        {
            // Each turn hands the reports on.
        }
    });

    public void Dispose()
    {
        _producer.Dispose(); // no report comes after this
        _room.Dispose();
        _ended.Dispose();
    }

    private void Report(LogMessage message, Error error)
    {
        try
        {
            if (error.IsError)
            {
                Interlocked.CompareExchange(ref _refused, message, null);
                Fail(error.Reason);
                return;
            }

            message.Settle();
            Progressed = true;
            _watch.GoesOn();
            var held = Interlocked.Exchange(ref _held, 0);
            if (held > 0)
            {
                _room.Release(held);
            }
        }
#pragma warning disable CA1031 // an exception would end the producer's polling
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail($"{failure.GetType().Name}: {failure.Message}");
        }
        finally
        {
            _room.Release();
        }
    }

    private void Hear(Error error)
    {
        _watch.Hear(error);
        if (error.IsFatal)
        {
            Volatile.Write(ref _deadOf, CauseOf(error.Reason));
            Fail(error.Reason);
        }
    }

    private void Fail(string reason)
    {
        if (Interlocked.CompareExchange(ref _failure, reason, null) is null)
        {
            _ = _ended.CancelAsync(); // what hangs on it must not run on the producer's own thread
        }
    }

    /// <summary>The reports of a producer that stopped only say that it did; its last words say why, among numbers that differ each time.</summary>
    private static string CauseOf(string lastWords)
    {
        const string before = "failed: ", after = " (broker";
        var from = lastWords.IndexOf(before, StringComparison.Ordinal) + before.Length;
        var to = lastWords.IndexOf(after, StringComparison.Ordinal);
        return from >= before.Length && to > from ? lastWords[from..to] : lastWords;
    }
}
