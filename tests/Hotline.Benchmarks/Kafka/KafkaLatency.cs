using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using Hotline.Benchmarks.Load;
using Hotline.Benchmarks.Receive;
using Hotline.Providers.Kafka.Practice;

namespace Hotline.Benchmarks.Kafka;

/// <summary>
/// From the receipt to the committed work order over Kafka, beside a bare producer and consumer with the same bytes at the same rate on the same
/// broker. Both ask with a short wait, for the mock cluster answers an empty fetch only at its end, whatever comes meanwhile.
/// </summary>
internal static class KafkaLatency
{
    private const int FetchWaitMs = 5;
    private const double LingerMs = 3;
    private const int Partitions = 12;

    public static async Task RunAsync(MockCluster cluster, Report report)
    {
        var bare = await BareAsync(cluster);
        var ours = await OrderLatency.MeasureAsync(
            "kafka-orders",
            [
                "--Hotline:EventLog=Kafka", $"--Hotline:Kafka:BootstrapServers={cluster.BootstrapServers}",
                string.Create(CultureInfo.InvariantCulture, $"--Hotline:Kafka:LingerMs={LingerMs}"), $"--Hotline:Kafka:FetchWaitMs={FetchWaitMs}",
            ]);
        var ratio = Statistics.Quantile(ours.Rest, 0.99) / Statistics.Quantile(bare, 0.99);
        report.Judge("receipt → work order committed over Kafka, p99 ÷ bare produce → consume p99, 200/s open loop", ratio, Report.Show(ratio), 3, 1.5, atMost: true);
        report.Tell("– bare produce → consume, p50 and p99, ms", $"{Report.Show(Statistics.Quantile(bare, 0.5))}, {Report.Show(Statistics.Quantile(bare, 0.99))}");
        ours.Tell(report);
    }

    private static async Task<List<double>> BareAsync(MockCluster cluster)
    {
        const string topic = "bench-latency";
        cluster.CreateTopic(topic, Partitions);
        var count = (int)(OrderLatency.PerSecond * OrderLatency.Length.TotalSeconds);
        var (sent, taken) = (new long[count], new long[count]);
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
            GroupId = "bench-latency",
            EnableAutoCommit = false,
            FetchWaitMaxMs = FetchWaitMs,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        var taking = Task.Factory.StartNew(
            () =>
            {
                for (var left = count; left > 0; left--)
                {
                    var message = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException($"The bare consumer waits for {left} messages.");
                    taken[BitConverter.ToInt32(message.Message.Key)] = Stopwatch.GetTimestamp();
                }
            },
            TaskCreationOptions.LongRunning);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, Acks = Acks.All, EnableIdempotence = true, LingerMs = LingerMs }).Build();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1 / OrderLatency.PerSecond));
        for (var number = 0; number < count && await timer.WaitForNextTickAsync(); number++)
        {
            sent[number] = Stopwatch.GetTimestamp();
            producer.Produce(topic, new Message<byte[], byte[]> { Key = BitConverter.GetBytes(number), Value = AppRequests.Body });
        }

        producer.Flush(TimeSpan.FromSeconds(30));
        await taking.WaitAsync(TimeSpan.FromSeconds(60));
        const int warm = 200;
        return [.. sent.Zip(taken, OrderLatency.Milliseconds).Skip(warm).Order()];
    }
}
