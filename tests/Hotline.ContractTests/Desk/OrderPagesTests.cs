using System.Net;
using Xunit;

namespace Hotline.ContractTests.Desk;

/// <summary>The way of an order over the pages: acceptor, dispatcher, station, unit, and back.</summary>
public sealed class OrderPagesTests : IAsyncLifetime
{
    private const string Text = "滨河街道兴隆巷口的井盖丢失三天了，晚上行人很容易掉下去。<script>alert(1)</script>";
    private DeskHost _host = null!;

    public async Task InitializeAsync() => _host = await DeskHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_order_goes_from_the_acceptor_to_the_unit_and_back_over_the_pages()
    {
        var number = await _host.SubmitAsync(Text.Replace("<script>alert(1)</script>", "", StringComparison.Ordinal));
        var order = $"/desk/orders/{number}";

        var acceptor = await _host.SignedInAsync("acceptor-01");
        Assert.Contains("1 件", acceptor.TextOf(".tiles"), StringComparison.Ordinal);
        await acceptor.GoAsync("/desk/queues/received");
        Assert.Equal(number, acceptor.TextOf("tbody td a"));
        Assert.NotEmpty(acceptor.TextOf("tbody .clock"));
        await acceptor.GoAsync(order);
        Assert.NotEmpty(acceptor.Page.QuerySelectorAll("[aria-labelledby=proposal] li"));
        Assert.Equal("road-repair", acceptor.Page.QuerySelector("#accept-category option[selected]")!.GetAttribute("value"));
        await acceptor.SubmitAsync("form[aria-label=受理]");
        Assert.Contains("已受理", acceptor.TextOf(".notice"), StringComparison.Ordinal);

        var dispatcher = await _host.SignedInAsync("dispatcher-01");
        await dispatcher.GoAsync("/desk/queues/accepted");
        Assert.Contains("离石", dispatcher.TextOf("tbody"), StringComparison.Ordinal);
        await dispatcher.GoAsync(order);
        Assert.EndsWith(" station-141102", dispatcher.Page.QuerySelector("#dispatch-unit")!.GetAttribute("value"), StringComparison.Ordinal);
        await dispatcher.SubmitAsync("form[aria-label=派单]");
        Assert.Contains("已转派", dispatcher.TextOf(".notice"), StringComparison.Ordinal);

        var station = await _host.SignedInAsync("station-141102");
        await station.GoAsync("/desk/queues/own");
        Assert.Contains("签收", station.TextOf("tbody tr td:last-child"), StringComparison.Ordinal);
        await station.GoAsync(order);
        await station.SubmitAsync("form[aria-label=签收]");
        await station.SubmitAsync("form[aria-label=下派]", ("unit", "141102-urban"));
        Assert.Contains("已转派", station.TextOf(".notice"), StringComparison.Ordinal);

        var unit = await _host.SignedInAsync("141102-urban");
        await unit.GoAsync(order);
        await unit.SubmitAsync("form[aria-label=签收]");
        await unit.SubmitAsync("form[aria-label=开始办理]");
        await unit.SubmitAsync("form[aria-label=反馈]", ("publicReply", "井盖已于今日更换。"), ("note", "已现场核实。"));
        Assert.Contains("已反馈", unit.TextOf(".notice"), StringComparison.Ordinal);

        await station.GoAsync("/desk/queues/own");
        Assert.Contains("审核下级反馈", station.TextOf("tbody"), StringComparison.Ordinal);
        await station.GoAsync(order);
        await station.SubmitAsync("form[action$='assignments/2/review']");
        await station.SubmitAsync("form[aria-label=反馈]");
        await dispatcher.GoAsync("/desk/queues/to-review");
        Assert.Equal(number, dispatcher.TextOf("tbody td a"));
        await dispatcher.GoAsync(order);
        await dispatcher.SubmitAsync("form[action$='assignments/1/review']");
        Assert.Contains("待回访", dispatcher.TextOf("dl"), StringComparison.Ordinal);
        await dispatcher.GoAsync("/desk/queues/to-review");
        Assert.Empty(dispatcher.Page.QuerySelectorAll("tbody tr"));
    }

    [Fact]
    public async Task What_the_service_refuses_is_said_at_the_field_and_nothing_typed_is_lost()
    {
        var number = await _host.SubmitAsync(Text);
        var acceptor = await _host.SignedInAsync("acceptor-01");
        await acceptor.GoAsync($"/desk/orders/{number}");
        Assert.Contains("<script>alert(1)</script>", acceptor.TextOf("#appeal-text"), StringComparison.Ordinal);
        Assert.Single(acceptor.Page.QuerySelectorAll("script")); // ours
        await acceptor.SubmitAsync("form[aria-label=受理]", ("category", "no-such"), ("urgency", "urgent"));
        Assert.Equal(HttpStatusCode.BadRequest, acceptor.Status);
        Assert.Equal("#accept-category", acceptor.Page.QuerySelector(".summary a")!.GetAttribute("href"));
        Assert.Equal("true", acceptor.Page.GetElementById("accept-category")!.GetAttribute("aria-invalid"));
        Assert.Equal("urgent", acceptor.Page.QuerySelector("#accept-urgency option[selected]")!.GetAttribute("value"));

        // Another acceptor was sooner: what was seen is no more what is.
        var second = await _host.SignedInAsync("acceptor-01");
        await second.GoAsync($"/desk/orders/{number}");
        await acceptor.SubmitAsync("form[aria-label=受理]", ("category", "road-repair"));
        await second.SubmitAsync("form[aria-label=受理]");
        Assert.Equal(HttpStatusCode.Conflict, second.Status);
        Assert.Contains("工单已有变化", second.TextOf(".summary"), StringComparison.Ordinal);

        await acceptor.SubmitAsync("form[aria-label=直接答复]", ("text", "请拨打供水公司。"), ("basis", ""));
        Assert.Equal("请拨打供水公司。", acceptor.Page.GetElementById("answer-text")!.TextContent);
        Assert.True(acceptor.Page.QuerySelector("details:has(#answer-text)")!.HasAttribute("open"));
        await acceptor.GoAsync("/desk/orders/260302030000060");
        Assert.Equal(HttpStatusCode.NotFound, acceptor.Status);
    }

    [Fact]
    public async Task Many_are_accepted_and_dispatched_as_proposed_and_what_changed_meanwhile_is_said()
    {
        var numbers = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            numbers.Add(await _host.SubmitAsync($"离石区滨河街道第{i}处井盖丢失，请更换。"));
        }

        var acceptor = await _host.SignedInAsync("acceptor-01");
        await acceptor.GoAsync("/desk/queues/received");
        var picked = acceptor.Page.QuerySelectorAll("tbody input[type=checkbox]").Select(box => ("order", box.GetAttribute("value")!)).ToList();
        var token = acceptor.Page.QuerySelector("main form [name=token]")!.GetAttribute("value")!;
        var other = await _host.SignedInAsync("acceptor-01");
        await other.GoAsync($"/desk/orders/{numbers[1]}");
        await other.SubmitAsync("form[aria-label=受理]");
        await acceptor.PostAsync("/desk/queues/received/accept", [.. picked.Select(pick => KeyValuePair.Create(pick.Item1, pick.Item2)), new("token", token)]);
        Assert.Contains("已办理 2 件，1 件没有办理", acceptor.TextOf(".summary"), StringComparison.Ordinal);
        Assert.Contains(numbers[1], acceptor.TextOf(".summary"), StringComparison.Ordinal);
        Assert.Empty(acceptor.Page.QuerySelectorAll("tbody tr"));
        await acceptor.PostAsync("/desk/queues/received/accept", [new("token", token)]);
        Assert.Contains("没有选择工单", acceptor.TextOf(".summary"), StringComparison.Ordinal);

        var dispatcher = await _host.SignedInAsync("dispatcher-01");
        await dispatcher.GoAsync("/desk/queues/accepted");
        var all = dispatcher.Page.QuerySelectorAll("tbody input[type=checkbox]").Select(box => KeyValuePair.Create("order", box.GetAttribute("value")!)).ToList();
        Assert.Equal(3, all.Count);
        token = dispatcher.Page.QuerySelector("main form [name=token]")!.GetAttribute("value")!;
        await dispatcher.PostAsync("/desk/queues/accepted/dispatch", [.. all, new("token", token)]);
        Assert.Equal(HttpStatusCode.SeeOther, dispatcher.Status);
        await dispatcher.GoAsync(dispatcher.Answer.Headers.Location!.ToString());
        Assert.Contains("已办理 3 件", dispatcher.TextOf(".notice"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_return_is_asked_with_the_right_unit_and_decided_by_the_dispatcher()
    {
        var number = await _host.SubmitAsync("离石区滨河街道兴隆巷口的井盖丢失。");
        var order = $"/desk/orders/{number}";
        var acceptor = await _host.SignedInAsync("acceptor-01");
        await acceptor.GoAsync(order);
        await acceptor.SubmitAsync("form[aria-label=受理]");
        var dispatcher = await _host.SignedInAsync("dispatcher-01");
        await dispatcher.GoAsync(order);
        await dispatcher.SubmitAsync("form[aria-label=派单]", ("unit", "no such unit"));
        Assert.Equal(("no such unit", HttpStatusCode.BadRequest), (dispatcher.Page.GetElementById("dispatch-unit")!.GetAttribute("value"), dispatcher.Status));
        await dispatcher.SubmitAsync("form[aria-label=派单]", ("unit", "station-141102"));
        var station = await _host.SignedInAsync("station-141102");
        await station.GoAsync(order);
        await station.SubmitAsync("form[aria-label=申请退单]", ("note", "不在本区。"), ("proposedUnit", "station-141181"));
        Assert.Contains("已申请退单", station.TextOf(".notice"), StringComparison.Ordinal);
        await dispatcher.GoAsync("/desk/queues/return-asked");
        Assert.Equal(number, dispatcher.TextOf("tbody td a"));
        await dispatcher.GoAsync(order);
        Assert.Contains("建议改派", dispatcher.TextOf("[aria-labelledby=shares]"), StringComparison.Ordinal);
        await dispatcher.SubmitAsync("form[action$='assignments/1/approve-return']");
        await dispatcher.GoAsync("/desk/queues/accepted");
        Assert.Equal(number, dispatcher.TextOf("tbody td a"));
        await station.GoAsync(order);
        Assert.Equal(HttpStatusCode.NotFound, station.Status);
    }

    [Fact]
    public async Task Every_page_has_its_landmarks_names_and_a_policy_that_allows_no_more_than_its_own()
    {
        var number = await _host.SubmitAsync("离石区滨河街道兴隆巷口的井盖丢失。");
        var acceptor = await _host.SignedInAsync("acceptor-01");
        foreach (var path in new[] { "/desk", "/desk/queues/received", $"/desk/orders/{number}", "/desk/password", "/desk/sign-in", "/desk/enrol" })
        {
            await acceptor.GoAsync(path);
            var page = acceptor.Page;
            var policy = Assert.Single(acceptor.Answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.True(acceptor.Answer.Headers.CacheControl!.NoStore);
            foreach (var own in page.QuerySelectorAll("style, script"))
            {
                Assert.Contains(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(own.TextContent))), policy, StringComparison.Ordinal);
            }

            Assert.Empty(page.QuerySelectorAll("[src], link, [style], [onclick]"));
            Assert.Equal("zh-CN", page.DocumentElement.GetAttribute("lang"));
            Assert.Single(page.QuerySelectorAll("h1"));
            Assert.Single(page.QuerySelectorAll("main"));
            Assert.Equal("#main", page.QuerySelector("body > a.skip")!.GetAttribute("href"));
            Assert.All(page.QuerySelectorAll("table"), table => Assert.NotNull(table.QuerySelector("caption")));
            Assert.All(page.QuerySelectorAll("th"), head => Assert.Equal("col", head.GetAttribute("scope")));
            Assert.All(page.QuerySelectorAll("input:not([type=hidden]), select, textarea"), field => Assert.True(
                field.HasAttribute("aria-label") || page.QuerySelector($"label[for='{field.Id}']") is not null, field.OuterHtml));
            Assert.Equal(page.QuerySelectorAll("[id]").Length, page.QuerySelectorAll("[id]").Select(element => element.Id).Distinct().Count());
            Assert.Equal(page.QuerySelectorAll("[accesskey]").Length, page.QuerySelectorAll("[accesskey]").Select(element => element.GetAttribute("accesskey")).Distinct().Count());
            Assert.All(page.QuerySelectorAll("form"), form => Assert.StartsWith("/desk/", form.GetAttribute("action"), StringComparison.Ordinal));
        }
    }
}
