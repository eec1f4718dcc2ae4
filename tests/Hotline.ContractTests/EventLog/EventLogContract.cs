using System.Text;
using Hotline.Contracts;
using Hotline.Ports;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>A provider of the event log under test, over a store that nobody else uses.</summary>
public interface ILogHarness : IAsyncDisposable
{
    /// <summary>Each reading of it stands for a process of its own.</summary>
    IEventLog Log { get; }

    /// <summary>Commits a fact whose event goes to the topic, and returns the event as readers are to see it.</summary>
    /// <param name="data">Any JSON.</param>
    ValueTask<CloudEvent> PublishAsync(string topic, Guid key, string type, ReadOnlyMemory<byte> data);
}

/// <summary>What every event log does, whatever it is made of: at least once, in order within a key, a place for each group that only settling moves.</summary>
public abstract class EventLogContract(Func<Task<ILogHarness>> start) : IAsyncLifetime
{
    private const string Type = "hotline.contract.tested.v1";

    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly List<Reading> _readings = [];
    private ILogHarness _harness = null!;
    private string _topic = "";

    /// <summary>Whether a reader is given the next event of a key while the one before is not settled; a log that pushes holds it back.</summary>
    protected virtual bool ReadsAhead => true;

    public async Task InitializeAsync()
    {
        _harness = await start();
        _topic = $"hotline.contract-{_ids.Next():N}.v1";
    }

    public async Task DisposeAsync()
    {
        foreach (var reading in _readings)
        {
            await reading.StopAsync();
        }

        await _harness.DisposeAsync();
    }

    [SkippableFact]
    public async Task Every_event_arrives_and_those_of_a_key_in_order()
    {
        var keys = Enumerable.Range(0, 10).Select(_ => _ids.Next()).ToArray();
        var reading = Read("orders", settle: true); // it may be there before the first event
        for (var number = 0; number < 300; number++)
        {
            await PublishAsync(keys[number % keys.Length], number);
        }

        await reading.UntilAsync(300);
        foreach (var key in keys)
        {
            var numbers = reading.Messages.Where(message => message.Event.PartitionKey == key).Select(Number).ToArray();
            Assert.Equal(numbers.Order(), numbers);
            Assert.Equal(30, numbers.Distinct().Count());
        }
    }

    [SkippableFact]
    public async Task Events_arrive_byte_for_byte()
    {
        string[] hostile =
        [
            "{}",
            "\"\"",
            """{"text":"噪音扰民，夜里两点 😀 𠮷 é\u0000\u2028"}""",
            """{ "b" : 1.0e0 , "a" : "\/" , "a" : null }""",
        ];
        var key = _ids.Next();
        var sent = new List<CloudEvent>();
        foreach (var data in hostile)
        {
            sent.Add(await _harness.PublishAsync(_topic, key, Type, Encoding.UTF8.GetBytes(data)));
        }

        var read = await Read("bytes", settle: true).UntilAsync(hostile.Length);
        for (var number = 0; number < hostile.Length; number++)
        {
            Assert.Equal(_topic, read[number].Topic);
            AssertSame(sent[number], read[number].Event);
        }
    }

    [SkippableFact]
    public async Task A_large_event_arrives_and_holds_up_no_small_one()
    {
        var key = _ids.Next();
        var large = Encoding.UTF8.GetBytes("\"" + new string('工', 350_000) + "\"");
        var first = await _harness.PublishAsync(_topic, key, Type, large);
        var second = await _harness.PublishAsync(_topic, key, Type, "{}"u8.ToArray());
        var read = await Read("large", settle: true).UntilAsync(2);
        AssertSame(first, read[0].Event);
        AssertSame(second, read[1].Event);
    }

    [SkippableFact]
    public async Task One_reader_reads_several_topics()
    {
        var other = _topic + ".other";
        var reading = Read(new Subscription("several", [_topic, other]), settle: true);
        await PublishAsync(_ids.Next(), 1);
        await _harness.PublishAsync(other, _ids.Next(), Type, "2"u8.ToArray());
        var read = await reading.UntilAsync(2);
        Assert.Equal([_topic, other], read.Select(message => message.Topic).Order());
    }

    [SkippableFact]
    public async Task What_is_settled_does_not_come_again_and_what_is_not_does()
    {
        var key = _ids.Next();
        await PublishAsync(key, 1, 2, 3, 4, 5);
        var reading = Read("again", static message => Number(message) <= 3);
        await reading.UntilAsync(static message => Number(message) == 4);
        await reading.StopAsync();
        Assert.Equal([4, 5], (await Read("again", settle: true).UntilAsync(2)).Select(Number));
    }

    [SkippableFact]
    public async Task The_place_does_not_move_past_an_unsettled_event()
    {
        Skip.IfNot(ReadsAhead, "This log holds a key's next event back until the one before is settled: there is nothing to move past.");
        var key = _ids.Next();
        await PublishAsync(key, 1, 2, 3);
        var first = Read("gap");
        (await first.UntilAsync(3))[2].Settle();
        await first.StopAsync();

        await PublishAsync(key, 4);
        var second = Read("gap");
        var read = await second.UntilAsync(message => Number(message) == 4);
        Assert.Equal([1, 2], read.Take(2).Select(Number));
        foreach (var message in read.Where(message => Number(message) < 4).Reverse())
        {
            message.Settle();
        }

        await second.StopAsync();
        Assert.Equal(4, Number((await Read("gap").UntilAsync(1))[0]));
    }

    [SkippableFact]
    public async Task Settling_twice_or_after_the_end_does_no_harm()
    {
        var key = _ids.Next();
        await PublishAsync(key, 1);
        await PublishAsync(_ids.Next(), 2);
        var reading = Read("twice");
        var read = (await reading.UntilAsync(2)).OrderBy(Number).ToList();
        read[0].Settle();
        read[0].Settle();
        await reading.StopAsync();
        read[1].Settle();
        read[0].Settle();
        await PublishAsync(key, 3);
        var again = await Read("twice").UntilAsync(message => Number(message) == 3);
        Assert.DoesNotContain(again, message => Number(message) == 1);
    }

    [SkippableFact]
    public async Task Each_group_gets_everything()
    {
        var one = Read("group-one", settle: true);
        var other = Read("group-other", settle: true);
        await PublishAsync(_ids.Next(), 1, 2, 3);
        Assert.Equal([1, 2, 3], (await one.UntilAsync(3)).Select(Number));
        Assert.Equal([1, 2, 3], (await other.UntilAsync(3)).Select(Number));
    }

    [SkippableFact]
    public async Task Two_readers_of_a_group_share_without_loss()
    {
        Reading[] readings = [Read("shared", settle: true), Read("shared", settle: true)];
        for (var number = 0; number < 200; number++)
        {
            await PublishAsync(_ids.Next(), number);
        }

        await Reading.AllUntilAsync(readings, messages => messages.Select(Number).Distinct().Count() == 200);
    }

    [SkippableFact]
    public async Task What_a_stopped_reader_left_unsettled_goes_to_the_other()
    {
        var expected = Enumerable.Range(0, 40).ToArray();
        var leaving = Read("heir");
        foreach (var number in expected)
        {
            await PublishAsync(_ids.Next(), number);
        }

        await leaving.UntilAsync(expected.Length);
        var heir = Read("heir", settle: true);
        await leaving.StopAsync();
        await Reading.AllUntilAsync([heir], messages => messages.Select(Number).Distinct().Count() == expected.Length);
    }

    [SkippableFact]
    public async Task Reading_ends_soon_after_it_is_cancelled()
    {
        var idle = Read("idle");
        var busy = Read("busy");
        await PublishAsync(_ids.Next(), 1);
        await busy.UntilAsync(1);
        await Task.WhenAll(idle.StopAsync(), busy.StopAsync()).WaitAsync(TimeSpan.FromSeconds(8));
    }

    private static int Number(LogMessage message) => int.Parse(Encoding.UTF8.GetString(message.Event.Data.Span), System.Globalization.CultureInfo.InvariantCulture);

    private static void AssertSame(CloudEvent sent, CloudEvent read)
    {
        Assert.Equal(sent with { Data = default }, read with { Data = default });
        Assert.True(sent.Data.Span.SequenceEqual(read.Data.Span), "The data differ.");
    }

    private Reading Read(string group, bool settle = false) => Read(new Subscription($"{group}-{_topic}", [_topic]), settle);

    private Reading Read(string group, Predicate<LogMessage> settle) => Read(new Subscription($"{group}-{_topic}", [_topic]), settle);

    private Reading Read(Subscription subscription, bool settle) => Read(subscription, _ => settle);

    private Reading Read(Subscription subscription, Predicate<LogMessage> settle)
    {
        var reading = new Reading(_harness.Log, subscription, settle);
        _readings.Add(reading);
        return reading;
    }

    private async Task PublishAsync(Guid key, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            await _harness.PublishAsync(_topic, key, Type, Encoding.UTF8.GetBytes($"{number}"));
        }
    }
}
