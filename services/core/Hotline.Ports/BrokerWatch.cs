using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Hotline.Ports;

/// <summary>
/// Says in one line when a client of a broker has to wait, and in one when it goes on; and while it waits, for how many seconds:
/// <c>hotline.broker.away.seconds</c> by client, nothing of those that are at work.
/// </summary>
/// <param name="broker">Whom it waits for: <c>Kafka</c>.</param>
/// <param name="role">What it does there: <c>relay</c> or <c>reader</c>.</param>
/// <param name="service">The service or group it does it for.</param>
public sealed partial class BrokerWatch(ILogger logger, string broker, string role, string service, TimeProvider time) : IDisposable
{
    private static readonly ConcurrentDictionary<BrokerWatch, long> Away = [];
    private static readonly Meter Meter = new("Hotline.Brokers");

    private readonly Lock _gate = new();
    private readonly string _client = $"The {role} of {service}";
    private volatile string? _waitsFor;
    private bool _ended;

    static BrokerWatch() => Meter.CreateObservableGauge(
        "hotline.broker.away.seconds", static () => Away.Select(static watch => watch.Key.Measure(watch.Value)), description: "How long a client has been waiting for its broker");

    /// <summary>Whether the client waits.</summary>
    public bool IsAway => _waitsFor is not null;

    /// <summary>The broker is away, or something else is in the way; another reason than before is told too.</summary>
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

        LogWaits(logger, _client, broker, reason);
    }

    /// <summary>The broker answers; told once after each wait.</summary>
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

    /// <summary>What the client's library says of itself, for whoever looks closely; never what events hold.</summary>
    public void Heard(string message) => LogHeard(logger, _client, message);

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Client} waits for {Broker}: {Reason}")]
    private static partial void LogWaits(ILogger logger, string client, string broker, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Client} goes on")]
    private static partial void LogGoesOn(ILogger logger, string client);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client}: {Message}")]
    private static partial void LogHeard(ILogger logger, string client, string message);
}
