using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Contracts;
using Hotline.ContractTests.Channels;
using Hotline.ContractTests.EventLog;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.App;
using Hotline.Intake.Calls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.Callbacks;

/// <summary>Between the link and the person a machine rings: by a platform that behaves, misbehaves and stalls, through restarts, and by one of files.</summary>
public sealed class MachineCallTests : CallbackHost
{
    private const string Phone = "13900000000";
    private readonly string _calls = Directory.CreateTempSubdirectory("hotline-calls-").FullName;
    private readonly LogCapture _logs = new();
    private CallPlatform _platform = null!;
    private string[] _options = [];
    private bool _started;

    protected override IEnumerable<string> Options => ["--Hotline:Callback:LinkHours=0", "--Hotline:Callback:MachineTries=1", .. _options];

    public override async Task InitializeAsync() => _platform = await CallPlatform.StartAsync();

    public override async Task DisposeAsync()
    {
        if (_started)
        {
            await base.DisposeAsync();
        }

        await _platform.DisposeAsync();
        Directory.Delete(_calls, recursive: true);
    }

    [Fact]
    public async Task He_answers_by_keys_and_the_order_is_closed_and_his_number_stands_in_no_log_and_no_view()
    {
        await StartAsync();
        var (receipt, _) = await HandledAsync();
        var call = await RungAsync();
        Assert.Equal((Phone, "/intake/app/callback-calls"), ((string)call["phone"]!, (string)call["report"]!));
        Assert.Empty(_platform.Unsigned);
        Assert.DoesNotContain("坑洼", call.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Phone, (await TaskAsync(receipt)).ToJsonString(), StringComparison.Ordinal);
        Assert.NotNull((await TaskAsync(receipt))["rounds"]![0]!["ringingUntil"]);
        Assert.Empty(await DueAsync());

        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(new JsonObject { ["call"] = (string)call["call"]!, ["state"] = "talking", ["at"] = Now() }));
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(CallPlatform.Ended(call, "answered", Time.GetUtcNow(), CallPlatform.Ones(call))));
        await BecomesAsync(receipt, "closed");
        var round = (await TaskAsync(receipt))["rounds"]![0]!;
        Assert.Equal(("machine", "citizen", "satisfied"), ((string)round["answer"]!["way"]!, (string)round["answer"]!["by"]!, (string)round["answer"]!["answer"]!["satisfied"]!));
        Assert.DoesNotContain(_logs.Lines, line => line.Contains(Phone, StringComparison.Ordinal));
        Assert.Single(_platform.Told);
    }

    [Fact]
    public async Task Who_does_not_pick_up_is_called_by_a_person_who_sees_that_it_was_tried()
    {
        await StartAsync();
        var (receipt, _) = await HandledAsync();
        var call = await RungAsync();
        Assert.Equal(HttpStatusCode.Conflict, await TryAsync(receipt));
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(CallPlatform.Ended(call, "no-answer", Time.GetUtcNow())));
        await Eventually.BecomesAsync(async () => (await DueAsync()).Count == 1);
        Assert.Equal(1, (int)(await DueAsync())[0]!["tries"]!);
        var tried = (await TaskAsync(receipt))["rounds"]![0]!["tries"]![0]!;
        Assert.Equal(("machine", "no-answer", false), ((string)tried["by"]!, (string)tried["why"]!, (bool)tried["reached"]!));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(receipt)); // the second of this day
        Assert.Equal(HttpStatusCode.Conflict, await TryAsync(receipt));
    }

    [Fact]
    public async Task One_call_is_about_all_orders_of_a_phone_and_another_phone_gets_its_own()
    {
        _platform.Before = Away(503);
        await StartAsync();
        Time.Ahead -= TimeSpan.FromHours(2); // 8:00: nobody is rung yet
        var (first, _) = await HandledAsync();
        var (second, _) = await HandledAsync();
        var (elsewhere, _) = await HandledAsync(number: "13900000001");
        Assert.Empty(_platform.Told);
        _platform.Before = null;
        Time.Ahead += TimeSpan.FromHours(2);
        await Eventually.Async(() => _platform.Calls.Count == 2);
        var call = _platform.Calls.Values.Single(known => (string)known["phone"]! == Phone);
        Assert.Equal([first.Number, second.Number], NumbersIn(call).Order());
        Assert.Equal([elsewhere.Number], NumbersIn(_platform.Calls.Values.Single(known => known != call)));

        // He hears the first order out and hangs up in the second.
        var whole = NumbersIn(call)[0];
        var keys = CallPlatform.Ones(call).Where(key => key.Question == "who" || key.Question.StartsWith(whole, StringComparison.Ordinal)).ToArray();
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(CallPlatform.Ended(call, "hung-up", Time.GetUtcNow(), keys)));
        var (answered, other) = whole == first.Number ? (first, second) : (second, first);
        await BecomesAsync(answered, "closed");
        await Eventually.BecomesAsync(async () => (await TaskAsync(other))["rounds"]![0]!["tries"]!.AsArray() is [{ } tried] && (string)tried["why"]! == "hung-up");
        Assert.Empty((await TaskAsync(elsewhere))["rounds"]![0]!["tries"]!.AsArray());
        Assert.Equal(2, _platform.Calls.Count);
    }

    [Theory]
    [InlineData("cut", true)]
    [InlineData("error", true)]
    [InlineData("stall", true)]
    [InlineData("cut", false)]
    [InlineData("error", false)]
    public async Task After_silence_the_platform_is_asked_and_nobody_is_rung_twice(string behaviour, bool taken)
    {
        await StartAsync();
        var silences = 1;
        Func<HttpContext, Task?> spoil = http => http.Request.Method == "PUT" && Interlocked.Decrement(ref silences) >= 0 ? Spoil(http, behaviour) : null;
        (_platform.Before, _platform.AfterTaking) = taken ? (null, spoil) : (spoil, (Func<HttpContext, Task?>?)null);
        var (receipt, _) = await HandledAsync();
        var call = await RungAsync();
        await Eventually.Async(() => !_platform.Asked.IsEmpty);
        Assert.Single(_platform.Told.Distinct());
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(CallPlatform.Ended(call, "answered", Time.GetUtcNow(), CallPlatform.Ones(call))));
        await BecomesAsync(receipt, "closed");
        Assert.Equal(taken ? 1 : 2, _platform.Told.Count);
        Assert.Single(_platform.Calls);
    }

    [Fact]
    public async Task A_platform_that_cannot_be_asked_is_not_told_again_and_nobody_knowing_counts_as_a_try()
    {
        await StartAsync();
        _platform.Before = http =>
        {
            http.Response.StatusCode = http.Request.Method == "PUT" ? 500 : 405;
            return Task.CompletedTask;
        };
        var (receipt, _) = await HandledAsync();
        await Eventually.BecomesAsync(async () => (await TaskAsync(receipt))["rounds"]![0]!["tries"]!.AsArray() is [{ } tried] && (string)tried["why"]! == "unknown");
        Assert.Single(_platform.Told);
        Assert.Single(await DueAsync());
    }

    [Fact]
    public async Task A_lost_report_is_fetched_and_what_is_found_late_still_counts()
    {
        await StartAsync();
        var (receipt, _) = await HandledAsync();
        var call = await RungAsync();
        var ended = CallPlatform.Ended(call, "answered", Time.GetUtcNow(), CallPlatform.Ones(call));
        await PlacedAsync(call);
        _platform.Calls.TryRemove((string)call["call"]!, out _); // it forgot it
        Time.Ahead += TimeSpan.FromMinutes(11);
        await Eventually.BecomesAsync(async () => (await TaskAsync(receipt))["rounds"]![0]!["tries"]!.AsArray() is [{ } tried] && (string)tried["why"]! == "unknown");
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(ended)); // and remembers
        await BecomesAsync(receipt, "closed");
        Assert.Single((await TaskAsync(receipt))["rounds"]![0]!["tries"]!.AsArray());

        var (other, _) = await HandledAsync(number: "13900000001");
        await Eventually.Async(() => _platform.Calls.Count == 1);
        var second = _platform.Calls.Values.Single();
        await PlacedAsync(second);
        _platform.Reports[(string)second["call"]!] = CallPlatform.Ended(second, "busy", Time.GetUtcNow());
        Time.Ahead += TimeSpan.FromMinutes(11);
        await Eventually.BecomesAsync(async () => (await TaskAsync(other))["rounds"]![0]!["tries"]!.AsArray() is [{ } tried] && (string)tried["why"]! == "busy");
    }

    [Fact]
    public async Task A_restart_while_the_platform_is_told_or_before_it_reports_loses_nothing_and_rings_nobody_twice()
    {
        await StartAsync();
        var stalls = 1;
        _platform.AfterTaking = http => Interlocked.Decrement(ref stalls) >= 0 ? Spoil(http, "stall") : null;
        var (receipt, _) = await HandledAsync();
        var call = await RungAsync();
        await RestartAsync(); // it had taken the call and said nothing yet
        await Eventually.Async(() => !_platform.Asked.IsEmpty);
        await RestartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(CallPlatform.Ended(call, "answered", Time.GetUtcNow(), CallPlatform.Ones(call))));
        await BecomesAsync(receipt, "closed");
        Assert.Single(_platform.Told);
    }

    [Fact]
    public async Task Forged_repeated_changed_and_strange_reports_do_no_harm_and_what_is_signed_is_kept()
    {
        await StartAsync();
        var (receipt, _) = await HandledAsync();
        var call = await RungAsync();
        var ended = CallPlatform.Ended(call, "busy", Time.GetUtcNow());
        using (var forged = await CallPlatform.ReportAsync(Http, ended, Time, key: "another-key-of-nobody"))
        using (var unsigned = await Http.PostAsync(new Uri("/intake/app/callback-calls", UriKind.Relative), AppClient.Json(ended.ToJsonString())))
        using (var old = await CallPlatform.ReportAsync(Http, ended, TimeProvider.System))
        {
            Assert.All([forged, unsigned, old], answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        }

        Assert.Equal(HttpStatusCode.NotFound, await ReportAsync(new JsonObject { ["call"] = new string('0', 32), ["state"] = "ended", ["at"] = Now(), ["outcome"] = "busy" }));
        Assert.Equal(HttpStatusCode.BadRequest, await ReportAsync(CallPlatform.Ended(call, "answered", Time.GetUtcNow(), ("who", "7"))));
        Assert.Equal(HttpStatusCode.BadRequest, await ReportAsync(new JsonObject { ["call"] = (string)call["call"]!, ["speech"] = "…" }));
        Assert.Empty((await TaskAsync(receipt))["rounds"]![0]!["tries"]!.AsArray());

        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(ended));
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(CallPlatform.Ended(call, "busy", Time.GetUtcNow())));
        Assert.Equal(HttpStatusCode.NoContent, await ReportAsync(new JsonObject { ["call"] = (string)call["call"]!, ["state"] = "ringing", ["at"] = Now() })); // overtaken
        Assert.Equal(HttpStatusCode.Conflict, await ReportAsync(CallPlatform.Ended(call, "answered", Time.GetUtcNow(), CallPlatform.Ones(call))));
        await Eventually.BecomesAsync(async () => (await TaskAsync(receipt))["rounds"]![0]!["tries"]!.AsArray().Count == 1);
        Assert.Equal("callback", (string)(await OrderAsync(receipt))["state"]!);
        Assert.Equal(4, (await Staff.CallAsync("acceptor-01", HttpMethod.Get, "/intake/app/reviews")).AsArray().Count);
    }

    [Fact]
    public async Task Who_answers_by_his_link_before_the_platform_takes_the_call_is_not_rung()
    {
        _platform.Before = Away(503);
        await StartAsync();
        var (receipt, link) = await HandledAsync();
        await Eventually.Async(() => !_platform.Told.IsEmpty);
        Assert.Equal(HttpStatusCode.OK, (await AnswerAsync(link, receipt, "contacted=yes", "solved=yes", "satisfied=satisfied")).Status);
        await BecomesAsync(receipt, "closed");
        await Eventually.BecomesAsync(async () => (await TaskAsync(receipt))["rounds"]![0]!["ringingUntil"] is null);
        _platform.Before = null;
        var told = _platform.Told.Count;
        Time.Ahead += TimeSpan.FromMinutes(30);
        var (other, _) = await HandledAsync(number: "13900000001"); // by the time this is rung the worker has looked again
        Assert.Equal([other.Number], NumbersIn(await RungAsync()));
        Assert.Equal(told + 1, _platform.Told.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    public async Task What_the_platform_refuses_is_no_try_and_is_a_persons(int status)
    {
        _platform.Before = http => Away(status)(http);
        await StartAsync();
        await HandledAsync();
        await Eventually.BecomesAsync(async () => (await DueAsync()).Count == 1);
        Assert.Equal(0, (int)(await DueAsync())[0]!["tries"]!);
        Assert.Single(_platform.Told);
    }

    [Fact]
    public async Task Without_a_platform_the_person_follows_the_link()
    {
        await StartAsync(platform: false);
        var (receipt, _) = await HandledAsync();
        await Eventually.BecomesAsync(async () => (await DueAsync()).Count == 1);
        Assert.Equal(HttpStatusCode.OK, await TryAsync(receipt));
        using var closed = await CallPlatform.ReportAsync(Http, new JsonObject { ["call"] = "x" }, Time);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, closed.StatusCode);
    }

    [Fact]
    public async Task In_practice_a_call_is_a_file_of_its_owner_and_the_tester_presses_the_keys()
    {
        _options = [$"--Hotline:Calls:Folder={_calls}"];
        await StartAsync(platform: false);
        var (receipt, _) = await HandledAsync();
        await Eventually.Async(() => Directory.GetFiles(_calls, "*.call.json").Length == 1);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Directory.GetFiles(_calls, "*.call.json")[0]) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        using var output = new StringWriter();
        Assert.Equal(0, await KeysCommand.RunAsync([_calls], output, Time));
        Assert.Equal(1, await KeysCommand.RunAsync([_calls, "1", "7"], output, Time)); // no such key: nothing is told
        Assert.Equal(0, await KeysCommand.RunAsync([_calls, "1", "1", "2", "2", "3", "1"], output, Time));
        Assert.Contains("没有解决，是因为？", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await KeysCommand.RunAsync([_calls, "1"], output, Time)); // none waits
        await BecomesAsync(receipt, "review");
        var answer = (await TaskAsync(receipt))["rounds"]![0]!["answer"]!["answer"]!;
        Assert.Equal((false, "partly", "dissatisfied", "result"), ((bool)answer["solved"]!, (string)answer["unsolvedReason"]!, (string)answer["satisfied"]!, (string)answer["dissatisfiedReason"]!));
    }

    [Fact]
    public async Task A_persons_call_is_a_try_for_the_orders_of_that_phone_alone()
    {
        _options = ["--Hotline:Callback:MachineTries=0"];
        await StartAsync(platform: false);
        var (first, _) = await HandledAsync();
        var (same, _) = await HandledAsync();
        var (other, _) = await HandledAsync(number: "13900000001");
        await Eventually.BecomesAsync(async () => (await DueAsync()).Count == 3);
        Assert.Equal(2, (await TaskAsync(first))["together"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.OK, await TryAsync(first));
        Assert.Single((await TaskAsync(same))["rounds"]![0]!["tries"]!.AsArray());
        Assert.Empty((await TaskAsync(other))["rounds"]![0]!["tries"]!.AsArray());
    }

    /// <summary>At ten on a working day, when a machine may ring.</summary>
    private async Task StartAsync(bool platform = true)
    {
        if (platform)
        {
            _options = [$"--Hotline:Calls:Url={_platform.Url}", $"--Hotline:Calls:Key={CallPlatform.Key}"];
        }

        var day = OfficeTime.Day(TimeProvider.System.GetUtcNow()).AddDays(1);
        while (!OrganizationFile.Load().Calendar.IsWorkingDay(day))
        {
            day = day.AddDays(1);
        }

        Time.Ahead = new DateTimeOffset(day.ToDateTime(new(10, 0)), OfficeTime.Offset) - TimeProvider.System.GetUtcNow();
        await base.InitializeAsync();
        _started = true;
        Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
    }

    private async Task<JsonObject> RungAsync()
    {
        await Eventually.Async(() => !_platform.Calls.IsEmpty);
        return Assert.Single(_platform.Calls.Values);
    }

    /// <summary>Waits until it is on record that the platform took the call: its time runs from then.</summary>
    private Task PlacedAsync(JsonObject call)
    {
        var calls = Services.GetRequiredKeyedService<AppealIntake>(AppChannel.Name).Calls;
        return Eventually.BecomesAsync(async () => (await calls.FindAsync((string)call["call"]!, CancellationToken.None))?.Step == CallStep.Placed);
    }

    private static List<string> NumbersIn(JsonObject call) =>
        [.. call["script"]!["questions"]!.AsArray().Select(question => ((string)question!["name"]!).Split('/')).Where(name => name.Length == 2).Select(name => name[0]).Distinct()];

    private string Now() => Time.GetUtcNow().ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private async Task<HttpStatusCode> ReportAsync(JsonObject report)
    {
        using var answer = await CallPlatform.ReportAsync(Http, report, Time);
        return answer.StatusCode;
    }

    private async Task<JsonArray> DueAsync() => (await Staff.CallAsync("callback-01", HttpMethod.Get, "/callbacks"))["items"]!.AsArray();

    private async Task<HttpStatusCode> TryAsync(Given receipt)
    {
        using var answer = await Staff.SendAsync("callback-01", HttpMethod.Post, $"/callbacks/{receipt.Number}/tries", new JsonObject { ["reached"] = false, ["why"] = "no-answer" });
        return answer.StatusCode;
    }

    private static Func<HttpContext, Task?> Away(int status) => http =>
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private static Task Spoil(HttpContext http, string behaviour)
    {
        switch (behaviour)
        {
            case "cut":
                http.Abort();
                return Task.CompletedTask;
            case "stall":
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            default:
                http.Response.StatusCode = 500;
                return Task.CompletedTask;
        }
    }
}
