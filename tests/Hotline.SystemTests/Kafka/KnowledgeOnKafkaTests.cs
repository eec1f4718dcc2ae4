using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>The knowledge base as a process of its own with Kafka between it and dispatch, killed on the way.</summary>
public sealed class KnowledgeOnKafkaTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(150);

    [SkippableFact]
    public async Task Articles_are_cited_and_recalled_over_Kafka_though_both_sides_are_killed()
    {
        using var cluster = Broker.Start();
        await using var hotline = await RunningHotline.StartAsync(Form.Split, options: Broker.Options(cluster), services: ["intake-app", "dispatch", "knowledge"]);
        using var limit = new CancellationTokenSource(Limit);
        using var http = hotline.NewHttp();
        var staff = new StaffClient(http, await hotline.TokensAsync());
        using var citizen = await hotline.NewCitizenAsync();
        var article = new JsonObject { ["title"] = "供暖费怎么交", ["publicText"] = "每年十月起缴纳。", ["unit"] = "city-heat", ["basis"] = "供热办法" };
        var code = (await staff.PostAsync("agent-01", "/knowledge/articles", article, limit.Token))["code"]!.GetValue<string>();
        await PublishAsync(staff, code, limit.Token);
        var first = await SubmitAsync(citizen, "kafka-1", limit.Token);
        await UntilAsync(() => IsThereAsync(staff, $"/knowledge/proposals/{Number(first)}", limit.Token), limit.Token);

        // Dispatch needs nobody to know what may be cited; what happens while knowledge is dead, it reads when it is back.
        await UntilAsync(() => AnswerAsync(staff, Number(first), code, limit.Token), limit.Token);
        await hotline.KillAsync("knowledge");
        var second = await SubmitAsync(citizen, "kafka-2", limit.Token);
        await UntilAsync(() => AnswerAsync(staff, Number(second), code, limit.Token), limit.Token);
        hotline.Start("knowledge");
        await hotline.ReadyAsync();
        await UntilAsync(async () => (await ToldAsync(staff, code, 1, limit.Token)).Count == 2, limit.Token);
        await UntilAsync(() => IsThereAsync(staff, $"/knowledge/proposals/{Number(second)}", limit.Token), limit.Token);

        // The other way round: what knowledge said while dispatch was dead, dispatch tells once it is back, once.
        article["publicText"] = "改为每年九月起缴纳。";
        await staff.PostAsync("agent-01", $"/knowledge/articles/{code}/versions", article.DeepClone().AsObject(), limit.Token);
        await PublishAsync(staff, code, limit.Token);
        await hotline.KillAsync("dispatch");
        var recalled = await staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/told", new JsonObject { ["version"] = 2, ["all"] = true }, limit.Token);
        Assert.Equal(2, recalled["recalled"]!.GetValue<int>());
        hotline.Start("dispatch");
        await hotline.ReadyAsync();
        await UntilAsync(async () => (await ToldAsync(staff, code, 2, limit.Token)).Count == 2, limit.Token);
        foreach (var receipt in new[] { first, second })
        {
            await UntilAsync(async () => await ChangedAsync(citizen, receipt, limit.Token) == 1, limit.Token);
        }

        await hotline.StopAsync();
    }

    private static string Number(JsonNode receipt) => receipt["number"]!.GetValue<string>();

    private static async Task<JsonNode> SubmitAsync(AppClient citizen, string key, CancellationToken cancellation)
    {
        using var answer = await citizen.SubmitAsync(Scenario.AppealOf("请问今年的供暖费怎么交？", nature: "consultation"), key, cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return await AppClient.ReadAsync(answer, cancellation);
    }

    private static async Task PublishAsync(StaffClient staff, string code, CancellationToken cancellation)
    {
        await staff.PostAsync("agent-01", $"/knowledge/articles/{code}/submit", [], cancellation);
        await staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/publish", [], cancellation);
    }

    /// <returns>False while dispatch has no order of it, or does not know the article.</returns>
    private static async Task<bool> AnswerAsync(StaffClient staff, string number, string code, CancellationToken cancellation)
    {
        var order = await staff.WorkOrderAsync("acceptor-01", number, TimeProvider.System, cancellation);
        if (order["state"]!.GetValue<string>() == "received")
        {
            await staff.PostAsync(
                "acceptor-01", $"/work-orders/{number}/accept", new JsonObject { ["nature"] = "consultation", ["category"] = "heating", ["urgency"] = "normal" }, cancellation);
        }

        var body = new JsonObject { ["text"] = "每年十月起。", ["basis"] = "供热办法", ["article"] = code, ["articleVersion"] = 1 };
        using var answer = await staff.SendAsync("agent-01", HttpMethod.Post, $"/work-orders/{number}/answer", body, cancellation);
        return answer.IsSuccessStatusCode;
    }

    private static async Task<bool> IsThereAsync(StaffClient staff, string path, CancellationToken cancellation)
    {
        using var answer = await staff.SendAsync("agent-01", HttpMethod.Get, path, null, cancellation);
        return answer.IsSuccessStatusCode;
    }

    private static async Task<JsonArray> ToldAsync(StaffClient staff, string code, int version, CancellationToken cancellation) =>
        (await staff.CallAsync("agent-01", HttpMethod.Get, $"/knowledge/articles/{code}/told?version={version}", null, cancellation))["items"]!.AsArray();

    /// <summary>How often the citizen was told a changed answer.</summary>
    private static async Task<int> ChangedAsync(AppClient citizen, JsonNode receipt, CancellationToken cancellation)
    {
        using var track = await citizen.TrackAsync(Number(receipt), receipt["code"]!.GetValue<string>(), cancellation);
        return (await AppClient.ReadAsync(track, cancellation))["replies"]!.AsArray().Count(reply => reply!["kind"]!.GetValue<string>() == "answer-changed");
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellation)
    {
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }
}
