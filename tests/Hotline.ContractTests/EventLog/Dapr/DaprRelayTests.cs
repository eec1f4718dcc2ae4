using System.Text;
using System.Text.Json;
using Hotline.Contracts;
using Xunit;

namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>The relay loses nothing and keeps the order of each key, whatever the sidecar or the store does; and writes CloudEvents that anybody can read.</summary>
public sealed class DaprRelayTests : IAsyncLifetime
{
    private const string Topic = "hotline.relay-tests.v1";

    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly DaprBroker _broker = new();
    private readonly MemoryOutbox _outbox = new();
    private readonly LogLines _lines = new();
    private readonly List<CloudEvent> _sent = [];
    private Guid[] _keys = [];
    private DaprSidecar _sidecar = null!;
    private DaprProcess _process = null!;

    public async Task InitializeAsync()
    {
        _keys = [.. Enumerable.Range(0, 5).Select(_ => _ids.Next())];
        _sidecar = await new DaprSidecar(_broker, "publisher").StartAsync();
        _process = await DaprProcess.StartAsync(_sidecar.GrpcPort, _outbox, [DaprHarness.Service], lines: _lines);
    }

    public async Task DisposeAsync()
    {
        await _process.DisposeAsync();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task An_event_is_a_CloudEvent_as_JSON_raw_and_with_its_key()
    {
        Add(_keys[0], """{ "text" : "路灯不亮" }""");
        Add(_keys[0], "");
        Add(_keys[0], "no JSON");
        await DrainedAsync();
        var published = _sidecar.Published.ToArray();
        Assert.All(published, one =>
        {
            Assert.Equal(("hotline-pubsub", Topic, "application/cloudevents+json"), (one.PubsubName, one.Topic, one.DataContentType));
            Assert.Equal(new Dictionary<string, string> { ["partitionKey"] = $"{_keys[0]:N}", ["rawPayload"] = "true" }, one.Metadata);
        });
        using var json = JsonDocument.Parse(published[0].Data.ToStringUtf8());
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["specversion"] = "1.0",
                ["id"] = _sent[0].Id,
                ["source"] = "/hotline/contract",
                ["type"] = "hotline.tested.v1",
                ["time"] = _sent[0].Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
                ["partitionkey"] = $"{_keys[0]:N}",
                ["datacontenttype"] = "application/json",
                ["data"] = """{ "text" : "路灯不亮" }""",
            },
            json.RootElement.EnumerateObject().ToDictionary(part => part.Name, part => part.Value.ValueKind == JsonValueKind.String ? part.Value.GetString()! : part.Value.GetRawText()));
        Assert.DoesNotContain("\"data", published[1].Data.ToStringUtf8().Replace("\"datacontenttype\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("\"data_base64\":\"bm8gSlNPTg==\"", published[2].Data.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_committed_while_the_sidecar_was_away_follows_in_order()
    {
        Add(20);
        await DrainedAsync();
        await _sidecar.DisposeAsync();
        Add(30);
        await Eventually.Async(() => _lines.All.Any(line => line.StartsWith("The relay of contract waits for Dapr: event ", StringComparison.Ordinal)));
        _sidecar = await new DaprSidecar(_broker, "publisher").StartAsync(_sidecar.GrpcPort);
        Add(10);
        await DrainedAsync();
        AssertAllInOrder();
        await Eventually.Async(() => _lines.All.Contains("The relay of contract goes on"));
        Assert.DoesNotContain(_lines.All, line => line.Contains("\"text\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sidecar_that_starts_after_its_program_gets_everything()
    {
        var port = _sidecar.GrpcPort;
        await _process.DisposeAsync();
        await _sidecar.DisposeAsync();
        _process = await DaprProcess.StartAsync(port, _outbox, [DaprHarness.Service], lines: _lines);
        Add(25);
        await Eventually.Async(() => _lines.All.Any(line => line.Contains("waits for Dapr", StringComparison.Ordinal)));
        _sidecar = await new DaprSidecar(_broker, "publisher").StartAsync(port);
        await DrainedAsync();
        AssertAllInOrder();
    }

    [Theory]
    [InlineData(DaprSidecarFault.Before)]
    [InlineData(DaprSidecarFault.After)]
    public async Task A_publish_that_breaks_off_is_repeated_before_the_next_of_its_key(DaprSidecarFault fault)
    {
        var calls = 0;
        _sidecar.Publishing = _ => Interlocked.Increment(ref calls) is 7 or 30 or 31 ? (DaprSidecar.Fault)fault : DaprSidecar.Fault.None;
        Add(60);
        await DrainedAsync();
        AssertAllInOrder();
        Assert.True(calls > 60);
    }

    [Fact]
    public async Task A_store_that_is_away_is_waited_for()
    {
        await _process.DisposeAsync();
        _outbox.FailNext(2);
        Add(5);
        _process = await DaprProcess.StartAsync(_sidecar.GrpcPort, _outbox, [DaprHarness.Service], lines: _lines);
        await DrainedAsync();
        AssertAllInOrder();
    }

    [Fact]
    public async Task What_was_settled_is_not_sent_again_by_the_next_process()
    {
        Add(10);
        await DrainedAsync();
        await _process.DisposeAsync();
        Add(3);
        _process = await DaprProcess.StartAsync(_sidecar.GrpcPort, _outbox, [DaprHarness.Service], lines: _lines);
        await DrainedAsync();
        Assert.Equal(13, _broker.Messages.Count);
    }

    private void Add(int events)
    {
        for (var number = 0; number < events; number++)
        {
            Add(_keys[number % _keys.Length], $$"""{"text":{{_sent.Count}}}""");
        }
    }

    private void Add(Guid key, string data)
    {
        _sent.Add(new CloudEvent(CloudEvent.IdOf(_ids.Next(), 1), "/hotline/contract", "hotline.tested.v1", TimeProvider.System.GetUtcNow(), key, Encoding.UTF8.GetBytes(data)));
        _outbox.Add(DaprHarness.Service, Topic, _sent[^1]);
    }

    private Task DrainedAsync() => _outbox.UntilDrainedAsync(DaprHarness.Relay, DaprHarness.Service);

    /// <summary>Nothing is missing, and what came for the first time came in order.</summary>
    private void AssertAllInOrder()
    {
        foreach (var key in _keys)
        {
            var came = _broker.Messages.Where(message => message.Key == $"{key:N}").Select(message => Hotline.Providers.Dapr.DaprWire.Read(Topic, message.Data, default).Id).Distinct();
            Assert.Equal(_sent.Where(sent => sent.PartitionKey == key).Select(sent => sent.Id), came);
        }
    }
}

/// <summary>As <see cref="DaprSidecar.Fault"/>, for a public test's signature.</summary>
public enum DaprSidecarFault
{
    None = DaprSidecar.Fault.None,
    Before = DaprSidecar.Fault.Before,
    After = DaprSidecar.Fault.After,
}
