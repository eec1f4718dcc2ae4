using Hotline.AllInOne.Practice;
using Hotline.SystemTests.Supervision;
using Xunit;

namespace Hotline.SystemTests.Desk;

/// <summary>The pages for staff as people use them: headless Chromium through the gateway, each service its own process.</summary>
public sealed class DeskBrowserTests() : DeskBrowserStage(["intake-app", "dispatch", "desk"], ["acceptor-01", "dispatcher-01", "station-141102", "141102-urban", "admin-01"])
{
    [SkippableFact]
    public async Task An_order_goes_its_whole_way_by_pages_narrow_and_wide_and_by_keys_alone()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        using var citizen = await Running.NewCitizenAsync();
        using var received = await citizen.SubmitAsync(AppClient.Json("""{"text":"滨河街道兴隆巷口的井盖丢失三天了，晚上行人很容易掉下去。","contact":{"phone":"13900000000"}}"""), "desk-1");
        var number = (await AppClient.ReadAsync(received))["number"]!.GetValue<string>();

        // The acceptor touches no mouse: he signs in, opens the queue by its key, the order, and accepts.
        await using (var acceptor = await Browser.StartAsync())
        {
            await acceptor.GoAsync(new Uri(Running.Address, "/desk"));
            await LookAsync(acceptor, "sign-in");
            await TabToAsync(acceptor, "sign-in-account");
            await acceptor.PressAsync([.. Keys("acceptor-01"), Tab, .. Keys(PasswordOf("acceptor-01")), Tab, .. Keys(CodeOf("acceptor-01")), Enter]);
            await acceptor.WaitAsync("h1", text => text == "首页");
            await LookAsync(acceptor, "home");
            await TabToAsync(acceptor, "nav a[href='/desk/queues/received']", byCss: true);
            await acceptor.PressAsync(Enter);
            await acceptor.WaitAsync("tbody a", text => text == number);
            await LookAsync(acceptor, "received");
            await TabToAsync(acceptor, "tbody a", byCss: true);
            await acceptor.PressAsync(Enter);
            await acceptor.WaitAsync("form[aria-label=受理]");
            await LookAsync(acceptor, "order-received");
            await TabToAsync(acceptor, "form[aria-label=受理] button", byCss: true);
            await acceptor.PressAsync(Enter);
            await acceptor.WaitAsync(".notice", text => text.Contains("已受理", StringComparison.Ordinal));
        }

        await using (var dispatcher = await SignedInAsync("dispatcher-01"))
        {
            await dispatcher.GoAsync(new Uri(Running.Address, "/desk/queues/accepted"));
            await LookAsync(dispatcher, "accepted");
            await dispatcher.ClickAsync("tbody a");
            await LookAsync(dispatcher, "order-accepted");
            await dispatcher.ClickAsync("form[aria-label=派单] button");
            await dispatcher.WaitAsync(".notice", text => text.Contains("已转派", StringComparison.Ordinal));
        }

        await using var station = await SignedInAsync("station-141102");
        await station.GoAsync(new Uri(Running.Address, "/desk/queues/own"));
        await LookAsync(station, "own");
        await station.ClickAsync("tbody a");
        await station.ClickAsync("form[aria-label=签收] button");
        await station.WaitAsync(".notice", text => text.Contains("已签收", StringComparison.Ordinal));
        await station.AskAsync("document.getElementById('dispatch-1-unit').value = ''");
        await station.TypeAsync("#dispatch-1-unit", "141102-urban");
        await LookAsync(station, "order-signed");
        await station.ClickAsync("form[aria-label=下派] button");
        await station.WaitAsync(".notice", text => text.Contains("已转派", StringComparison.Ordinal));

        await using (var unit = await SignedInAsync("141102-urban"))
        {
            await unit.GoAsync(new Uri(Running.Address, $"/desk/orders/{number}"));
            await unit.ClickAsync("form[aria-label=签收] button");
            await unit.WaitAsync(".notice", text => text.Contains("已签收", StringComparison.Ordinal));
            await unit.ClickAsync("form[aria-label=开始办理] button");
            await unit.WaitAsync("form[aria-label=反馈]");
            await unit.TypeAsync("form[aria-label=反馈] [name=publicReply]", "井盖已于今日更换，感谢您的反映。");
            await LookAsync(unit, "order-handling");
            await unit.ClickAsync("form[aria-label=反馈] button");
            await unit.WaitAsync(".notice", text => text.Contains("已反馈", StringComparison.Ordinal));
        }

        await station.GoAsync(new Uri(Running.Address, $"/desk/orders/{number}"));
        await station.ClickAsync("form[action$='assignments/2/review'] button");
        await station.WaitAsync(".notice", text => text.Contains("审核通过", StringComparison.Ordinal));
        await station.ClickAsync("form[aria-label=反馈] button");
        await station.WaitAsync(".notice", text => text.Contains("已反馈", StringComparison.Ordinal));
        await using (var dispatcher = await SignedInAsync("dispatcher-01"))
        {
            await dispatcher.GoAsync(new Uri(Running.Address, "/desk/queues/to-review"));
            await dispatcher.ClickAsync("tbody a");
            await LookAsync(dispatcher, "order-to-review");
            await dispatcher.ClickAsync("form[action$='assignments/1/review'] button");
            await dispatcher.WaitAsync("dl", text => text.Contains("待回访", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public async Task Danger_rings_on_a_page_that_is_open_and_an_administrators_page_is_usable_narrow()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        await using var acceptor = await SignedInAsync("acceptor-01");
        using var citizen = await Running.NewCitizenAsync();
        using var received = await citizen.SubmitAsync(AppClient.Json("""{"text":"邻居家着火了，浓烟很大，楼上还有老人。","contact":{"phone":"13900000000"}}"""), "desk-2");
        var number = (await AppClient.ReadAsync(received))["number"]!.GetValue<string>();
        await acceptor.WaitAsync("#live a", text => text.Contains(number, StringComparison.Ordinal) && text.Contains("119", StringComparison.Ordinal));
        await LookAsync(acceptor, "danger");
        await acceptor.ClickAsync("#live a");
        await acceptor.WaitAsync("h1", text => text.Contains(number, StringComparison.Ordinal));
        await using var administrator = await SignedInAsync("admin-01");
        await administrator.GoAsync(new Uri(Running.Address, "/desk/accounts"));
        await administrator.WaitAsync("tbody td");
        await LookAsync(administrator, "accounts");
    }
}
