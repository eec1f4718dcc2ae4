using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Kafka;

/// <summary>Judges the options before anything starts: every fault at once, each with its remedy; at last librdkafka's own opinion.</summary>
internal sealed partial class KafkaOptionsValidator : IValidateOptions<KafkaOptions>
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

        if (!ClusterName.IsMatch(options.Cluster))
        {
            errors.Add("Hotline:Kafka:Cluster must be 1 to 60 letters, digits, dots, dashes or underscores.");
        }

        Within(nameof(options.LingerMs), options.LingerMs, 0, 100, "; 2 to 5 is good");
        Within(nameof(options.MaxInFlight), options.MaxInFlight, 1, 100_000);
        Within(nameof(options.MaxMessageBytes), options.MaxMessageBytes, 1_000, 100_000_000);
        Within(nameof(options.Buffer), options.Buffer, 1, 100_000);
        Within(nameof(options.CommitIntervalMs), options.CommitIntervalMs, 10, 60_000);
        Within(nameof(options.SessionTimeoutMs), options.SessionTimeoutMs, 1_000, 1_800_000, " and what the brokers allow by group.min.session.timeout.ms and group.max.session.timeout.ms");
        Within(nameof(options.FetchWaitMs), options.FetchWaitMs, 1, 30_000);

        Within("Topics:Partitions", options.Topics.Partitions, 1, 1000);
        Within("Topics:Replicas", options.Topics.Replicas, 1, 15);
        Within("Topics:RetentionDays", options.Topics.RetentionDays, 1, 3650);

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

        void Within(string option, double value, double least, double most, string hint = "")
        {
            if (!(value >= least && value <= most))
            {
                errors.Add(string.Create(CultureInfo.InvariantCulture, $"Hotline:Kafka:{option} is {value}: it must be {least} to {most}{hint}."));
            }
        }
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,60}$")]
    private static partial Regex ClusterName { get; }
}
