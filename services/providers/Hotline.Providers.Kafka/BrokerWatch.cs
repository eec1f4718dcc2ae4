using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Hotline.Providers.Kafka;

/// <summary>Says in one line when a client of Kafka has to wait, and in one when it goes on.</summary>
internal sealed partial class BrokerWatch(ILogger logger, string client)
{
    private readonly Lock _gate = new();
    private volatile string? _waitsFor;

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
        }

        LogWaits(logger, client, reason);
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
        }

        LogGoesOn(logger, client);
    }

    /// <summary>librdkafka's error reports. It deals with all of them itself but the fatal ones, which end the client.</summary>
    public void Hear(Error error)
    {
        if (!IsAway && error.Code is (ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication))
        {
            Waits(error.Reason);
        }

        LogHeard(logger, client, error.Reason);
    }

    /// <summary>librdkafka's own log: connections, protocol, groups; never what events hold.</summary>
    public void Hear(LogMessage message) => LogHeard(logger, client, message.Message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Client} waits for Kafka: {Reason}")]
    private static partial void LogWaits(ILogger logger, string client, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Client} goes on")]
    private static partial void LogGoesOn(ILogger logger, string client);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client}: {Message}")]
    private static partial void LogHeard(ILogger logger, string client, string message);
}
