namespace Hotline.Providers.Kafka;

/// <summary>How to reach Kafka, section <c>Hotline:Kafka</c>.</summary>
public sealed class KafkaOptions
{
    public const string Section = "Hotline:Kafka";

    /// <summary>The brokers to ask first, <c>host:port,host:port</c>.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>
    /// Start a broker inside this process and use it, to practise without a cluster. It keeps everything in memory, no more than 5 MB for
    /// each partition, and no other process knows of it: for the all-in-one only.
    /// </summary>
    public bool Practice { get; set; }

    /// <summary>The name under which the relay keeps its place in the store. A cluster that lost its topics wants another name: then it gets everything again.</summary>
    public string Cluster { get; set; } = "kafka";

    /// <summary>How long the relay waits for company before it sends an event, so that a storm travels in batches.</summary>
    public double LingerMs { get; set; } = 3;

    /// <summary>The most events of one service that the relay has sent and not yet heard of.</summary>
    public int MaxInFlight { get; set; } = 1000;

    /// <summary>The largest event the relay tries to send. The topics' own max.message.bytes must allow it too.</summary>
    public int MaxMessageBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The most events that wait in this process for a handler; a reader that has so many for a second pauses its partitions.</summary>
    public int Buffer { get; set; } = 1000;

    /// <summary>How often a reader's place is committed: what is handled in between comes again after a crash.</summary>
    public int CommitIntervalMs { get; set; } = 500;

    /// <summary>After how long without a heartbeat the others take over a reader's partitions.</summary>
    public int SessionTimeoutMs { get; set; } = 45_000;

    /// <summary>How long a broker may hold an empty answer back. Events are answered at once, whatever this says.</summary>
    public int FetchWaitMs { get; set; } = 500;

    /// <summary>How the command <c>migrate</c> makes topics that are not there.</summary>
    public TopicOptions Topics { get; } = new();

    /// <summary>Further properties of librdkafka as it names them: <c>security.protocol</c>, <c>sasl.mechanism</c>, <c>sasl.password</c>, <c>ssl.ca.location</c>, <c>compression.type</c> …</summary>
    public Dictionary<string, string> Client { get; } = new(StringComparer.Ordinal);
}

/// <summary>How topics are made, <c>Hotline:Kafka:Topics</c>.</summary>
public sealed class TopicOptions
{
    /// <summary>Partitions of each topic, 1–1000: no group can have more replicas at work. It cannot be raised later without emptying the topic.</summary>
    public int Partitions { get; set; } = 12;

    /// <summary>Copies of each event, 1–15.</summary>
    public short Replicas { get; set; } = 3;

    /// <summary>For how many days events stay, 1–3650: longer than the longest outage of a service, or it misses some.</summary>
    public int RetentionDays { get; set; } = 30;
}
