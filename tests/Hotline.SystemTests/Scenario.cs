using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>One appeal the whole way, with the same assertions in every form and on every log.</summary>
public static class Scenario
{
    /// <summary>The services an appeal of the app meets on its way.</summary>
    public static readonly string[] Services = ["intake-app", "dispatch", "callback"];

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    public static StringContent AppealOf(string text, string? place = null, string? nature = null)
    {
        var appeal = new JsonObject { ["text"] = text, ["contact"] = new JsonObject { ["name"] = "测试市民", ["phone"] = "13900000000" } };
        if (place is not null)
        {
            appeal["place"] = new JsonObject { ["text"] = place };
        }

        if (nature is not null)
        {
            appeal["nature"] = nature;
        }

        return AppClient.Json(appeal.ToJsonString());
    }

    public static async Task RunAsync(RunningHotline hotline)
    {
        using var limit = new CancellationTokenSource(Limit);
        var cancellation = limit.Token;
        using var http = hotline.NewHttp();
        var organization = OrganizationFile.Load();
        var staff = new StaffClient(http, await hotline.TokensAsync());
        using var citizen = await hotline.NewCitizenAsync();

        // received: receipt, and tracking is true from the first second
        using var answer = await citizen.SubmitAsync(AppealOf("滨河街道兴隆巷口的井盖丢失三天了，晚上行人很容易掉下去，请尽快更换。", "离石区滨河街道兴隆巷"), "scenario-1", cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var receipt = await AppClient.ReadAsync(answer, cancellation);
        var (number, code) = (receipt["number"]!.GetValue<string>(), receipt["code"]!.GetValue<string>());
        Assert.Equal("received", (await TrackAsync(citizen, number, code, cancellation))["state"]!.GetValue<string>());
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = WatchAsync(hotline, number, code, watching.Token);

        // no unit sees it before somebody accepts and dispatches; the rules only propose
        var order = await staff.WorkOrderAsync("acceptor-01", number, TimeProvider.System, cancellation);
        Assert.Equal("received", order["state"]!.GetValue<string>());
        Assert.NotEmpty(order["proposal"]!["reasons"]!.AsArray());
        foreach (var account in new[] { "station-141102", "141102-urban" })
        {
            using var hidden = await staff.SendAsync(account, HttpMethod.Get, $"/work-orders/{number}", null, cancellation);
            Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        }

        // the citizen adds and presses
        using var supplement = await citizen.AddAsync("supplements", number, code, AppClient.Json("""{"text":"今天又有一位老人差点摔倒。"}"""), "scenario-2", cancellation);
        Assert.Equal(HttpStatusCode.OK, supplement.StatusCode);
        using var urge = await citizen.AddAsync("urges", number, code, AppClient.Json("""{"text":"请问什么时候能修好？"}"""), "scenario-3", cancellation);
        Assert.Equal(HttpStatusCode.OK, urge.StatusCode);

        // accepted → dispatched → station → unit → reviewed → the citizen is sent a link and answers → closed
        await new OfficePlayers(staff, organization, TimeProvider.System).HandleAsync(number, cancellation);
        var track = await new CallbackPage(http).AnswerAsync(citizen, number, code, TimeProvider.System, cancellation);
        string[] kinds = [.. track["replies"]!.AsArray().Select(reply => reply!["kind"]!.GetValue<string>())];
        Assert.Equal(["accepted", "dispatched", "handled", "callback", "closed"], kinds);
        Assert.Equal(Enumerable.Range(1, kinds.Length), track["replies"]!.AsArray().Select(reply => reply!["version"]!.GetValue<int>()));
        Assert.Equal((1, 1), (track["supplements"]!.GetValue<int>(), track["urges"]!.GetValue<int>()));

        // each reply came once by server-sent events, in order
        Assert.Equal(kinds, await watch);
        await watching.CancelAsync();

        // What the citizen added comes by the log, and may come after all the rest.
        var closed = await staff.WorkOrderAsync("auditor-01", number, TimeProvider.System, cancellation);
        while (closed["supplements"]!.AsArray().Count == 0 || closed["urges"]!.GetValue<int>() == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
            closed = await staff.WorkOrderAsync("auditor-01", number, TimeProvider.System, cancellation);
        }

        Assert.Equal("closed", closed["state"]!.GetValue<string>());
        Assert.Single(closed["supplements"]!.AsArray());
        Assert.Equal(1, closed["urges"]!.GetValue<int>());

        // a second appeal is taken back
        using var other = await AppClientAnswer(citizen, "scenario-4", cancellation);
        var second = await AppClient.ReadAsync(other, cancellation);
        var (number2, code2) = (second["number"]!.GetValue<string>(), second["code"]!.GetValue<string>());
        using var withdrawal = await citizen.AddAsync("withdrawals", number2, code2, AppClient.Json("""{"reason":"已经自行解决"}"""), "scenario-5", cancellation);
        Assert.Equal(HttpStatusCode.OK, withdrawal.StatusCode);
        var withdrawn = await ClosedAsync(citizen, number2, code2, cancellation);
        Assert.NotNull(withdrawn["withdrawnAt"]);
    }

    public static async Task<JsonNode> ClosedAsync(AppClient citizen, string number, string code, CancellationToken cancellation)
    {
        while (true)
        {
            var track = await TrackAsync(citizen, number, code, cancellation);
            if (track["state"]!.GetValue<string>() == "closed")
            {
                return track;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }

    private static Task<HttpResponseMessage> AppClientAnswer(AppClient citizen, string key, CancellationToken cancellation) =>
        citizen.SubmitAsync(AppealOf("楼上邻居装修噪音太大，周末也不停工，请协调。", "孝义市新义街道"), key, cancellation);

    private static async Task<JsonNode> TrackAsync(AppClient citizen, string number, string code, CancellationToken cancellation)
    {
        using var answer = await citizen.TrackAsync(number, code, cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await AppClient.ReadAsync(answer, cancellation);
    }

    /// <summary>Reads server-sent events until the appeal is closed.</summary>
    private static async Task<string[]> WatchAsync(RunningHotline hotline, string number, string code, CancellationToken cancellation)
    {
        using var http = hotline.NewHttp();
        http.Timeout = Timeout.InfiniteTimeSpan;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/intake/app/appeals/{number}/events");
        request.Headers.Add("Hotline-Code", code);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        var kinds = new List<string>();
        while (kinds is not [.., "closed"] && await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                kinds.Add(JsonNode.Parse(line[6..])!["kind"]!.GetValue<string>());
            }
        }

        return [.. kinds];
    }
}
