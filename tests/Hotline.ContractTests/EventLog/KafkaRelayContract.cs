using System.Text;
using Confluent.Kafka;
using Hotline.Contracts;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>The relay loses nothing and keeps the order of each key, whatever Kafka or the store does; and writes CloudEvents that anybody can read.</summary>
public abstract class KafkaRelayContract(IKafkaBroker broker) : IAsyncLifetime
{
    private protected readonly Uuid7 _ids = new(TimeProvider.System);
    private protected readonly List<CloudEvent> _sent = [];
    private protected Guid[] _keys = [];
    private protected KafkaHarness _harness = null!;
    private protected string _topic = "";

    public async Task InitializeAsync()
    {
        _keys = [.. Enumerable.Range(0, 10).Select(_ => _ids.Next())];
        _topic = $"hotline.relay-{_ids.Next():N}.v1";
        _harness = await KafkaHarness.StartAsync(broker.BootstrapServers, options => options.MaxInFlight = 50);
    }

    public virtual async Task DisposeAsync()
    {
        broker.SetUp();
        await _harness.DisposeAsync();
    }

    [SkippableFact]
    public async Task An_event_is_a_CloudEvent_in_binary_mode()
    {
        var sent = await _harness.PublishAsync(_topic, _ids.Next(), "hotline.tested.v1", """{"text":"路灯不亮"}"""u8.ToArray());
        var empty = await _harness.PublishAsync(_topic, sent.PartitionKey, "hotline.tested.v1", default);
        await _harness.DrainedAsync();
        var read = ReadRaw(2);
        var headers = read[0].Message.Headers.ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes()));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ce_specversion"] = "1.0",
                ["ce_id"] = sent.Id,
                ["ce_source"] = "/hotline/contract",
                ["ce_type"] = "hotline.tested.v1",
                ["ce_time"] = sent.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
                ["ce_partitionkey"] = sent.PartitionKey.ToString("N"),
                ["content-type"] = "application/json",
            },
            headers);
        Assert.Equal(sent.PartitionKey.ToString("N"), Encoding.UTF8.GetString(read[0].Message.Key));
        Assert.Equal(sent.Data.ToArray(), read[0].Message.Value);
        Assert.Empty(read[1].Message.Value);
        Assert.Equal(empty.Id, Encoding.UTF8.GetString(read[1].Message.Headers.GetLastBytes("ce_id")));
    }

    [SkippableFact]
    public async Task What_was_committed_while_Kafka_was_away_follows_in_order()
    {
        await PublishAsync(20);
        await _harness.DrainedAsync();
        broker.SetDown();
        await PublishAsync(200);
        await Eventually.Async(() => _harness.Lines.All.Any(line => line.Contains("waits for Kafka", StringComparison.Ordinal)));
        broker.SetUp();
        await _harness.DrainedAsync();
        AssertInOrder();
        Assert.Equal(
            ["The relay of contract waits for Kafka", "The relay of contract goes on"],
            _harness.Lines.All.Where(line => line.StartsWith("The relay", StringComparison.Ordinal)).Select(line => line.Split(':')[0]));
    }

    [SkippableFact]
    public async Task An_event_too_large_for_the_producer_is_told_once_with_the_remedy()
    {
        await using var small = await KafkaHarness.StartAsync(broker.BootstrapServers, options => options.MaxMessageBytes = 1000);
        var large = await small.PublishAsync(_topic, _ids.Next(), "large", new byte[5000]);
        await Eventually.Async(() => small.Lines.All.Count > 0);
        Assert.Equal(
            $"The relay of contract waits for Kafka: event {large.Id} has 5000 bytes: Broker: Message size too large. Raise max.message.bytes of {_topic} and Hotline:Kafka:MaxMessageBytes",
            Assert.Single(small.Lines.All));
    }

    /// <summary>Everything sent is there, and no event stands before the first copy of an earlier one of its key.</summary>
    protected void AssertInOrder()
    {
        var read = ReadRaw(_sent.Count).Select(message => Encoding.UTF8.GetString(message.Message.Headers.GetLastBytes("ce_id"))).ToList();
        foreach (var key in _sent.GroupBy(envelope => envelope.PartitionKey))
        {
            var ids = key.Select(envelope => envelope.Id).ToList();
            Assert.Equal(ids, read.Where(ids.Contains).Distinct());
        }
    }

    /// <summary>The topic from its beginning, until so many different events were read and all partitions are at their end.</summary>
    protected List<ConsumeResult<byte[], byte[]>> ReadRaw(int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = "raw",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 10,
        }).Build();
        consumer.Assign(Enumerable.Range(0, 4).Select(partition => new TopicPartitionOffset(_topic, partition, Offset.Beginning)));
        var read = new List<ConsumeResult<byte[], byte[]>>();
        var ends = 0;
        while (ends < 4)
        {
            var result = consumer.Consume(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException($"Read {read.Count} of {count}.");
            if (result.IsPartitionEOF)
            {
                ends++;
            }
            else
            {
                read.Add(result);
            }
        }

        Assert.Equal(count, read.DistinctBy(message => Encoding.UTF8.GetString(message.Message.Headers.GetLastBytes("ce_id"))).Count());
        return read;
    }

    protected async Task PublishAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _sent.Add(await _harness.PublishAsync(_topic, _keys[number % _keys.Length], "hotline.tested.v1", Encoding.UTF8.GetBytes($"{number}")));
        }
    }
}
