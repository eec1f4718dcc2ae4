using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.SystemTests.Supervision;
using Xunit;

namespace Hotline.SystemTests.Desk;

/// <summary>A call by the pages: rung, written down with the knowledge base beside it, accepted, answered from an article, followed by the citizen, asked about.</summary>
public sealed class SeatBrowserTests() : DeskBrowserStage(
    ["intake-phone", "intake-portal", "dispatch", "knowledge", "callback", "desk"],
    ["agent-01", "acceptor-01", "callback-01", "discipline-01"],
    $"--Hotline:Phone:EventSecret={CallSecret}", "--Hotline:Dispatch:SamplePercent=100")
{
    private const string CallSecret = "practice-secret-of-the-telephone-system";

    [SkippableFact]
    public async Task An_agent_takes_a_call_an_acceptor_answers_from_knowledge_and_the_caller_is_called_back()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        using var http = Running.NewHttp();
        await PublishAsync(new StaffClient(http, await Running.TokensAsync()), http);
        var telephones = new TelephoneSystem(http, CallSecret, TimeProvider.System);

        await using var agent = await SignedInAsync("agent-01");
        await TellAsync(telephones, "queued", null);
        await agent.WaitAsync("#calls a", text => text.Contains("来电振铃", StringComparison.Ordinal));
        await TellAsync(telephones, "answered", "agent-01");
        await agent.WaitAsync("#calls a", text => text.Contains("通话中", StringComparison.Ordinal));
        await LookAsync(agent, "ringing");
        await agent.GoAsync(new Uri(Running.Address, "/desk/calls"));
        await LookAsync(agent, "calls");
        await agent.ClickAsync("tbody a");
        await agent.WaitAsync("form[aria-label=登记诉求]");
        await agent.TypeAsync("[name='contact.name']", "王女士");
        await agent.TypeAsync("[name=text]", "想问今年供暖费怎么收。");
        await agent.TypeAsync("#beside-q", "暖气费");
        await agent.ClickAsync("form[data-beside] button");
        await agent.WaitAsync("#beside-hits a", text => text == "供暖费收费标准");
        await LookAsync(agent, "call");
        await agent.ClickAsync("form[aria-label=登记诉求] button");
        await agent.WaitAsync("#missing", text => text.Contains("时间、地址、起因", StringComparison.Ordinal));
        await LookAsync(agent, "call-missing");
        await agent.AskAsync("document.querySelector('[name=occurredAt]').value = '2026-11-20T09:30'");
        await agent.TypeAsync("[name='place.text']", "滨河街道兴隆小区");
        await agent.TypeAsync("[name=cause]", "刚搬家");
        await agent.ClickAsync("form[aria-label=登记诉求] button");
        var (number, code) = (await agent.WaitAsync("#number"), await agent.TextAsync("#code"));
        await LookAsync(agent, "receipt");

        await using (var acceptor = await SignedInAsync("acceptor-01"))
        {
            await OpenOrderAsync(acceptor, number);
            await acceptor.ClickAsync("form[aria-label=受理] button");
            await acceptor.WaitAsync(".notice", text => text.Contains("已受理", StringComparison.Ordinal));
            await LookAsync(acceptor, "order-with-knowledge");
            await acceptor.ClickAsync("[aria-labelledby=knowledge] li a");
            await acceptor.WaitAsync("h1", text => text == "供暖费收费标准");
            await LookAsync(acceptor, "article");
            await acceptor.ClickAsync("form[aria-label=用这一条直接答复] button");
            await acceptor.WaitAsync("form[aria-label=直接答复]");
            await LookAsync(acceptor, "answer");
            await acceptor.ClickAsync("form[aria-label=直接答复] button");
            await acceptor.WaitAsync(".notice", text => text.Contains("已直接答复", StringComparison.Ordinal));
        }

        await using (var citizen = await Browser.StartAsync())
        {
            await citizen.GoAsync(new Uri(Running.Address, "/desk/follow"));
            await LookAsync(citizen, "follow", isStaff: false);
            await FollowAsync(citizen, number, code);
            await LookAsync(citizen, "followed", isStaff: false);
            await citizen.ClickAsync("main a[href^='/callbacks/answer/']");
            await citizen.WaitAsync("h1", text => text == "请您评价办理情况");
            await citizen.GoAsync(new Uri(Running.Address, "/intake/portal/new"));
            await LookAsync(citizen, "portal-new", isStaff: false);
        }

        await using var callback = await SignedInAsync("callback-01");
        await callback.GoAsync(new Uri(Running.Address, "/desk/callbacks?state=open"));
        await LookAsync(callback, "callbacks");
        await callback.ClickAsync("tbody a");
        await callback.WaitAsync("form[aria-label=认领]");
        await callback.ClickAsync("form[aria-label=认领] button");
        await callback.WaitAsync(".notice", text => text.Contains("已认领", StringComparison.Ordinal));
        await callback.ClickAsync("form[aria-label=查看电话] button");
        await callback.WaitAsync("#phone", text => text == "13900001111");
        await LookAsync(callback, "callback");
        foreach (var (field, value) in new[] { ("solved", "yes"), ("satisfied", "satisfied"), ("service", "satisfied") })
        {
            await callback.AskAsync($"document.querySelector('form[aria-label=记录答复] [name={field}]').value = '{value}'");
        }

        await callback.ClickAsync("form[aria-label=记录答复] button");
        await callback.WaitAsync(".notice", text => text.Contains("已记录答复", StringComparison.Ordinal));

        await using var officer = await SignedInAsync("discipline-01");
        await officer.GoAsync(new Uri(Running.Address, "/desk/officer"));
        await officer.ClickAsync("form[aria-label=取令牌] button");
        await officer.WaitAsync(".notice");
        await LookAsync(officer, "officer");
    }

    /// <summary>Asks by number and code until the answer and the link to rate it have come.</summary>
    private async Task FollowAsync(Browser citizen, string number, string code)
    {
        for (var tries = 0; tries < 50; tries++)
        {
            await citizen.GoAsync(new Uri(Running.Address, "/desk/follow"));
            await citizen.TypeAsync("#number", number);
            await citizen.TypeAsync("#code", code);
            await citizen.ClickAsync("main button");
            var page = await citizen.WaitAsync("main", text => text.Contains("答复", StringComparison.Ordinal));
            if (page.Contains("每平方米每月 3.2 元", StringComparison.Ordinal) && page.Contains("打开评价页", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }

        throw new InvalidOperationException("The answer does not come.");
    }

    private static async Task TellAsync(TelephoneSystem telephones, string state, string? agent)
    {
        using var told = await telephones.TellAsync(new JsonObject { ["callId"] = "call-1", ["state"] = state, ["caller"] = "13900001111", ["agent"] = agent });
        told.EnsureSuccessStatusCode();
    }

    private static async Task PublishAsync(StaffClient staff, HttpClient http)
    {
        var code = (await staff.PostAsync("agent-01", "/knowledge/articles", new JsonObject
        {
            ["title"] = "供暖费收费标准",
            ["publicText"] = "居民住宅按建筑面积每平方米每月 3.2 元收取，采暖期五个月。",
            ["internalText"] = "欠费的转热力公司。",
            ["unit"] = "city-heat",
            ["basis"] = "吕梁市供热管理办法第十二条",
            ["synonyms"] = new JsonArray("暖气费"),
        }))["code"]!.GetValue<string>();
        await staff.PostAsync("agent-01", $"/knowledge/articles/{code}/submit", []);
        await staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/publish", []);
        while (!(await http.GetStringAsync(new Uri($"/knowledge/search?q={Uri.EscapeDataString("供暖费")}", UriKind.Relative))).Contains(code, StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>The order and what the knowledge base has for it come a moment after the receipt.</summary>
    private async Task OpenOrderAsync(Browser browser, string number)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            await browser.GoAsync(new Uri(Running.Address, $"/desk/orders/{number}"));
            if ((await browser.TextAsync("main")).Contains("供暖费收费标准", StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new InvalidOperationException("The order does not show the article.");
    }
}
