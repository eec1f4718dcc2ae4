using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

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
    [RegularExpression("^[A-Za-z0-9._-]{1,60}$", ErrorMessage = "Hotline:Kafka:Cluster must be 1 to 60 letters, digits, dots, dashes or underscores.")]
    public string Cluster { get; set; } = "kafka";

    /// <summary>How long the relay waits for company before it sends an event, so that a storm travels in batches.</summary>
    [Range(0, 100, ErrorMessage = "Hotline:Kafka:LingerMs must be 0 to 100; 2 to 5 is good.")]
    public double LingerMs { get; set; } = 3;

    /// <summary>The most events of one service that the relay has sent and not yet heard of.</summary>
    [Range(1, 100_000, ErrorMessage = "Hotline:Kafka:MaxInFlight must be 1 to 100000.")]
    public int MaxInFlight { get; set; } = 1000;

    /// <summary>The largest event the relay tries to send. The topics' own max.message.bytes must allow it too.</summary>
    [Range(1_000, 100_000_000, ErrorMessage = "Hotline:Kafka:MaxMessageBytes must be 1000 to 100000000.")]
    public int MaxMessageBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>The most events that wait in this process for a handler; a reader that has so many for a second pauses its partitions.</summary>
    [Range(1, 100_000, ErrorMessage = "Hotline:Kafka:Buffer must be 1 to 100000.")]
    public int Buffer { get; set; } = 1000;

    /// <summary>How often a reader's place is committed: what is handled in between comes again after a crash.</summary>
    [Range(10, 60_000, ErrorMessage = "Hotline:Kafka:CommitIntervalMs must be 10 to 60000.")]
    public int CommitIntervalMs { get; set; } = 500;

    /// <summary>After how long without a heartbeat the others take over a reader's partitions.</summary>
    [Range(1_000, 1_800_000, ErrorMessage = "Hotline:Kafka:SessionTimeoutMs must be 1000 to 1800000, and within the brokers' group.min.session.timeout.ms and group.max.session.timeout.ms.")]
    public int SessionTimeoutMs { get; set; } = 45_000;

    /// <summary>How long a broker may hold an empty answer back. Events are answered at once, whatever this says.</summary>
    [Range(1, 30_000, ErrorMessage = "Hotline:Kafka:FetchWaitMs must be 1 to 30000.")]
    public int FetchWaitMs { get; set; } = 500;

    /// <summary>Further properties of librdkafka as it names them: <c>security.protocol</c>, <c>sasl.mechanism</c>, <c>sasl.password</c>, <c>ssl.ca.location</c>, <c>compression.type</c> …</summary>
    public Dictionary<string, string> Client { get; } = new(StringComparer.Ordinal);
}

[OptionsValidator]
internal sealed partial class KafkaRanges : IValidateOptions<KafkaOptions>;

/// <summary>What the ranges cannot say: which options need one another, and whether librdkafka takes them.</summary>
internal sealed class KafkaOptionsValidator : IValidateOptions<KafkaOptions>
{
    /// <summary>The promises of this provider rest on these; they are not for configuration.</summary>
    private static readonly HashSet<string> Ours = new(StringComparer.Ordinal)
    {
        "acks", "request.required.acks", "enable.idempotence", "enable.gapless.guarantee", "message.timeout.ms", "delivery.timeout.ms", "partitioner", "group.id",
        "enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "partition.assignment.strategy", "group.protocol", "transactional.id", "test.mock.num.brokers",
    };

    /// <summary>These have an option of their own.</summary>
    private static readonly Dictionary<string, string> Named = new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = nameof(KafkaOptions.BootstrapServers),
        ["metadata.broker.list"] = nameof(KafkaOptions.BootstrapServers),
        ["linger.ms"] = nameof(KafkaOptions.LingerMs),
        ["queue.buffering.max.ms"] = nameof(KafkaOptions.LingerMs),
        ["message.max.bytes"] = nameof(KafkaOptions.MaxMessageBytes),
        ["auto.commit.interval.ms"] = nameof(KafkaOptions.CommitIntervalMs),
        ["session.timeout.ms"] = nameof(KafkaOptions.SessionTimeoutMs),
        ["fetch.wait.max.ms"] = nameof(KafkaOptions.FetchWaitMs),
    };

    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        var errors = new List<string>();
        if (KafkaLibrary.Problem is { } problem)
        {
            errors.Add(problem);
        }

        if (string.IsNullOrWhiteSpace(options.BootstrapServers))
        {
            errors.Add("Hotline:Kafka:BootstrapServers is empty: name the brokers (host:port,host:port), or set Hotline:Kafka:Practice=true to practise without a cluster.");
        }

        foreach (var property in options.Client.Keys)
        {
            if (Ours.Contains(property))
            {
                errors.Add($"Hotline:Kafka:Client:{property} is not for configuration, delivery rests on it: remove it.");
            }
            else if (Named.TryGetValue(property, out var option))
            {
                errors.Add($"Hotline:Kafka:Client:{property} has an option of its own: use Hotline:Kafka:{option}.");
            }
        }

        if (errors.Count == 0 && KafkaClients.Refusal(options) is { } refusal)
        {
            errors.Add($"librdkafka refuses the options of Hotline:Kafka ({refusal}): correct them, see Hotline:Kafka:Client first.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
