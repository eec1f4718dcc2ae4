using System.Net;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Xunit;

namespace Hotline.ContractTests.Desk;

/// <summary>An agent's seat over the pages: the call, the five elements, the receipt, the next call of the same caller.</summary>
public sealed class CallPagesTests : IAsyncLifetime
{
    private const string Caller = "13900001111";
    private DeskHost _host = null!;

    public async Task InitializeAsync() => _host = await DeskHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_call_is_taken_and_written_down_and_the_next_call_shows_it()
    {
        var agent = await _host.SignedInAsync("agent-01");
        await agent.GoAsync("/desk/calls");
        Assert.Contains("现在没有来电", agent.TextOf("main"), StringComparison.Ordinal);
        await _host.TellOfCallAsync("call-1", "queued", caller: Caller);
        await agent.GoAsync("/desk/calls");
        Assert.Contains("振铃", agent.TextOf("tbody"), StringComparison.Ordinal);
        await agent.GoAsync("/desk/calls/open");
        Assert.Equal("call-1", (string?)JsonNode.Parse(await agent.Answer.Content.ReadAsStringAsync())![0]!["callId"]);

        await _host.TellOfCallAsync("call-1", "answered", "agent-01");
        await agent.GoAsync("/desk/calls/call-1");
        Assert.Contains(Caller, agent.TextOf("[aria-labelledby=call]"), StringComparison.Ordinal);
        Assert.Contains("没有用这个号码登记过", agent.TextOf("[aria-labelledby=history]"), StringComparison.Ordinal);

        // What is missing is said while the caller is on the line, and nothing is stored yet.
        await agent.SubmitAsync("form[aria-label=登记诉求]", ("text", "井盖丢失三天了。"), ("cause", "夜里被偷"));
        Assert.Equal(HttpStatusCode.OK, agent.Status);
        Assert.Contains("还缺：姓名、时间、地址", agent.TextOf("#missing"), StringComparison.Ordinal);
        Assert.Equal("井盖丢失三天了。", agent.Page.GetElementById("entry-text")!.TextContent);

        await agent.SubmitAsync(
            "form[aria-label=登记诉求]", ("contact.name", "王女士"), ("occurredAt", "2026-11-20T21:30"), ("place.text", "滨河街道兴隆巷口"), ("place.division", "141102"), ("confidential", "yes"));
        Assert.Equal(HttpStatusCode.Created, agent.Status);
        var (number, code) = (agent.TextOf("#number"), agent.TextOf("#code"));
        Assert.True(AppealNumber.IsValid(number));
        var order = await _host.Staff.WorkOrderAsync("acceptor-01", number, TimeProvider.System, CancellationToken.None);
        Assert.Equal("井盖丢失三天了。\n起因：夜里被偷", (string?)order["text"]);
        Assert.Equal(("滨河街道兴隆巷口", true), ((string?)order["place"]!["text"], order["confidential"]!.GetValue<bool>()));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 13, 30, 0, TimeSpan.Zero), order["occurredAt"]!.GetValue<DateTimeOffset>());

        // The caller follows it by what was read out.
        var caller = _host.NewBrowser();
        await caller.GoAsync("/desk/follow");
        await caller.SubmitAsync("main form", ("number", number), ("code", "AAAAAAAAAA"));
        Assert.Equal(HttpStatusCode.NotFound, caller.Status);
        Assert.Contains("编号或提取码不对", caller.TextOf(".summary"), StringComparison.Ordinal);
        await caller.SubmitAsync("main form", ("number", number[..^1] + (char)('0' + ((number[^1] - '0' + 1) % 10))), ("code", code));
        Assert.Contains("编号不对", caller.TextOf(".summary"), StringComparison.Ordinal);
        await caller.SubmitAsync("main form", ("number", $" {number[..6]} {number[6..]}"), ("code", code.ToLowerInvariant()));
        Assert.Contains("已收到", caller.TextOf("#state"), StringComparison.Ordinal);

        await _host.TellOfCallAsync("call-2", "answered", "agent-01", "+86 " + Caller);
        await agent.GoAsync("/desk/calls/call-2");
        Assert.Contains(number, agent.TextOf("[aria-labelledby=history]"), StringComparison.Ordinal);
        Assert.Contains("待受理", agent.TextOf("[aria-labelledby=history]"), StringComparison.Ordinal);

        // He has more to say, and he waits; sent twice, each counts once.
        await agent.GoAsync($"/desk/appeals/{number}/add");
        await agent.SubmitAsync("form[aria-label=补充]", ("text", "昨晚有人绊倒。"));
        Assert.Contains("已补充", agent.TextOf(".notice"), StringComparison.Ordinal);
        await agent.GoAsync($"/desk/appeals/{number}/add");
        var urging = DeskBrowser.FieldsOf((AngleSharp.Html.Dom.IHtmlFormElement)agent.Page.QuerySelector("form[aria-label=催单]")!, []);
        await agent.PostAsync($"/desk/appeals/{number}/urges", urging);
        await agent.PostAsync($"/desk/appeals/{number}/urges", urging);
        await EventLog.Eventually.BecomesAsync(async () => (await agent.GoAsync($"/desk/orders/{number}")).TextOf("main").Contains("昨晚有人绊倒。", StringComparison.Ordinal)
            && agent.TextOf("[aria-labelledby=appeal]").Contains("1 次", StringComparison.Ordinal));
        await agent.GoAsync("/desk/appeals/261121030000005/add");
        await agent.SubmitAsync("form[aria-label=补充]", ("text", "昨晚有人绊倒。"));
        Assert.Equal(HttpStatusCode.NotFound, agent.Status);
        Assert.DoesNotContain(_host.LogLines, line => line.Contains(Caller, StringComparison.Ordinal) || line.Contains("王女士", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_sent_twice_is_one_appeal_and_what_was_changed_meanwhile_is_not_lost_silently()
    {
        var agent = await _host.SignedInAsync("agent-01");
        await agent.GoAsync("/desk/appeals/new");
        var form = (AngleSharp.Html.Dom.IHtmlFormElement)agent.Page.QuerySelector("form[aria-label=登记诉求]")!;
        (string, string)[] filled = [("text", "咨询今年的供暖费标准。"), ("contact.name", "李先生"), ("contact.phone", "13900002222"), ("occurredAt", "2026-11-20T21:30"), ("place.text", "凤山街道"), ("cause", "换了房子")];
        await agent.PostAsync("/desk/appeals", DeskBrowser.FieldsOf(form, filled));
        var number = agent.TextOf("#number");
        await agent.PostAsync("/desk/appeals", DeskBrowser.FieldsOf(form, [.. filled[1..], ("text", "咨询明年的供暖费标准。")]));
        Assert.Equal(HttpStatusCode.OK, agent.Status);
        Assert.Equal(number, agent.TextOf("#number"));
        Assert.Contains("没有重复登记", agent.TextOf(".notice"), StringComparison.Ordinal);

        // A new form is a new appeal.
        await agent.GoAsync("/desk/appeals/new");
        await agent.SubmitAsync("form[aria-label=登记诉求]", filled);
        Assert.NotEqual(number, agent.TextOf("#number"));
    }

    [Fact]
    public async Task What_is_wrong_is_said_at_its_field_and_danger_is_said_before_the_receipt()
    {
        var agent = await _host.SignedInAsync("agent-01");
        await agent.GoAsync("/desk/appeals/new");
        await agent.SubmitAsync("form[aria-label=登记诉求]", ("text", "有人要跳楼，快来人！"), ("contact.name", "路人"), ("contact.phone", "12"), ("occurredAt", "yesterday"), ("place.text", "广场"), ("cause", "不清楚"));
        Assert.Equal("#entry-occurredAt", agent.Page.QuerySelector(".summary a")!.GetAttribute("href"));
        await agent.SubmitAsync("form[aria-label=登记诉求]", ("occurredAt", "2026-11-20T21:30"));
        Assert.Equal(HttpStatusCode.BadRequest, agent.Status);
        Assert.Equal("true", agent.Page.GetElementById("entry-contact.phone")!.GetAttribute("aria-invalid"));
        await agent.SubmitAsync("form[aria-label=登记诉求]", ("contact.phone", ""), ("anonymous", "yes"));
        Assert.Equal(HttpStatusCode.Created, agent.Status);
        Assert.Contains("110", agent.TextOf(".summary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_is_passed_on_and_one_of_another_seat_shows_no_caller()
    {
        await _host.TellOfCallAsync("call-3", "answered", "agent-01", Caller);
        var agent = await _host.SignedInAsync("agent-01");
        await agent.GoAsync("/desk/calls/call-3");
        await agent.SubmitAsync("form[aria-label=转接]", ("to", "120"));
        Assert.Equal("120", agent.TextOf("#dial"));
        await _host.TellOfCallAsync("call-4", "answered", "agent-01", Caller);
        await agent.GoAsync("/desk/calls/call-4");
        await agent.SubmitAsync("form[aria-label=转专线]");
        Assert.Single(agent.Page.QuerySelectorAll("tbody tr"));
        await agent.GoAsync("/desk/calls/call-4");
        Assert.Equal(HttpStatusCode.NotFound, agent.Status);
        var other = await _host.SignedInAsync("acceptor-01");
        await other.GoAsync("/desk/calls");
        Assert.Contains("现在没有来电", other.TextOf("main"), StringComparison.Ordinal);
        await other.GoAsync("/desk/calls/call-3");
        Assert.DoesNotContain(Caller, other.Page.Body!.TextContent, StringComparison.Ordinal);
        await other.GoAsync("/desk/calls/no-such");
        Assert.Equal(HttpStatusCode.NotFound, other.Status);
        var dispatcher = await _host.SignedInAsync("dispatcher-01");
        await dispatcher.GoAsync("/desk/calls");
        Assert.Equal(HttpStatusCode.Forbidden, dispatcher.Status);
    }
}
