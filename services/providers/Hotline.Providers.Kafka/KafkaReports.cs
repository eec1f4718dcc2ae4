using Confluent.Kafka;
using Hotline.Ports;

namespace Hotline.Providers.Kafka;

/// <summary>What librdkafka says of itself.</summary>
internal static class KafkaReports
{
    /// <summary>As it is called in the log.</summary>
    public const string Broker = "Kafka";

    /// <summary>Its error reports. It deals with all of them itself but the fatal ones, which end the client.</summary>
    public static void Hear(this BrokerWatch watch, Error error)
    {
        if (!watch.IsAway && error.Code is (ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication))
        {
            watch.Waits(error.Reason);
        }

        watch.Heard(error.Reason);
    }

    /// <summary>Its own log: connections, protocol, groups.</summary>
    public static void Hear(this BrokerWatch watch, Confluent.Kafka.LogMessage message) => watch.Heard(message.Message);
}
