using Confluent.Kafka;
using LogMessage = Hotline.Ports.LogMessage;

namespace Hotline.Providers.Kafka;

/// <summary>
/// One producer, from the first unsettled event of a service to the first failure; a service has its own, so that an event which Kafka refuses
/// holds up nobody else's. The producer is gapless: after a failure it sends nothing more of that partition, and the next run begins with the failed event.
/// </summary>
internal sealed class RelayRun : IDisposable
{
    private static readonly TimeSpan QueueFull = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly BrokerWatch _watch;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended;
    private readonly SemaphoreSlim _room;
    private readonly IProducer<byte[], byte[]> _producer;
    private int _held;
    private string? _failure;

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

    /// <summary>Cancelled at the first failure, and when the process stops.</summary>
    public CancellationToken Ended { get; }

    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether the service's place moved at all.</summary>
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

    /// <summary>Waits for what is on its way, so that little is sent twice; not while Kafka is away.</summary>
    public Task DrainAsync() => _watch.IsAway ? Task.CompletedTask : Task.Run(() => _producer.Flush(Farewell));

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
                Fail(error.Code == ErrorCode.MsgSizeTooLarge
                    ? $"event {message.Event.Id} has {message.Event.Data.Length} bytes, which is too much for it. Raise max.message.bytes of {message.Topic} and Hotline:Kafka:MaxMessageBytes"
                    : error.Reason);
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
}
