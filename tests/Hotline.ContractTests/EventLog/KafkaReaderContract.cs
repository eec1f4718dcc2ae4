using System.Text;
using Confluent.Kafka;
using Hotline.Contracts;
using Hotline.Ports;
using Xunit;
using LogMessage = Hotline.Ports.LogMessage;

namespace Hotline.ContractTests.EventLog;

/// <summary>What only Kafka can do to a reader: take partitions away, go away itself, hold messages of others.</summary>
public abstract class KafkaReaderContract(IKafkaBroker broker) : IAsyncLifetime
{
    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly List<Reading> _readings = [];
    private Guid[] _keys = [];
    private KafkaHarness _harness = null!;
    private Subscription _subscription = null!;

    public async Task InitializeAsync()
    {
        _keys = [.. Enumerable.Range(0, 10).Select(_ => _ids.Next())];
        _harness = await KafkaHarness.StartAsync(broker.BootstrapServers, options => options.Buffer = 8);
        _subscription = new Subscription($"group-{_ids.Next():N}", [$"hotline.reader-{_ids.Next():N}.v1"]);
    }

    public async Task DisposeAsync()
    {
        broker.SetUp();
        foreach (var reading in _readings)
        {
            await reading.StopAsync();
        }

        await _harness.DisposeAsync();
    }

    [SkippableFact]
    public async Task What_a_partition_taken_away_held_is_dropped_and_not_committed()
    {
        await PublishAsync(40);
        _harness.Options.Buffer = 100;
        var losing = Read();
        var held = await losing.UntilAsync(40);

        var gaining = Read();
        await gaining.UntilAsync(1);
        var taken = held.Where(message => message.Revoked.IsCancellationRequested).ToList();
        Assert.InRange(taken.Count, 1, 39);
        foreach (var message in held)
        {
            message.Settle(); // those taken away too: it must do nothing
        }

        await Reading.AllUntilAsync([gaining], messages => messages.Select(Id).Distinct().Count() == taken.Count);
        await losing.StopAsync();
        await gaining.StopAsync();

        await _harness.PublishAsync(_subscription.Topics[0], taken[0].Event.PartitionKey, "last", default);
        var heir = Read(settle: true);
        await Reading.AllUntilAsync([heir], messages => taken.Select(Id).All(messages.Select(Id).Contains) && messages.Any(message => message.Event.Type == "last"));
        Assert.Equal(taken.Count + 1, heir.Messages.Select(Id).Distinct().Count());
    }

    [SkippableFact]
    public async Task A_reader_that_Kafka_gave_up_on_drops_what_it_held_and_goes_on()
    {
        await PublishAsync(3);
        var reading = Read();
        var held = await reading.UntilAsync(3);
        broker.SetDown();
        await Eventually.Async(() => held.All(message => message.Revoked.IsCancellationRequested));
        foreach (var message in held)
        {
            message.Settle();
        }

        broker.SetUp();
        await reading.UntilAsync(6);
        Assert.Equal(held.Select(Id).Order(), reading.Messages.Skip(3).Select(Id).Distinct().Order());
        Assert.Single(_harness.Lines.All, line => line.StartsWith("The reader of", StringComparison.Ordinal) && line.Contains("waits for Kafka", StringComparison.Ordinal));
        Assert.Single(_harness.Lines.All, line => line.StartsWith("The reader of", StringComparison.Ordinal) && line.Contains("goes on", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_reader_starts_while_Kafka_is_away()
    {
        broker.SetDown();
        var reading = Read(settle: true);
        await PublishAsync(2);
        await Eventually.Async(() => _harness.Lines.All.Any(line => line.StartsWith("The reader of", StringComparison.Ordinal)));
        await Eventually.Async(() => Gauges.Read("hotline.broker.away.seconds", ("client", "reader"), ("service", _subscription.Group)) > 0.05);
        broker.SetUp();
        await reading.UntilAsync(2);
        await Eventually.Async(() => Gauges.Read("hotline.broker.away.seconds", ("service", _subscription.Group)) is null);
    }

    [SkippableFact]
    public async Task Reading_ends_soon_while_Kafka_is_away()
    {
        await PublishAsync(1);
        var reading = Read();
        await reading.UntilAsync(1);
        broker.SetDown();
        await reading.StopAsync().WaitAsync(TimeSpan.FromSeconds(8));
    }

    [SkippableFact]
    public async Task A_slow_taker_pauses_the_partitions_and_gets_everything_in_order()
    {
        await PublishAsync(600);
        await _harness.DrainedAsync();
        var read = new List<LogMessage>();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await foreach (var message in _harness.Log.ReadAsync(_subscription, stop.Token))
        {
            read.Add(message);
            message.Settle();
            if (read.Count is 50 or 300)
            {
                await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, stop.Token); // slow, as the case demands
            }

            if (read.Select(Id).Distinct().Count() == 600)
            {
                break;
            }
        }

        foreach (var key in read.GroupBy(message => message.Event.PartitionKey))
        {
            var numbers = key.DistinctBy(Id).Select(Number).ToList();
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    [SkippableFact]
    public async Task A_message_that_is_not_an_event_of_ours_is_handed_out_without_a_type()
    {
        var topic = _subscription.Topics[0];
        using (var stranger = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = broker.BootstrapServers }).Build())
        {
            var partition = new TopicPartition(topic, 0);
            stranger.Produce(partition, new Message<byte[]?, byte[]?> { Value = [0xFF, 0x00] });
            stranger.Produce(partition, new Message<byte[]?, byte[]?> { Key = "key"u8.ToArray(), Value = null });
            stranger.Produce(partition, new Message<byte[]?, byte[]?>
            {
                Value = "{}"u8.ToArray(),
                Headers = [new Header("ce_specversion", "9.9"u8.ToArray()), new Header("ce_id", "1/1"u8.ToArray()), new Header("ce_source", "/stranger"u8.ToArray()), new Header("ce_type", null)],
            });
            Assert.Equal(0, stranger.Flush(TimeSpan.FromSeconds(10)));
        }

        var read = (await Read(settle: true).UntilAsync(3)).Select(message => message.Event).ToList();
        Assert.All(read, envelope => Assert.Equal("", envelope.Type));
        Assert.Equal([$"kafka/{topic}/0/0", $"kafka/{topic}/0/1", $"kafka/{topic}/0/2"], read.Select(envelope => envelope.Id));
        Assert.Equal([0xFF, 0x00], read[0].Data.ToArray());
        Assert.Equal(0, read[1].Data.Length);
        Assert.Equal("/stranger", read[2].Source);
    }

    protected static string Id(LogMessage message) => message.Event.Id;

    private static int Number(LogMessage message) => int.Parse(Encoding.UTF8.GetString(message.Event.Data.Span), System.Globalization.CultureInfo.InvariantCulture);

    private protected Reading Read(bool settle = false)
    {
        var reading = new Reading(_harness.Log, _subscription, settle);
        _readings.Add(reading);
        return reading;
    }

    /// <summary>So many events of ten keys.</summary>
    protected async Task PublishAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            await _harness.PublishAsync(_subscription.Topics[0], _keys[number % _keys.Length], "tested", Encoding.UTF8.GetBytes($"{number}"));
        }
    }
}
