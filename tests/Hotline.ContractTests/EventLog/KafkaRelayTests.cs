using System.Text;
using Hotline.ContractTests.Schemas;
using Hotline.Providers.Kafka;
using Hotline.Providers.Kafka.Practice;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>The relay on the mock cluster, which can be told to err and to be slow.</summary>
public sealed class KafkaRelayTests(MockCluster cluster) : KafkaRelayContract(new MockBroker(cluster)), IClassFixture<MockCluster>
{
    private const short Produce = 0;
    private const int OutOfSequence = 45;

    private readonly MockCluster _cluster = cluster;

    public override Task DisposeAsync()
    {
        _cluster.SetRoundTrip(TimeSpan.Zero);
        return base.DisposeAsync();
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
    public async Task A_slow_broker_gets_them_in_order()
    {
        _cluster.SetRoundTrip(TimeSpan.FromMilliseconds(150));
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
        _harness = await KafkaHarness.StartAsync(_cluster.BootstrapServers, options =>
        {
            options.Client["batch.num.messages"] = "1";
            options.MaxInFlight = 2;
        });
        _keys = _keys[..1];
        await PublishAsync(10);
        await _harness.DrainedAsync();
        _cluster.SetRoundTrip(TimeSpan.FromMilliseconds(20));
        _cluster.PushErrors(Produce, error, OutOfSequence, 0, 0, error, OutOfSequence);
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
        _cluster.PushErrors(Produce, 29); // makes it read again
        await PublishAsync(5);
        await _harness.DrainedAsync();
        AssertInOrder();
        Assert.Contains(_harness.Lines.All, line => line.Contains("EngineAwayException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_the_broker_refuses_is_told_once_with_the_remedy_and_tried_again()
    {
        _cluster.PushErrors(Produce, [.. Enumerable.Repeat(10, 3)]);
        await PublishAsync(1);
        await _harness.DrainedAsync();
        Assert.Equal(
            [
                $"The relay of contract waits for Kafka: event {_sent[0].Id} has 1 bytes: Broker: Message size too large. Raise max.message.bytes of {_topic} and Hotline:Kafka:MaxMessageBytes",
                "The relay of contract goes on",
            ],
            _harness.Lines.All);
    }
}
