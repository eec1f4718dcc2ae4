using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.ContractTests.Documents;
using Hotline.Handling;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;
using Xunit.Abstractions;

namespace Hotline.ContractTests.EventLog;

/// <summary>A service in several replicas that come and go while events are at work: the loop, the log and the store as they run.</summary>
public abstract class KafkaRebalanceContract(IKafkaBroker broker, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Type = "hotline.contract.memo-written.v1";
    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly SqliteHarness _store = SqliteHarness.Start();
    private readonly List<IHost> _replicas = [];
    private readonly ConcurrentQueue<string> _effects = [];
    private KafkaHarness _harness = null!;
    private string _topic = "";
    private string _group = "";
    private int _deliveries;

    private IDocumentStore<Memo> Effects => _store.Stores.Open(Memo.TypeFor(SqliteHarness.Service));

    public async Task InitializeAsync()
    {
        _harness = await KafkaHarness.StartAsync(broker.BootstrapServers, options => options.Buffer = 50);
        (_topic, _group) = ($"hotline.rebalance-{_ids.Next():N}.v1", $"group-{_ids.Next():N}");
        broker.CreateTopic(_topic, partitions: 12);
    }

    public async Task DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.StopAsync();
            replica.Dispose();
        }

        await _harness.DisposeAsync();
        await _store.DisposeAsync();
    }

    [SkippableFact]
    public async Task Replicas_that_come_and_go_in_mid_batch_give_each_event_its_effect_once_and_those_of_a_key_in_order()
    {
        const int Keys = 40;
        const int Each = 40;
        var keys = Enumerable.Range(0, Keys).Select(_ => _ids.Next()).ToArray();
        for (var number = 0; number < Keys * Each; number++)
        {
            await PublishAsync(keys[number % Keys], number);
        }

        var first = await StartAsync();
        await EffectsAsync(200);
        var second = await StartAsync(); // takes over some partitions, with events of theirs at work
        await EffectsAsync(600);
        await StopAsync(first);
        await StartAsync();
        await EffectsAsync(1000);
        await StopAsync(second);
        await EffectsAsync(Keys * Each);

        Assert.Equal(Keys * Each, (await AllAsync()).Count);
        foreach (var effects in _effects.Select(effect => effect.Split('/')).GroupBy(effect => effect[0]))
        {
            var numbers = effects.Select(effect => int.Parse(effect[1], CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(Each, numbers.Count);
            Assert.Equal(numbers.Order(), numbers);
        }

        output.WriteLine($"{_deliveries} deliveries of {Keys * Each} events");
    }

    [SkippableFact]
    public async Task What_waits_is_told_by_group_and_topic()
    {
        var key = _ids.Next();
        var reading = new Reading(_harness.Log, new Subscription(_group, [_topic]), settle: false);
        for (var number = 0; number < 25; number++)
        {
            await PublishAsync(key, number);
        }

        var held = await reading.UntilAsync(25);
        await Eventually.Async(() => Lag() == 25);
        foreach (var message in held.Take(20))
        {
            message.Settle();
        }

        await Eventually.Async(() => Lag() == 5);
        await reading.StopAsync();
        Assert.Null(Lag());
    }

    private double? Lag() => Gauges.Read("hotline.consumer.lag", ("group", _group), ("topic", _topic));

    private async Task PublishAsync(Guid key, int number) => await _harness.PublishAsync(
        _topic, key, Type, JsonSerializer.SerializeToUtf8Bytes(new MemoWritten($"{key:N}/{number}", []), MemoJson.Default.MemoWritten));

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IIdSource>(_ids);
        builder.Services.AddSingleton(_store.Stores);
        builder.Services.AddSingleton(_harness.Log);
        builder.Services.AddHandling(_group, handlers => handlers.On(_topic, Type, MemoJson.Default.MemoWritten, _ => new Handler(this)));
        var replica = builder.Build();
        _replicas.Add(replica);
        await replica.StartAsync();
        return replica;
    }

    private async Task StopAsync(IHost replica)
    {
        _replicas.Remove(replica);
        await replica.StopAsync();
        replica.Dispose();
    }

    private Task EffectsAsync(int count) => Eventually.Async(() => _effects.Count >= count);

    private async Task<List<Document<Memo>>> AllAsync()
    {
        var all = new List<Document<Memo>>();
        while (await Effects.QueryAsync("all", "all", all.Count == 0 ? 0 : all[^1].Sequence, 1000, CancellationToken.None) is { Count: > 0 } page)
        {
            all.AddRange(page);
        }

        return all;
    }

    /// <summary>Slow enough that a partition is taken away with events of it at work.</summary>
    private sealed class Handler(KafkaRebalanceContract test) : IHandle<MemoWritten>
    {
        public async ValueTask HandleAsync(MemoWritten data, CloudEvent envelope, CancellationToken cancellation)
        {
            Interlocked.Increment(ref test._deliveries);
            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, cancellation);
            if ((await test.Effects.AddOnceAsync(Memo.New(test._ids, envelope.Id, data.Text), CancellationToken.None)).Added)
            {
                test._effects.Enqueue(data.Text);
            }
        }
    }
}
