using Confluent.Kafka;

namespace Hotline.Providers.Kafka;

/// <summary>The settings of Kafka's clients that delivery rests on, in one place.</summary>
internal static class KafkaClients
{
    /// <summary>
    /// All replicas in step acknowledge; the broker drops what a retry sent twice; an event that fails for good stops the producer before a
    /// later one of its partition can pass it (gapless); none is given up for being old.
    /// </summary>
    public static ProducerConfig Producer(KafkaOptions options, string service) => new(Common(options, service))
    {
        Acks = Acks.All,
        EnableIdempotence = true,
        EnableGaplessGuarantee = true,
        MessageTimeoutMs = 0,
        LingerMs = options.LingerMs,
        MessageMaxBytes = options.MaxMessageBytes,
        Partitioner = Partitioner.Murmur2Random, // the Java client's, so that whoever else writes puts a key into the same partition
    };

    /// <summary>
    /// Only offsets this reader stored are committed, by librdkafka in the background: so a slow broker never holds the polling up, and
    /// nothing is committed of a partition that was lost, where an explicit commit would succeed and step over another reader's work.
    /// </summary>
    public static ConsumerConfig Consumer(KafkaOptions options, string group) => new(Common(options, group))
    {
        GroupId = group,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        EnableAutoCommit = true,
        EnableAutoOffsetStore = false,
        AutoCommitIntervalMs = options.CommitIntervalMs,
        PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        SessionTimeoutMs = options.SessionTimeoutMs,
        HeartbeatIntervalMs = Math.Min(3000, options.SessionTimeoutMs / 4),
        MaxPollIntervalMs = Math.Max(300_000, options.SessionTimeoutMs),
        AllowAutoCreateTopics = true, // a reader may be there before the first event
        StatisticsIntervalMs = ConsumerLag.EveryMs,
        FetchWaitMaxMs = options.FetchWaitMs,
        QueuedMinMessages = Math.Max(options.Buffer, 100),
        QueuedMaxMessagesKbytes = 16 * 1024,
    };

    public static AdminClientConfig Admin(KafkaOptions options) => new(Common(options, "migrate"));

    /// <summary>Why librdkafka does not take the options; null when it does.</summary>
    public static string? Refusal(KafkaOptions options)
    {
        try
        {
            using var producer = new ProducerBuilder<byte[], byte[]>(Producer(options, "check")).SetLogHandler(static (_, _) => { }).Build();
            using var consumer = new ConsumerBuilder<byte[], byte[]>(Consumer(options, "check")).SetLogHandler(static (_, _) => { }).Build();
            return null;
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or ArgumentException or KafkaException)
        {
            return refusal.Message.TrimEnd('.');
        }
    }

    private static Dictionary<string, string> Common(KafkaOptions options, string client)
    {
        var common = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["topic.metadata.refresh.interval.ms"] = "10000", // a topic made later is seen within this time
            ["reconnect.backoff.max.ms"] = "2000",
            ["log.connection.close"] = "false",
        };
        foreach (var (property, value) in options.Client)
        {
            common[property] = value;
        }

        common["bootstrap.servers"] = options.BootstrapServers;
        common["client.id"] = client;
        return common;
    }
}
