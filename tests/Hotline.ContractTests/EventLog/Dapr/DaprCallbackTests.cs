using System.Net;
using System.Text;
using System.Text.Json;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.Providers.Dapr;
using Xunit;

namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>What the sidecar asks of a process, at its HTTP surface: who may ask, what is answered, and that nothing is lost by any answer.</summary>
public sealed class DaprCallbackTests : IAsyncDisposable
{
    private const int NoSidecar = 9;
    private const string Topic = "hotline.callback-tests.v1";
    private static readonly Subscription Asked = new("orders", [Topic]);

    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly HttpClient _sidecar = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<Reading> _readings = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var reading in _readings)
        {
            await reading.StopAsync();
        }

        _running.Reverse();
        foreach (var one in _running)
        {
            await one.DisposeAsync();
        }

        _sidecar.Dispose();
    }

    [Fact]
    public async Task The_sidecar_is_told_what_to_subscribe_to_raw_and_each_topic_once()
    {
        var process = await StartAsync(subscriptions: [Asked, new Subscription("reports", ["hotline.other.v1", Topic])]);
        using var answer = await AskAsync(process, HttpMethod.Get, "/dapr/subscribe");
        Assert.Equal(
            """[{"pubsubname":"hotline-pubsub","topic":"hotline.callback-tests.v1","route":"/dapr/events/hotline.callback-tests.v1","metadata":{"rawPayload":"true"}},{"pubsubname":"hotline-pubsub","topic":"hotline.other.v1","route":"/dapr/events/hotline.other.v1","metadata":{"rawPayload":"true"}}]""",
            await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("the-sidecar's-owm")]
    [InlineData("the-sidecar's-own2")]
    public async Task Without_the_token_nobody_is_answered_and_nothing_is_dropped(string? token)
    {
        var process = await StartAsync();
        using var told = await AskAsync(process, HttpMethod.Get, "/dapr/subscribe", token: token);
        using var delivered = await AskAsync(process, HttpMethod.Post, $"/dapr/events/{Topic}", "{}"u8.ToArray(), token);
        using var unknown = await AskAsync(process, HttpMethod.Post, "/dapr/events/none", "{}"u8.ToArray(), token);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], [told.StatusCode, delivered.StatusCode, unknown.StatusCode]);
    }

    [Fact]
    public async Task Where_there_is_no_token_only_this_machine_itself_is_answered()
    {
        var process = await StartAsync(token: null);
        using var own = await AskAsync(process, HttpMethod.Get, "/dapr/subscribe", token: null);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(process.Address, "/dapr/subscribe"));
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        using var passedOn = await _sidecar.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, passedOn.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/dispatch/orders")]
    [InlineData("/daprx/subscribe")]
    [InlineData("/other/dapr/subscribe")]
    public async Task The_token_opens_nothing_else(string path)
    {
        var process = await StartAsync();
        using var answer = await AskAsync(process, HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode)418, answer.StatusCode); // went on to the edge
    }

    [Fact]
    public async Task The_answer_waits_for_the_effect()
    {
        var process = await StartAsync();
        var reading = Read(process, settle: false);
        var delivery = DeliverAsync(process, DaprWire.Write(NewEvent("1")));
        var message = Assert.Single(await reading.UntilAsync(1));
        Assert.False(delivery.IsCompleted);
        message.Settle();
        Assert.Equal("SUCCESS", await delivery);
    }

    [Fact]
    public async Task A_topic_nobody_asked_for_is_dropped() =>
        Assert.Equal("DROP", await DeliverAsync(await StartAsync(), "{}"u8.ToArray(), "hotline.unasked.v1"));

    [Fact]
    public async Task Without_a_reader_it_is_to_come_again() =>
        Assert.Equal("RETRY", await DeliverAsync(await StartAsync(), DaprWire.Write(NewEvent("1"))));

    [Fact]
    public async Task What_takes_too_long_comes_again_and_the_first_try_is_called_off()
    {
        var process = await StartAsync(options: ("DeliverySeconds", "1"));
        var reading = Read(process, settle: false);
        Assert.Equal("RETRY", await DeliverAsync(process, DaprWire.Write(NewEvent("1"))));
        var message = Assert.Single(reading.Messages);
        Assert.True(message.Revoked.IsCancellationRequested);
        message.Settle(); // too late: somebody else has it
    }

    [Fact]
    public async Task When_the_sidecar_hangs_up_the_try_is_called_off()
    {
        var process = await StartAsync();
        var reading = Read(process, settle: false);
        using var hangUp = new CancellationTokenSource();
        var delivery = DeliverAsync(process, DaprWire.Write(NewEvent("1")), hangUp: hangUp.Token);
        var message = Assert.Single(await reading.UntilAsync(1));
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
        await Eventually.Async(() => message.Revoked.IsCancellationRequested);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("")]
    [InlineData("[1,2]")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/x","type":"t","time":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"specversion":"1.0","id":"1","source":"/x","type":"t","time":"2026-01-01T00:00:00Z","partitionkey":"0190a000000070008000000000000001","data_base64":"?"}""")]
    [InlineData("""{"specversion":"1.0","id":"\ud800","source":"/x","type":"t","time":"2026-01-01T00:00:00Z","partitionkey":"0190a000000070008000000000000001"}""")]
    public async Task What_is_no_CloudEvent_is_handed_out_without_a_type_and_always_under_one_id(string message)
    {
        var process = await StartAsync();
        var reading = Read(process, settle: true);
        var bytes = Encoding.UTF8.GetBytes(message);
        Assert.Equal(["SUCCESS", "SUCCESS"], [await DeliverAsync(process, bytes), await DeliverAsync(process, bytes)]);
        Assert.Single(reading.Messages.Select(read => read.Event.Id).Distinct());
        Assert.All(reading.Messages, read =>
        {
            Assert.Equal("", read.Event.Type);
            Assert.Equal(bytes, read.Event.Data.ToArray());
            Assert.StartsWith($"dapr/{Topic}/", read.Event.Id, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task What_comes_without_the_sidecars_envelope_is_read_all_the_same()
    {
        var process = await StartAsync();
        var reading = Read(process, settle: true);
        var sent = NewEvent("""{"text":"井盖缺失"}""");
        using var answer = await AskAsync(process, HttpMethod.Post, $"/dapr/events/{Topic}", DaprWire.Write(sent));
        Assert.Equal("SUCCESS", await StatusOf(answer));
        Assert.Equal(sent.Id, Assert.Single(reading.Messages).Event.Id);
    }

    [Fact]
    public async Task In_one_process_an_event_is_taken_when_all_its_groups_have_settled_it()
    {
        var process = await StartAsync(subscriptions: [Asked, new Subscription("reports", [Topic])]);
        var orders = Read(process, settle: true);
        var reports = Read(process, settle: false, new Subscription("reports", [Topic]));
        var delivery = DeliverAsync(process, DaprWire.Write(NewEvent("1")));
        var message = Assert.Single(await reports.UntilAsync(1));
        await orders.UntilAsync(1);
        Assert.False(delivery.IsCompleted);
        message.Settle();
        Assert.Equal("SUCCESS", await delivery);
    }

    [Fact]
    public async Task Who_reads_what_the_sidecar_was_not_told_of_hears_it_at_once()
    {
        var process = await StartAsync();
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var _ in process.Log.ReadAsync(new Subscription("strangers", [Topic]), CancellationToken.None))
            {
                break;
            }
        });
        Assert.Contains("strangers reads hotline.callback-tests.v1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_process_stops_in_mid_delivery_the_event_goes_to_the_next_and_a_key_keeps_its_order()
    {
        var broker = new DaprBroker();
        var key = _ids.Next();
        for (var number = 0; number < 12; number++)
        {
            broker.Add(Topic, $"{key:N}", DaprWire.Write(NewEvent($"{number}", key)));
        }

        var firstSidecar = new DaprSidecar(broker, Asked.Group);
        await using var first = await DaprProcess.StartAsync(NoSidecar, subscriptions: [Asked]);
        firstSidecar.Attach(first.Address);
        var before = new Reading(first.Log, Asked, static message => Number(message) < 5);
        var cut = (await before.UntilAsync(static message => Number(message) == 5))[^1];
        await first.StopAsync();
        Assert.True(cut.Revoked.IsCancellationRequested);
        await Eventually.Async(() => firstSidecar.Answers.Contains("RETRY"));
        await before.StopAsync();
        cut.Settle();
        await firstSidecar.DisposeAsync();

        await using var secondSidecar = new DaprSidecar(broker, Asked.Group);
        await using var second = await DaprProcess.StartAsync(NoSidecar, subscriptions: [Asked], options: ("DeliverySeconds", "1"));
        secondSidecar.Attach(second.Address);
        var forgotten = 0; // the first try of number 8 never ends: it comes again
        var after = new Reading(second.Log, Asked, message => Number(message) != 8 || Interlocked.Increment(ref forgotten) > 1);
        _readings.Add(after);
        await broker.UntilTakenAsync(Asked.Group, Topic);
        Assert.Equal([0, 1, 2, 3, 4, 5], before.Messages.Select(Number));
        Assert.Equal([5, 6, 7, 8, 8, 9, 10, 11], after.Messages.Select(Number));
    }

    private static int Number(LogMessage message) => int.Parse(Encoding.UTF8.GetString(message.Event.Data.Span), System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> StatusOf(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("status").GetString()!;
    }

    private CloudEvent NewEvent(string data, Guid? key = null) =>
        new(CloudEvent.IdOf(_ids.Next(), 1), "/hotline/contract", "hotline.tested.v1", TimeProvider.System.GetUtcNow(), key ?? _ids.Next(), Encoding.UTF8.GetBytes(data));

    private async Task<DaprProcess> StartAsync(Subscription[]? subscriptions = null, string? token = DaprSidecar.AppToken, params (string, string)[] options)
    {
        var process = await DaprProcess.StartAsync(NoSidecar, subscriptions: subscriptions ?? [Asked], token: token, options: options);
        _running.Add(process);
        return process;
    }

    private Reading Read(DaprProcess process, bool settle, Subscription? subscription = null)
    {
        var reading = new Reading(process.Log, subscription ?? Asked, settle);
        _readings.Add(reading);
        return reading;
    }

    private async Task<string> DeliverAsync(DaprProcess process, byte[] message, string topic = Topic, CancellationToken hangUp = default)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(process.Address, $"/dapr/events/{topic}")) { Content = DaprSidecar.Wrap(message, topic) };
            request.Headers.Add(DaprCallbacks.TokenHeader, DaprSidecar.AppToken);
            using var answer = await _sidecar.SendAsync(request, hangUp);
            if (await StatusOf(answer) is var status && (status != "RETRY" || _readings.TrueForAll(static reading => reading.Messages.Count > 0)))
            {
                return status; // a reader may come a moment later than its test's first delivery
            }
        }
    }

    private async Task<HttpResponseMessage> AskAsync(DaprProcess process, HttpMethod method, string path, byte[]? body = null, string? token = DaprSidecar.AppToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(process.Address, path)) { Content = body is null ? null : new ByteArrayContent(body) };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation(DaprCallbacks.TokenHeader, token);
        }

        return await _sidecar.SendAsync(request);
    }
}
