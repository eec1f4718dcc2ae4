using System.Net;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Xunit;

namespace Hotline.ContractTests.Desk;

/// <summary>Callback and review over the pages, on the callback service itself.</summary>
public sealed class CallbackPagesTests : IAsyncLifetime
{
    private DeskHost _host = null!;

    /// <summary>A Monday morning: citizens may be called.</summary>
    public async Task InitializeAsync()
    {
        _host = await DeskHost.StartAsync();
        _host.Time.Ahead = new DateTimeOffset(2026, 11, 23, 10, 0, 0, OfficeTime.Offset) - TimeProvider.System.GetUtcNow();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_callback_is_claimed_called_and_written_down_and_closes_the_order()
    {
        var number = await AnsweredAsync("咨询今年的医保缴费标准。");
        var agent = await _host.SignedInAsync("callback-01");
        await EventLog.Eventually.BecomesAsync(async () => (await agent.GoAsync("/desk/callbacks")).TextOf("tbody td a") == number);
        await agent.GoAsync($"/desk/callbacks/{number}");
        Assert.Contains("请拨打 12393。", agent.TextOf("[aria-labelledby=told]"), StringComparison.Ordinal);
        Assert.Null(agent.Page.GetElementById("phone"));
        await agent.SubmitAsync("form[aria-label=认领]");
        Assert.Contains("已认领", agent.TextOf(".notice"), StringComparison.Ordinal);

        await agent.SubmitAsync("form[aria-label=查看电话]", ("reason", "短"));
        Assert.Equal("#contact-reason", agent.Page.QuerySelector(".summary a")!.GetAttribute("href"));
        await agent.SubmitAsync("form[aria-label=查看电话]", ("reason", "回访办理情况"));
        Assert.Equal("13900000000", agent.TextOf("#phone"));

        await agent.SubmitAsync("form[aria-label=记录没有答复的联系]", ("why", "busy"));
        Assert.Contains("已记录这次联系", agent.TextOf(".notice"), StringComparison.Ordinal);
        Assert.Contains("占线（callback-01）", agent.TextOf("[aria-labelledby=round-1]"), StringComparison.Ordinal);

        await agent.SubmitAsync("form[aria-label=记录答复]", ("solved", "yes"), ("satisfied", "dissatisfied"));
        Assert.Equal(HttpStatusCode.BadRequest, agent.Status);
        Assert.Equal("#answers-dissatisfiedReason", agent.Page.QuerySelector(".summary a")!.GetAttribute("href"));
        await agent.SubmitAsync("form[aria-label=记录答复]", ("satisfied", "satisfied"), ("service", "fair"), ("words", "说得很清楚。"));
        Assert.Contains("已记录答复", agent.TextOf(".notice"), StringComparison.Ordinal);
        Assert.Contains("说得很清楚。", agent.TextOf("[aria-labelledby=round-1]"), StringComparison.Ordinal);
        await EventLog.Eventually.BecomesAsync(async () => (string?)(await OrderAsync(number))["state"] == "closed");
        await agent.GoAsync("/desk/callbacks?state=open");
        Assert.Contains("没有要回访的工单", agent.TextOf("main"), StringComparison.Ordinal);
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("13900000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_unit_says_and_a_citizen_denies_is_listed_reviewed_and_handled_again()
    {
        var number = await HandledAsync("离石区滨河街道兴隆巷口的井盖丢失。");
        var agent = await _host.SignedInAsync("callback-01");
        await EventLog.Eventually.BecomesAsync(async () => (await agent.GoAsync("/desk/callbacks")).TextOf("tbody td a") == number);
        await agent.GoAsync($"/desk/callbacks/{number}");
        Assert.Contains("已联系，已解决", agent.TextOf("[aria-labelledby=told]"), StringComparison.Ordinal);
        await agent.SubmitAsync(
            "form[aria-label=记录答复]", ("contacted", "no"), ("solved", "no"), ("unsolvedReason", "not-done"), ("satisfied", "dissatisfied"), ("dissatisfiedReason", "no-contact"));
        Assert.Contains("单位的说法与诉求人相反", agent.TextOf("[aria-labelledby=round-1]"), StringComparison.Ordinal);

        var acceptor = await _host.SignedInAsync("acceptor-01");
        await acceptor.GoAsync("/desk/callbacks/contradictions");
        Assert.Contains(number, acceptor.TextOf("tbody"), StringComparison.Ordinal);
        Assert.Contains("没有联系，没有解决，没有办理", acceptor.TextOf("tbody"), StringComparison.Ordinal);
        await EventLog.Eventually.BecomesAsync(async () => (await acceptor.GoAsync("/desk/queues/review")).TextOf("tbody td a") == number);
        await acceptor.GoAsync($"/desk/orders/{number}");
        Assert.Contains("诉求人说没有解决", acceptor.TextOf("[aria-labelledby=appeal]"), StringComparison.Ordinal);
        await acceptor.SubmitAsync("form[aria-label=重办]", ("reason", ""));
        Assert.Equal(HttpStatusCode.BadRequest, acceptor.Status);
        await acceptor.SubmitAsync("form[aria-label=重办]", ("reason", "井盖没有补上，请今日办结并与诉求人联系。"));
        Assert.Contains("已重办", acceptor.TextOf(".notice"), StringComparison.Ordinal);
        Assert.Equal("in-handling", (string?)(await OrderAsync(number))["state"]);
    }

    [Fact]
    public async Task A_review_may_end_in_an_explanation_and_nobody_else_records_callbacks()
    {
        var number = await HandledAsync("离石区滨河街道兴隆巷口的井盖松动。");
        await EventLog.Eventually.BecomesAsync(async () =>
        {
            using var tried = await _host.Staff.SendAsync("callback-01", HttpMethod.Post, $"/callbacks/{number}/answers", new JsonObject
            {
                ["contacted"] = true,
                ["solved"] = false,
                ["unsolvedReason"] = "only-words",
                ["satisfied"] = "fair",
            });
            return tried.StatusCode == HttpStatusCode.OK;
        });
        await EventLog.Eventually.BecomesAsync(async () => (string?)(await OrderAsync(number))["state"] == "review");
        var acceptor = await _host.SignedInAsync("acceptor-01");
        await acceptor.GoAsync($"/desk/callbacks/{number}");
        Assert.Empty(acceptor.Page.QuerySelectorAll("main form"));
        await acceptor.GoAsync($"/desk/orders/{number}");
        await acceptor.SubmitAsync("form[aria-label=解释办结]", ("explanation", "井盖符合标准，改造列入明年计划。"), ("evidence", "井盖标准和现场照片。"));
        Assert.Contains("已解释办结", acceptor.TextOf(".notice"), StringComparison.Ordinal);
        Assert.Contains("列入明年计划", acceptor.TextOf("[aria-labelledby=appeal]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_officer_gets_a_token_for_the_station_and_nobody_else_does()
    {
        var officer = await _host.SignedInAsync("discipline-01");
        await officer.GoAsync("/desk/officer");
        Assert.Null(officer.Page.GetElementById("station-token"));
        await officer.SubmitAsync("form[aria-label=取令牌]");
        Assert.NotEmpty(officer.TextOf("#station-token"));
        Assert.True(officer.Answer.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(_host.LogLines, line => line.Contains(officer.TextOf("#station-token"), StringComparison.Ordinal));
        var auditor = await _host.SignedInAsync("auditor-01");
        await auditor.GoAsync("/desk/officer");
        Assert.Equal(HttpStatusCode.Forbidden, auditor.Status);
    }

    private Task<JsonNode> OrderAsync(string number) => _host.Staff.WorkOrderAsync("auditor-01", number, TimeProvider.System, CancellationToken.None);

    private async Task<string> AcceptedAsync(string text)
    {
        var number = await _host.SubmitAsync(text);
        await _host.Staff.PostAsync("acceptor-01", $"/work-orders/{number}/accept", new() { ["nature"] = "help", ["category"] = "road-repair", ["urgency"] = "normal", ["division"] = "141102" });
        return number;
    }

    private async Task<string> AnsweredAsync(string text)
    {
        var number = await AcceptedAsync(text);
        await _host.Staff.PostAsync("acceptor-01", $"/work-orders/{number}/answer", new() { ["text"] = "请拨打 12393。", ["basis"] = "医保经办规程" });
        return number;
    }

    /// <summary>The unit's part is done over the pages, with what it says of contact and solution.</summary>
    private async Task<string> HandledAsync(string text)
    {
        var number = await AcceptedAsync(text);
        await _host.Staff.PostAsync("dispatcher-01", $"/work-orders/{number}/dispatch", new() { ["unit"] = "station-141102", ["role"] = "lead" });
        await _host.Staff.PostAsync("station-141102", $"/work-orders/{number}/assignments/1/sign", []);
        await _host.Staff.PostAsync("station-141102", $"/work-orders/{number}/assignments/1/start", []);
        var station = await _host.SignedInAsync("station-141102");
        await station.GoAsync($"/desk/orders/{number}");
        await station.SubmitAsync("form[aria-label=反馈]", ("publicReply", "已处理。"), ("contacted", "yes"));
        Assert.Equal("#reply-1-contactedAt", station.Page.QuerySelector(".summary a")!.GetAttribute("href"));
        await station.SubmitAsync("form[aria-label=反馈]", ("contactedAt", "2026-11-22T09:00"), ("solved", "yes"));
        Assert.Contains("已反馈", station.TextOf(".notice"), StringComparison.Ordinal);
        await _host.Staff.PostAsync("dispatcher-01", $"/work-orders/{number}/assignments/1/review", []);
        return number;
    }
}
