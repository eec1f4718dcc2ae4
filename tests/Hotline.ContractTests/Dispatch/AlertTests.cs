using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests.Channels;
using Hotline.ContractTests.EventLog;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hotline.ContractTests.Dispatch;

/// <summary>What sounds like danger to life reaches a person at once, by screen and by the office's alarm, and the citizen is told whom to call.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-alert-").FullName;
    private readonly ShiftedTime _time = new();
    private readonly ConcurrentQueue<JsonNode> _calls = new();
    private readonly WebApplication _alarm = WebApplication.CreateSlimBuilder().Build();
    private WebApplication _application = null!;
    private StaffClient _staff = null!;
    private int _refusals = 2;

    public async Task InitializeAsync()
    {
        _alarm.Urls.Add("http://127.0.0.1:0");
        _alarm.MapPost("/alarm", async (HttpContext http) =>
        {
            _calls.Enqueue((await JsonNode.ParseAsync(http.Request.Body))!);
            return Interlocked.Decrement(ref _refusals) >= 0 ? Results.StatusCode(500) : Results.NoContent();
        });
        await _alarm.StartAsync();
        string[] arguments = [$"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", $"--Hotline:Dispatch:Alerts:CallUrl={_alarm.Urls.Single()}/alarm"];
        _application = new HotlineHost(arguments, _time).Add<AppChannel>().Add<DispatchService>().Build();
        await _application.StartAsync();
        _staff = new StaffClient(Client(), await new HotlineHost(arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromHours(1)));
    }

    public async Task DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _alarm.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Danger_rings_until_somebody_has_it()
    {
        using var device = new AppClient(Client(), new PracticeDevice(_time));
        await device.RegisterAsync();
        using var watching = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = new ConcurrentQueue<(string Event, JsonNode? Data)>();
        var watch = WatchAsync(seen, watching.Token);

        var quiet = await SubmitAsync(device, "小区门口的路灯不亮。");
        var danger = await SubmitAsync(device, "三号楼燃气泄漏，楼道里气味很大！");
        await Eventually.Async(() => watch.IsCompleted || seen.Any(item => item.Event == "alert"));
        Assert.False(watch.IsCompleted, watch.Exception?.ToString());
        var alert = seen.First(item => item.Event == "alert").Data!;
        Assert.Equal((danger.Number, "app", """["119"]"""), (alert["number"]!.GetValue<string>(), alert["channel"]!.GetValue<string>(), alert["emergencies"]!.ToJsonString()));

        // The alarm refused twice and was called until it took it, once.
        await Eventually.Async(() => _calls.Count == 3);
        Assert.All(_calls, call => Assert.Equal(danger.Number, call["number"]!.GetValue<string>()));

        // The citizen reads the number to call, as his first reply.
        await Eventually.BecomesAsync(async () => (await TrackAsync(device, danger))["replies"]!.AsArray().Count > 0);
        Assert.Contains("119（消防救援）", (await TrackAsync(device, danger))["replies"]![0]!["text"]!.GetValue<string>(), StringComparison.Ordinal);

        // A word added later rings as well: another alert of an order that was quiet.
        using (var supplement = await device.AddAsync("supplements", quiet.Number, quiet.Code, AppClient.Json("""{"text":"刚才有人触电了！"}"""), "late"))
        {
            Assert.Equal(HttpStatusCode.OK, supplement.StatusCode);
        }

        await Eventually.Async(() => seen.Count(item => item.Event == "alert") == 2);
        Assert.Equal(2, (await OpenAsync()).Count);

        _time.Ahead = TimeSpan.FromMinutes(3);
        await Eventually.Async(() => seen.Count(item => item.Event == "alert" && item.Data!["escalated"]!.GetValue<bool>()) == 2);

        var id = alert["id"]!.GetValue<string>();
        Assert.Equal("acceptor-01", (await _staff.PostAsync("acceptor-01", $"/dispatch/alerts/{id}/take", []))["takenBy"]!.GetValue<string>());
        Assert.Equal("acceptor-01", (await _staff.PostAsync("acceptor-01", $"/dispatch/alerts/{id}/take", []))["takenBy"]!.GetValue<string>());
        using (var late = await _staff.SendAsync("dispatcher-01", HttpMethod.Post, $"/dispatch/alerts/{id}/take", []))
        {
            Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        }

        await Eventually.Async(() => seen.Any(item => item.Event == "taken" && item.Data!["takenBy"]!.GetValue<string>() == "acceptor-01"));
        Assert.Equal(quiet.Number, Assert.Single(await OpenAsync())!["number"]!.GetValue<string>());
        await watching.CancelAsync();
        await watch;
        Assert.Equal(4, _calls.Count);
    }

    private HttpClient Client() => new() { BaseAddress = new Uri(_application.Urls.Single()) };

    private async Task<JsonArray> OpenAsync() => (await _staff.CallAsync("acceptor-01", HttpMethod.Get, "/dispatch/alerts")).AsArray();

    private static async Task<Given> SubmitAsync(AppClient device, string text)
    {
        using var answer = await device.SubmitAsync(AppClient.Json(new JsonObject { ["text"] = text }.ToJsonString()), Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text))[..40]);
        return await AppHost.ReadAsync(answer, HttpStatusCode.Created);
    }

    private static async Task<JsonNode> TrackAsync(AppClient device, Given receipt)
    {
        using var answer = await device.TrackAsync(receipt.Number, receipt.Code);
        return await AppClient.ReadAsync(answer);
    }

    /// <summary>Reads the stream as a page would: event and data, separated by an empty line.</summary>
    private async Task WatchAsync(ConcurrentQueue<(string, JsonNode?)> seen, CancellationToken cancellation)
    {
        using var http = Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/dispatch/alerts/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _staff.TokenOf("acceptor-01"));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        var name = "";
        try
        {
            while (await lines.ReadLineAsync(cancellation) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line["event: ".Length..];
                }
                else if (line.StartsWith("data: {", StringComparison.Ordinal))
                {
                    seen.Enqueue((name, JsonNode.Parse(line["data: ".Length..])));
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // the page was closed
        }
    }
}
