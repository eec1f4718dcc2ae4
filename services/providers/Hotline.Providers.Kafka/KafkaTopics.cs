using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Kafka;

/// <summary>
/// Makes the topics with as many partitions and copies as the options say. What is there is left as it is: more partitions would
/// put a key's later events into another one, where they may overtake the earlier.
/// </summary>
internal sealed class KafkaTopics(IOptions<KafkaOptions> options) : IMigration
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation)
    {
        var wanted = options.Value.Topics;
        try
        {
            using var admin = new AdminClientBuilder(KafkaClients.Admin(options.Value)).SetLogHandler(static (_, _) => { }).Build();
            var there = admin.GetMetadata(Patience).Topics.Where(static topic => topic.Partitions.Count > 0).ToDictionary(static topic => topic.Topic, static topic => topic.Partitions.Count);
            var missing = Topics.All.SelectMany(static topic => new[] { topic, Topics.Dead(topic) }).Where(topic => !there.ContainsKey(topic)).ToList();
            if (missing.Count > 0)
            {
                await admin.CreateTopicsAsync(missing.Select(topic => Specify(topic, options.Value)), new CreateTopicsOptions { RequestTimeout = Patience, OperationTimeout = Patience }).WaitAsync(cancellation);
            }

            return
            [
                .. missing.Select(topic => $"{topic}: made with {wanted.Partitions} partitions"),
                .. there.Where(topic => Topics.All.Contains(topic.Key) && topic.Value < wanted.Partitions)
                    .Select(topic => $"{topic.Key}: has {topic.Value} partitions and keeps them; {wanted.Partitions} would put a key's later events elsewhere than its earlier"),
            ];
        }
        catch (CreateTopicsException refused) when (refused.Results.All(static result => !result.Error.IsError || result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            return []; // another made them meanwhile
        }
        catch (KafkaException failure)
        {
            throw new EngineAwayException($"Kafka's topics could not be prepared: {failure.Error.Reason}. Look at Hotline:Kafka:BootstrapServers and at what its user may create.", failure);
        }
    }

    private static TopicSpecification Specify(string topic, KafkaOptions options) => new()
    {
        Name = topic,
        NumPartitions = options.Topics.Partitions,
        ReplicationFactor = options.Topics.Replicas,
        Configs = new Dictionary<string, string>
        {
            ["retention.ms"] = TimeSpan.FromDays(options.Topics.RetentionDays).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture),
            ["max.message.bytes"] = options.MaxMessageBytes.ToString(CultureInfo.InvariantCulture),
            ["min.insync.replicas"] = options.Topics.Replicas > 2 ? "2" : "1", // what acks=all waits for: with two of three in step nothing acknowledged is lost with any one broker
        },
    };
}
