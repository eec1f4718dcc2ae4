using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Phone;
using Hotline.Intake.Phone.Calls;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.Channels.Phone;

/// <summary>The telephone system tells of calls, agents write appeals down; over HTTP, on the embedded store.</summary>
public sealed class PhoneTests : IAsyncLifetime
{
    private const string Secret = "the secret of this test";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-phone-").FullName;
    private readonly ShiftedTime _time = new();
    private readonly LogCapture _logs = new();
    private WebApplication _application = null!;
    private HttpClient _http = null!;
    private StaffClient _staff = null!;
    private int _keys;

    private string[] Arguments => [$"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", $"--Hotline:Phone:EventSecret={Secret}"];

    private AppealIntake Intake => _application.Services.GetRequiredKeyedService<AppealIntake>(PhoneChannel.Name);

    public async Task InitializeAsync()
    {
        _application = new HotlineHost(Arguments, _time).Add<PhoneChannel>().Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
        await _application.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
        _staff = new StaffClient(_http, await new HotlineHost(Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromDays(60)));

        // Noon of the next working day, so that the special seats are open.
        var now = _time.GetUtcNow();
        var day = OfficeTime.Day(now).AddDays(1);
        while (!_application.Services.GetRequiredService<Organization>().Calendar.IsWorkingDay(day))
        {
            day = day.AddDays(1);
        }

        _time.Ahead = new DateTimeOffset(day, new TimeOnly(12, 0), OfficeTime.Offset) - now;
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_call_becomes_an_appeal_before_the_caller_hangs_up()
    {
        await TellAsync("c-1", "queued", caller: "+86 13800001111");
        Assert.Equal("ringing", (await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/calls"))[0]!["state"]!.GetValue<string>());
        await TellAsync("c-1", "answered", agent: "agent-01");
        var screen = await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/calls/c-1");
        Assert.Equal("+86 13800001111", screen["caller"]!.GetValue<string>());
        Assert.Null((await _staff.CallAsync("acceptor-01", HttpMethod.Get, "/intake/phone/calls/c-1"))["caller"]);

        var receipt = await WriteAsync("agent-01", """{"callId":"c-1","text":"滨河路路灯三天不亮。","cause":"上周施工挖断了电缆","nature":"complaint"}""");
        Assert.Equal(["姓名", "时间", "地址"], receipt["missing"]!.AsArray().Select(name => name!.GetValue<string>()));
        var appeal = (await Intake.FindAsync(receipt["number"]!.GetValue<string>(), default))!.State.Appeal;
        Assert.Equal("滨河路路灯三天不亮。\n起因：上周施工挖断了电缆", appeal.Text);
        Assert.Equal(["phone"], appeal.Reach);
        Assert.Equal("01", appeal.Number[6..8]);

        // The next call of the same caller, with his number written another way.
        await TellAsync("c-1", "ended");
        await TellAsync("c-2", "queued", caller: "013800001111");
        var (next, quickest) = ((JsonNode)new JsonObject(), TimeSpan.MaxValue);
        for (var asked = 0; asked < 3; asked++) // the machine may be busy with others once, and twice
        {
            var began = TimeProvider.System.GetTimestamp();
            next = await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/calls/c-2");
            quickest = TimeProvider.System.GetElapsedTime(began) is var took && took < quickest ? took : quickest;
        }

        Assert.True(quickest < TimeSpan.FromSeconds(1), $"{quickest}");
        Assert.Equal(appeal.Number, Assert.Single(next["earlier"]!.AsArray())!["number"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_call_moved_to_the_supervision_line_is_shown_to_nobody_and_counts()
    {
        await TellAsync("c-20", "queued", caller: "13800002222");
        await TellAsync("c-20", "answered", agent: "agent-01");
        const string Move = "/intake/phone/calls/c-20/to-supervision";
        foreach (var (account, status) in new[] { ("acceptor-01", HttpStatusCode.NotFound), ("auditor-01", HttpStatusCode.Forbidden), ("agent-01", HttpStatusCode.NoContent), ("agent-01", HttpStatusCode.NoContent) })
        {
            using var answer = await _staff.SendAsync(account, HttpMethod.Post, Move, []);
            Assert.Equal(status, answer.StatusCode);
        }

        var telephones = new TelephoneSystem(_http, Secret, _time);
        var recording = new JsonObject { ["address"] = "https://recordings.example/c-20.wav" };
        using var told = await telephones.TellAsync(new() { ["callId"] = "c-20", ["state"] = "recorded", ["at"] = "2026-11-23T12:05:00+08:00", ["caller"] = "13800002222", ["recording"] = recording });
        Assert.Equal(HttpStatusCode.NoContent, told.StatusCode);
        Assert.Empty((await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/calls")).AsArray());
        foreach (var (method, path, body) in new (HttpMethod, string, JsonObject?)[] { (HttpMethod.Get, "/intake/phone/calls/c-20", null), (HttpMethod.Post, "/intake/phone/calls/c-20/transfer", new() { ["to"] = "tax" }) })
        {
            using var answer = await _staff.SendAsync("agent-01", method, path, body);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        // It lies in the store as a call; where its recording is, and whose it was, was not kept when it was told afterwards.
        var services = _application.Services;
        var call = (await services.GetRequiredService<IDocumentStores>().Open(Call.TypeFor(PhoneChannel.Name)).FindAsync("c-20", default))!;
        Assert.True(call.State is { IsMoved: true, IsRecorded: true });
        var kept = Encoding.UTF8.GetString(services.GetRequiredService<IServiceKeys>().Sealer(PhoneChannel.Name, "calls").Open(call.Facts[^1].Sealed.Span, call.Id.ToByteArray(bigEndian: true)));
        Assert.Equal("{}", kept);
        Assert.Equal(1, (await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/figures"))[0]!["answered"]!.GetValue<int>());

        // Once an appeal went out there is nothing left to hide.
        await TellAsync("c-21", "answered", agent: "agent-01");
        await WriteAsync("agent-01", """{"callId":"c-21","text":"滨河路路灯三天不亮。"}""");
        using var late = await _staff.SendAsync("agent-01", HttpMethod.Post, "/intake/phone/calls/c-21/to-supervision", []);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
    }

    [Fact]
    public async Task A_recording_that_comes_late_is_found_by_its_appeal_and_whoever_asks_is_on_record()
    {
        await TellAsync("c-8", "answered", agent: "agent-01");
        var number = (await WriteAsync("agent-01", """{"callId":"c-8","text":"滨河路路灯三天不亮。"}"""))["number"]!.GetValue<string>();
        var path = $"/intake/phone/appeals/{number}/recordings";
        var reason = new JsonObject { ["reason"] = "核对诉求人原话" };
        Assert.Empty((await _staff.CallAsync("acceptor-01", HttpMethod.Post, path, reason)).AsArray());
        await TellAsync("c-8", "ended");
        var telephones = new TelephoneSystem(_http, Secret, _time);
        var recording = new JsonObject { ["address"] = "https://recordings.example/c-8.wav", ["sha256"] = new string('a', 64), ["seconds"] = 61 };
        for (var time = 0; time < 2; time++)
        {
            using var told = await telephones.TellAsync(new() { ["callId"] = "c-8", ["state"] = "recorded", ["at"] = "2026-11-23T12:05:00+08:00", ["recording"] = recording.DeepClone() });
            Assert.Equal(HttpStatusCode.NoContent, told.StatusCode);
        }

        var found = Assert.Single((await _staff.CallAsync("acceptor-01", HttpMethod.Post, path, reason)).AsArray())!;
        Assert.Equal(("c-8", recording.ToJsonString()), (found["callId"]!.GetValue<string>(), found["recording"]!.ToJsonString()));
        foreach (var (account, body, status) in new[] { ("acceptor-01", """{"reason":""}""", HttpStatusCode.BadRequest), ("agent-01", """{"reason":"核对诉求人原话"}""", HttpStatusCode.Forbidden) })
        {
            using var refused = await _staff.SendAsync(account, HttpMethod.Post, path, JsonNode.Parse(body)!.AsObject());
            Assert.Equal(status, refused.StatusCode);
        }

        using var unknown = await _staff.SendAsync("acceptor-01", HttpMethod.Post, "/intake/phone/appeals/261121010000007/recordings", JsonNode.Parse(reason.ToJsonString())!.AsObject());
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        var call = (await _application.Services.GetRequiredService<IDocumentStores>().Open(Call.TypeFor(PhoneChannel.Name)).FindAsync("c-8", default))!;
        Assert.Equal(["acceptor-01", "acceptor-01"], call.Facts.Select(fact => fact.Data).OfType<RecordingsOpened>().Select(opened => opened.By));
        Assert.DoesNotContain(_logs.Lines, line => line.Contains("recordings.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Events_come_doubled_and_late_and_an_appeal_twice()
    {
        var at = _time.GetUtcNow();
        await TellAsync("c-3", "ended", at: at.AddSeconds(60));
        for (var i = 0; i < 3; i++)
        {
            await TellAsync("c-3", "answered", agent: "agent-01", at: at.AddSeconds(5));
            await TellAsync("c-3", "queued", caller: "13800002222", at: at);
        }

        var key = $"k-{++_keys}";
        var first = await WriteAsync("agent-01", """{"callId":"c-3","text":"小区停水两天了。"}""", key);
        var again = await WriteAsync("agent-01", """{"callId":"c-3","text":"小区停水两天了。"}""", key);
        Assert.Equal(first["number"]!.GetValue<string>(), again["number"]!.GetValue<string>());
        Assert.True(again["repeated"]!.GetValue<bool>());
        var call = await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/calls/c-3");
        Assert.Equal("over", call["state"]!.GetValue<string>());
        Assert.Single(call["appeals"]!.AsArray());
        var all = (await _staff.CallAsync("auditor-01", HttpMethod.Get, "/intake/phone/figures"))[0]!;
        Assert.Equal((1, 1, 1), (all["offered"]!.GetValue<int>(), all["answered"]!.GetValue<int>(), all["inTime"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_call_is_passed_on_to_seats_that_are_open_and_to_emergency_at_any_hour()
    {
        await TellAsync("c-4", "answered", agent: "agent-01");
        var tax = await _staff.PostAsync("agent-01", "/intake/phone/calls/c-4/transfer", new JsonObject { ["to"] = "tax" });
        Assert.Equal("8010", tax["dial"]!.GetValue<string>());
        Assert.True((await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/skill-groups"))[0]!["open"]!.GetValue<bool>());
        await RefusedAsync(HttpStatusCode.BadRequest, "c-4", "nobody");
        _time.Ahead += TimeSpan.FromHours(9); // 21:00
        await RefusedAsync(HttpStatusCode.Conflict, "c-4", "tax");
        Assert.Equal("119", (await _staff.PostAsync("agent-01", "/intake/phone/calls/c-4/transfer", new JsonObject { ["to"] = "119" }))["dial"]!.GetValue<string>());
        await RefusedAsync(HttpStatusCode.NotFound, "no-such-call", "119");

        async Task RefusedAsync(HttpStatusCode expected, string call, string to)
        {
            using var answer = await _staff.SendAsync("agent-01", HttpMethod.Post, $"/intake/phone/calls/{call}/transfer", new JsonObject { ["to"] = to });
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_call_whose_end_was_never_told_leaves_the_screen()
    {
        await TellAsync("c-6", "queued", at: _time.GetUtcNow().AddHours(-13));
        await TellAsync("c-7", "queued");
        var open = (await _staff.CallAsync("agent-01", HttpMethod.Get, "/intake/phone/calls")).AsArray();
        Assert.Equal("c-7", Assert.Single(open)!["callId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Events_of_others_are_refused_and_what_is_signed_but_wrong_is_kept()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync("""{"callId":"x","state":"queued","at":"2026-03-02T09:00:00+08:00"}""", "wrong secret"));
        Assert.Empty(await Intake.ReviewsAsync(0, 10, default));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("""{"callId":"x","state":"queued"}""", Secret));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync("not JSON", Secret));
        Assert.Equal(2, (await Intake.ReviewsAsync(0, 10, default)).Count);
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync("""{"callId":"x","state":"of-a-later-version","at":"2026-03-02T09:00:00+08:00"}""", Secret));
    }

    [Theory]
    [InlineData("""{"text":""}""", "text")]
    [InlineData("""{"text":"路灯不亮","nature":"anger"}""", "nature")]
    [InlineData("""{"text":"路灯不亮","place":{"latitude":37.5}}""", "place")]
    [InlineData("""{"text":"路灯不亮","contact":{"phone":"none"}}""", "contact.phone")]
    [InlineData("""{"text":"路灯不亮","callId":"no-such-call"}""", "callId")]
    [InlineData("""{"text":"路灯不亮","colour":"red"}""", "colour")]
    public async Task What_an_agent_mistypes_is_said_by_field(string body, string field)
    {
        var (status, answer) = await TryWriteAsync("agent-01", body, $"k-{++_keys}");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, answer["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task Callers_stand_in_no_log_and_in_no_file_in_clear()
    {
        await TellAsync("c-5", "answered", agent: "agent-01", caller: "13899990000");
        await WriteAsync("agent-01", """{"callId":"c-5","text":"公园的灯不亮。","contact":{"name":"标记姓名甲"}}""");
        await _application.StopAsync();
        var stored = Directory.GetFiles(_folder, "hotline.db*").SelectMany(File.ReadAllBytes).ToArray();
        Assert.NotEqual(-1, stored.AsSpan().IndexOf("公园的灯不亮"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf("13899990000"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf("标记姓名甲"u8));
        Assert.DoesNotContain(_logs.Lines, line => line.Contains("13899990000", StringComparison.Ordinal) || line.Contains("标记姓名甲", StringComparison.Ordinal));
    }

    private async Task TellAsync(string call, string state, string? caller = null, string? agent = null, DateTimeOffset? at = null)
    {
        var told = new JsonObject { ["callId"] = call, ["state"] = state, ["at"] = at ?? _time.GetUtcNow() };
        if (caller is not null)
        {
            told["caller"] = caller;
        }

        if (agent is not null)
        {
            told["agent"] = agent;
        }

        Assert.Equal(HttpStatusCode.NoContent, await SendAsync(told.ToJsonString(), Secret));
    }

    private async Task<HttpStatusCode> SendAsync(string body, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/phone/call-events") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(CallSignature.Header, CallSignature.Of(secret, _time.GetUtcNow().ToUnixTimeSeconds(), Encoding.UTF8.GetBytes(body)));
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<JsonNode> WriteAsync(string agent, string body, string? key = null)
    {
        var (status, answer) = await TryWriteAsync(agent, body, key ?? $"k-{++_keys}");
        Assert.True(status is HttpStatusCode.Created or HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> TryWriteAsync(string agent, string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/phone/appeals") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", _staff.TokenOf(agent));
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
