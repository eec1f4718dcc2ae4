using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotline.ContractTests.Desk;

/// <summary>The knowledge base beside the work, and an answer that cites it.</summary>
public sealed class KnowledgePagesTests : IAsyncLifetime
{
    private DeskHost _host = null!;

    public async Task InitializeAsync() => _host = await DeskHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_article_is_found_read_judged_and_answers_an_order_with_its_version()
    {
        var code = await PublishAsync("供暖费收费标准", "按建筑面积每平方米每月 3.2 元收取。");
        var number = await _host.SubmitAsync("咨询今年供暖费的收费标准是多少。");
        var acceptor = await _host.SignedInAsync("acceptor-01");
        await acceptor.GoAsync($"/desk/orders/{number}");
        await acceptor.SubmitAsync("form[aria-label=受理]");
        await EventLog.Eventually.BecomesAsync(async () => (await acceptor.GoAsync($"/desk/orders/{number}")).TextOf("[aria-labelledby=knowledge]").Contains("供暖费收费标准", StringComparison.Ordinal));
        await acceptor.GoAsync(acceptor.Page.QuerySelector("[aria-labelledby=knowledge] li a")!.GetAttribute("href")!);
        Assert.Equal("供暖费收费标准", acceptor.TextOf("h1"));
        Assert.Contains("第 1 版", acceptor.TextOf("dl"), StringComparison.Ordinal);
        Assert.Contains("内部口径", acceptor.TextOf("[aria-labelledby=inside]"), StringComparison.Ordinal);

        Assert.Equal(number, acceptor.Page.GetElementById("cite-order")!.GetAttribute("value"));
        await acceptor.GoAsync($"/desk/answers/new?article={code}&order={number}");
        Assert.Equal("按建筑面积每平方米每月 3.2 元收取。", acceptor.Page.GetElementById("cite-text")!.TextContent);
        await acceptor.SubmitAsync("form[aria-label=直接答复]", ("text", ""));
        Assert.Equal(HttpStatusCode.BadRequest, acceptor.Status);
        Assert.Contains("供热管理办法", acceptor.Page.GetElementById("cite-basis")!.TextContent, StringComparison.Ordinal);
        await acceptor.SubmitAsync("form[aria-label=直接答复]", ("text", "您好，每平方米每月 3.2 元。"));
        Assert.Contains("已直接答复", acceptor.TextOf(".notice"), StringComparison.Ordinal);
        var answer = (await _host.Staff.WorkOrderAsync("acceptor-01", number, TimeProvider.System, CancellationToken.None))["answer"]!;
        Assert.Equal((code, 1), ((string?)answer["article"], (int)answer["articleVersion"]!));

        await acceptor.GoAsync($"/desk/knowledge/{code}");
        var feedback = acceptor.Page.QuerySelector("form[aria-label=评价条目] [name=token]")!.GetAttribute("value")!;
        await acceptor.PostAsync($"/desk/knowledge/{code}/feedback", [new("token", feedback), new("helped", "no")]);
        Assert.Contains("已记录", acceptor.TextOf(".notice"), StringComparison.Ordinal);
        await acceptor.PostAsync($"/desk/knowledge/{code}/feedback", [new("token", feedback), new("helped", "yes")]);
        Assert.Contains("先前已评价这一版：没有帮助", acceptor.TextOf(".notice"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_says_what_led_where_and_a_unit_sees_no_internal_text_of_others()
    {
        var code = await PublishAsync("供暖费收费标准", "按建筑面积每平方米每月 3.2 元收取。<script>alert(1)</script>");
        var agent = await _host.SignedInAsync("agent-01");
        await agent.GoAsync("/desk/knowledge?q=暖气费&order=261121030000005");
        Assert.Contains("供暖费收费标准", agent.TextOf("[aria-labelledby=hits]"), StringComparison.Ordinal);
        Assert.EndsWith("?order=261121030000005", agent.Page.QuerySelector("[aria-labelledby=hits] a")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Single(agent.Page.QuerySelectorAll("script")); // ours
        await agent.GoAsync("/desk/knowledge/hits?q=暖气费");
        Assert.Equal(code, (string?)JsonNode.Parse(await agent.Answer.Content.ReadAsStringAsync())!["items"]![0]!["code"]);
        await agent.GoAsync("/desk/knowledge?q=没有这样的东西xyz");
        Assert.Contains("没有找到", agent.TextOf("[aria-labelledby=hits]"), StringComparison.Ordinal);
        await agent.GoAsync("/desk/knowledge/K0000000");
        Assert.Equal(HttpStatusCode.NotFound, agent.Status);

        var unit = await _host.SignedInAsync("141102-urban");
        await unit.GoAsync($"/desk/knowledge/{code}");
        Assert.Equal(HttpStatusCode.OK, unit.Status);
        Assert.DoesNotContain("内部口径", unit.Page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(unit.Page.QuerySelector("form[aria-label=用这一条直接答复]"));
    }

    private async Task<string> PublishAsync(string title, string text)
    {
        var words = new JsonObject
        {
            ["title"] = title,
            ["publicText"] = text,
            ["internalText"] = "内部口径：转三号专席",
            ["unit"] = "city-heat",
            ["basis"] = "吕梁市供热管理办法第十二条",
            ["synonyms"] = new JsonArray("暖气费"),
        };
        var code = (await _host.Staff.PostAsync("agent-01", "/knowledge/articles", words))["code"]!.GetValue<string>();
        await _host.Staff.PostAsync("agent-01", $"/knowledge/articles/{code}/submit", []);
        await _host.Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/publish", []);
        await EventLog.Eventually.BecomesAsync(async () =>
        {
            using var found = await _host.Http.GetAsync(new Uri($"/knowledge/search?q={Uri.EscapeDataString(title)}", UriKind.Relative));
            return found.IsSuccessStatusCode && (await found.Content.ReadAsStringAsync()).Contains(code, StringComparison.Ordinal);
        });
        return code;
    }
}
