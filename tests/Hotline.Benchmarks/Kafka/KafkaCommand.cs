using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Hotline.Benchmarks.Load;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.Providers.Kafka;
using Hotline.Providers.Kafka.Practice;

namespace Hotline.Benchmarks.Kafka;

/// <summary><c>kafka</c>: the relay as services run it, beside a bare producer with the same bytes and the same promises, on one mock cluster.</summary>
internal static class KafkaCommand
{
    private const int Rounds = 7;
    private const int Messages = 30_000;
    private const double LingerMs = 3;
    private static readonly Uuid7 Ids = new(TimeProvider.System);

    public static async Task<int> RunAsync(TextWriter output)
    {
        await Report.PrintMachineAsync(output);
        using var cluster = new MockCluster();
        var events = Enumerable.Range(0, Messages).Select(_ => Event()).ToList();
        var topic = 0;
        string NextTopic()
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"bench-{++topic}");
            cluster.CreateTopic(name, partitions: 12);
            return name;
        }

        await RelayAsync(cluster, NextTopic(), events); // compiled
        await RawAsync(cluster, NextTopic(), events);
        var pairs = new List<(double Relay, double Raw)>();
        for (var round = 0; round < Rounds; round++)
        {
            double relay, raw;
            if (round % 2 == 0)
            {
                relay = await RelayAsync(cluster, NextTopic(), events);
                raw = await RawAsync(cluster, NextTopic(), events);
            }
            else
            {
                raw = await RawAsync(cluster, NextTopic(), events);
                relay = await RelayAsync(cluster, NextTopic(), events);
            }

            pairs.Add((relay, raw));
            await output.WriteLineAsync($"round {round + 1}: relay {Report.Show(relay)}/s, bare producer {Report.Show(raw)}/s");
        }

        var report = new Report(output);
        report.Tell("relay, acknowledged /s", Report.Show(Statistics.Of(pairs.Select(pair => pair.Relay))));
        report.Tell("bare producer, acknowledged /s", Report.Show(Statistics.Of(pairs.Select(pair => pair.Raw))));
        report.Judge("relay ÷ bare producer", Statistics.Of(pairs.Select(pair => pair.Relay / pair.Raw)), 0.4, 0.7);
        await KafkaLatency.RunAsync(cluster, report);
        await output.WriteLineAsync();
        await report.PrintAsync();
        return 0;
    }

    private static CloudEvent Event()
    {
        var id = Ids.Next();
        return new CloudEvent(CloudEvent.IdOf(id, 1), "/hotline/bench", EventTypes.AppealReceived, TimeProvider.System.GetUtcNow(), id, AppRequests.Body);
    }

    /// <summary>The provider as a service registers it: outbox → relay → acknowledged → settled.</summary>
    private static async Task<double> RelayAsync(MockCluster cluster, string topic, List<CloudEvent> events)
    {
        var outbox = new PreparedOutbox(topic, events);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Hotline:Kafka:BootstrapServers"] = cluster.BootstrapServers,
            ["Hotline:Kafka:LingerMs"] = LingerMs.ToString(CultureInfo.InvariantCulture),
        });
        builder.Services.AddSingleton<IOutbox>(outbox);
        new KafkaProvider().Add(builder.Services, builder.Configuration, ProviderPorts.EventLog, ["bench"]);
        using var host = builder.Build();
        await host.StartAsync();
        await outbox.Connected.WaitAsync(TimeSpan.FromSeconds(30));
        GC.Collect();
        var started = Stopwatch.GetTimestamp();
        await outbox.SendRestAsync().WaitAsync(TimeSpan.FromSeconds(60));
        var elapsed = Stopwatch.GetElapsedTime(started);
        await host.StopAsync();
        return (events.Count - 1) / elapsed.TotalSeconds;
    }

    private static async Task<double> RawAsync(MockCluster cluster, string topic, List<CloudEvent> events)
    {
        var messages = events.ConvertAll(Message);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = LingerMs,
            Partitioner = Partitioner.Murmur2Random,
        }).Build();
        var acknowledged = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Report(DeliveryReport<byte[], byte[]> report)
        {
            if (report.Error.IsError)
            {
                all.TrySetException(new InvalidOperationException($"The bare producer failed: {report.Error.Reason}"));
            }
            else if (Interlocked.Increment(ref acknowledged) == messages.Count)
            {
                all.TrySetResult();
            }
        }

        producer.Produce(topic, messages[0], Report);
        producer.Flush(TimeSpan.FromSeconds(30));
        GC.Collect();
        var started = Stopwatch.GetTimestamp();
        for (var i = 1; i < messages.Count; i++)
        {
            producer.Produce(topic, messages[i], Report); // its queue of 100,000 has room for all
        }

        await all.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return (messages.Count - 1) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The bytes the relay sends for the event.</summary>
    private static Message<byte[], byte[]> Message(CloudEvent envelope) => new()
    {
        Key = Encoding.UTF8.GetBytes(envelope.PartitionKey.ToString("N")),
        Value = envelope.Data.ToArray(),
        Timestamp = new Timestamp(envelope.Time),
        Headers =
        [
            new Header("ce_specversion", "1.0"u8.ToArray()),
            new Header("ce_id", Encoding.UTF8.GetBytes(envelope.Id)),
            new Header("ce_source", Encoding.UTF8.GetBytes(envelope.Source)),
            new Header("ce_type", Encoding.UTF8.GetBytes(envelope.Type)),
            new Header("ce_time", Encoding.UTF8.GetBytes(envelope.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture))),
            new Header("ce_partitionkey", Encoding.UTF8.GetBytes(envelope.PartitionKey.ToString("N"))),
            new Header("content-type", "application/json"u8.ToArray()),
        ],
    };
}
