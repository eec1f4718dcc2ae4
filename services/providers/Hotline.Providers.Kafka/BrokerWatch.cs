using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Hotline.Providers.Kafka;

/// <summary>
/// Says in one line when a client of Kafka has to wait, and in one when it goes on; and while it waits, for how many seconds:
/// <c>hotline.broker.away.seconds</c> by client, nothing of those that are at work.
/// </summary>
/// <param name="role">What it does there: <c>relay</c> or <c>reader</c>.</param>
internal sealed partial class BrokerWatch(ILogger logger, string role, string service, TimeProvider time) : IDisposable
{
    private static readonly ConcurrentDictionary<BrokerWatch, long> Away = [];

    private readonly Lock _gate = new();
    private readonly string _client = $"The {role} of {service}";
    private volatile string? _waitsFor;
    private bool _ended;

    static BrokerWatch() => ConsumerLag.Meter.CreateObservableGauge(
        "hotline.broker.away.seconds", static () => Away.Select(static watch => watch.Key.Measure(watch.Value)), description: "How long a client has been waiting for Kafka");

    public bool IsAway => _waitsFor is not null;

    /// <summary>Kafka is away, or something else is in the way; another reason than before is told too.</summary>
    public void Waits(string reason)
    {
        lock (_gate)
        {
            if (_waitsFor == reason)
            {
                return;
            }

            _waitsFor = reason;
            if (!_ended)
            {
                Away.TryAdd(this, time.GetTimestamp());
            }
        }

        LogWaits(logger, _client, reason);
    }

    public void GoesOn()
    {
        if (_waitsFor is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_waitsFor is null)
            {
                return;
            }

            _waitsFor = null;
            Away.TryRemove(this, out _);
        }

        LogGoesOn(logger, _client);
    }

    /// <summary>librdkafka's error reports. It deals with all of them itself but the fatal ones, which end the client.</summary>
    public void Hear(Error error)
    {
        if (!IsAway && error.Code is (ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication))
        {
            Waits(error.Reason);
        }

        LogHeard(logger, _client, error.Reason);
    }

    /// <summary>librdkafka's own log: connections, protocol, groups; never what events hold.</summary>
    public void Hear(LogMessage message) => LogHeard(logger, _client, message.Message);

    /// <summary>Nobody waits any more; the client's own threads may still speak.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Away.TryRemove(this, out _);
        }
    }

    private Measurement<double> Measure(long since) => new(time.GetElapsedTime(since).TotalSeconds, new("client", role), new("service", service));

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Client} waits for Kafka: {Reason}")]
    private static partial void LogWaits(ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Client} goes on")]
    private static partial void LogGoesOn(ILogger logger, string client);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client}: {Message}")]
    private static partial void LogHeard(ILogger logger, string client, string message);
}
