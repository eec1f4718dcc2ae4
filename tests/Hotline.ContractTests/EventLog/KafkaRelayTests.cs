using System.Text;
using Confluent.Kafka;
using Hotline.ContractTests.Schemas;
using Hotline.Contracts;
using Hotline.Providers.Kafka;
using Hotline.Providers.Kafka.Practice;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>The relay loses nothing and keeps the order of each key, whatever Kafka or the store does; and writes CloudEvents that anybody can read.</summary>
public sealed class KafkaRelayTests(MockCluster cluster) : IClassFixture<MockCluster>, IAsyncLifetime
{
    private const short Produce = 0;
    private const int OutOfSequence = 45;

    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly List<CloudEvent> _sent = [];
    private Guid[] _keys = [];
    private KafkaHarness _harness = null!;
    private string _topic = "";

    public async Task InitializeAsync()
    {
        _keys = [.. Enumerable.Range(0, 10).Select(_ => _ids.Next())];
        _topic = $"hotline.relay-{_ids.Next():N}.v1";
        _harness = await KafkaHarness.StartAsync(cluster, options => options.MaxInFlight = 50);
    }

    public async Task DisposeAsync()
    {
        cluster.SetUp();
        cluster.SetRoundTrip(TimeSpan.Zero);
        await _harness.DisposeAsync();
    }

    [Fact]
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

    [Fact]
    public async Task The_AsyncAPI_document_names_the_headers_that_go_out_and_the_largest_message()
    {
        await _harness.PublishAsync(_topic, _ids.Next(), "hotline.tested.v1", "1"u8.ToArray());
        await _harness.DrainedAsync();
        var document = AsyncApi.Of([]);
        Assert.Equal(
            document["components"]!["schemas"]!["CloudEventHeaders"]!["required"]!.AsArray().Select(header => header!.GetValue<string>()),
            ReadRaw(1)[0].Message.Headers.Select(header => header.Key));
        Assert.Equal(AsyncApi.LargestMessage, new KafkaOptions().MaxMessageBytes);
    }

    [Fact]
    public async Task What_was_committed_while_Kafka_was_away_follows_in_order()
    {
        await PublishAsync(20);
        await _harness.DrainedAsync();
        cluster.SetDown();
        await PublishAsync(200);
        await Eventually.Async(() => _harness.Lines.All.Any(line => line.Contains("waits for Kafka", StringComparison.Ordinal)));
        cluster.SetUp();
        await _harness.DrainedAsync();
        AssertInOrder();
        Assert.Equal(
            ["The relay of contract waits for Kafka", "The relay of contract goes on"],
            _harness.Lines.All.Where(line => line.StartsWith("The relay", StringComparison.Ordinal)).Select(line => line.Split(':')[0]));
    }

    [Fact]
    public async Task A_slow_broker_gets_them_in_order()
    {
        cluster.SetRoundTrip(TimeSpan.FromMilliseconds(150));
        await PublishAsync(200);
        await _harness.DrainedAsync();
        AssertInOrder();
    }

    [Theory]
    [InlineData(7)] // timed out: it may be there, or not
    [InlineData(-1)] // unknown
    [InlineData(29)] // not authorized: for good
    [InlineData(10)] // too large: for good
    [InlineData(OutOfSequence)] // the broker forgot the producer, which has to begin anew
    public async Task After_an_error_nothing_is_missing_and_nothing_overtakes(int error)
    {
        // Two requests of one partition on their way at a time. When a real broker fails the first, it refuses the second as out of sequence;
        // the mock cluster does not keep count, so it is told to.
        await _harness.DisposeAsync();
        _harness = await KafkaHarness.StartAsync(cluster, options =>
        {
            options.Client["batch.num.messages"] = "1";
            options.MaxInFlight = 2;
        });
        _keys = _keys[..1];
        await PublishAsync(10);
        await _harness.DrainedAsync();
        cluster.SetRoundTrip(TimeSpan.FromMilliseconds(20));
        cluster.PushErrors(Produce, error, OutOfSequence, 0, 0, error, OutOfSequence);
        await PublishAsync(30);
        await _harness.DrainedAsync();
        AssertInOrder();
    }

    [Fact]
    public async Task When_the_store_goes_away_the_relay_comes_back_to_it()
    {
        await PublishAsync(5);
        await _harness.DrainedAsync();
        _harness.Outbox.FailNext(readings: 2);
        cluster.PushErrors(Produce, 29); // makes it read again
        await PublishAsync(5);
        await _harness.DrainedAsync();
        AssertInOrder();
        Assert.Contains(_harness.Lines.All, line => line.Contains("EngineAwayException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_too_large_for_the_producer_is_told_once_with_the_remedy()
    {
        await using var small = await KafkaHarness.StartAsync(cluster, options => options.MaxMessageBytes = 1000);
        var large = await small.PublishAsync(_topic, _ids.Next(), "large", new byte[5000]);
        await Eventually.Async(() => small.Lines.All.Count > 0);
        Assert.Equal(
            $"The relay of contract waits for Kafka: event {large.Id} has 5000 bytes: Broker: Message size too large. Raise max.message.bytes of {_topic} and Hotline:Kafka:MaxMessageBytes",
            Assert.Single(small.Lines.All));
    }

    [Fact]
    public async Task An_event_that_the_broker_refuses_is_told_once_with_the_remedy_and_tried_again()
    {
        cluster.PushErrors(Produce, [.. Enumerable.Repeat(10, 3)]);
        await PublishAsync(1);
        await _harness.DrainedAsync();
        Assert.Equal(
            [
                $"The relay of contract waits for Kafka: event {_sent[0].Id} has 1 bytes: Broker: Message size too large. Raise max.message.bytes of {_topic} and Hotline:Kafka:MaxMessageBytes",
                "The relay of contract goes on",
            ],
            _harness.Lines.All);
    }

    /// <summary>Everything sent is there, and no event stands before the first copy of an earlier one of its key.</summary>
    private void AssertInOrder()
    {
        var read = ReadRaw(_sent.Count).Select(message => Encoding.UTF8.GetString(message.Message.Headers.GetLastBytes("ce_id"))).ToList();
        foreach (var key in _sent.GroupBy(envelope => envelope.PartitionKey))
        {
            var ids = key.Select(envelope => envelope.Id).ToList();
            Assert.Equal(ids, read.Where(ids.Contains).Distinct());
        }
    }

    /// <summary>The topic from its beginning, until so many different events were read and all partitions are at their end.</summary>
    private List<ConsumeResult<byte[], byte[]>> ReadRaw(int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = cluster.BootstrapServers,
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

    private async Task PublishAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _sent.Add(await _harness.PublishAsync(_topic, _keys[number % _keys.Length], "hotline.tested.v1", Encoding.UTF8.GetBytes($"{number}")));
        }
    }
}
