using System.Diagnostics;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Desk.Accounts;
using Hotline.SystemTests.Supervision;
using Xunit;

namespace Hotline.SystemTests.Desk;

/// <summary>The pages for staff as people use them: headless Chromium through the gateway, each service its own process.</summary>
public sealed class DeskBrowserTests : IAsyncLifetime
{
    private const string Tab = "\uE004";
    private const string Enter = "\uE007";
    private static readonly string[] Services = ["intake-app", "dispatch", "desk"];
    private static readonly string[] Accounts = ["acceptor-01", "dispatcher-01", "station-141102", "141102-urban", "admin-01"];
    private static readonly string[] Named = ["button", "link", "textbox", "combobox", "checkbox", "searchbox", "table", "navigation"];
    private readonly string _data = Directory.CreateTempSubdirectory("hotline-desk-").FullName;
    private RunningHotline? _running;
    private JsonArray _secrets = [];

    public async Task InitializeAsync()
    {
        if (!Browser.IsInstalled)
        {
            return;
        }

        var file = Path.Combine(_data, "practice-accounts.json");
        string[] command = [Path.Combine(AppContext.BaseDirectory, "Hotline.Desk.dll"), "practice-accounts", file, .. Accounts, $"--Hotline:Data={_data}"];
        using var made = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true })!;
        Assert.Equal(Accounts.Length, (await made.StandardOutput.ReadToEndAsync()).Split("enrolled").Length - 1);
        await made.WaitForExitAsync();
        Assert.Equal(0, made.ExitCode);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        _secrets = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsArray();
        _running = await RunningHotline.StartAsync(Form.Split, _data, services: Services);
    }

    public async Task DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    [SkippableFact]
    public async Task An_order_goes_its_whole_way_by_pages_narrow_and_wide_and_by_keys_alone()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        using var citizen = await _running!.NewCitizenAsync();
        using var received = await citizen.SubmitAsync(AppClient.Json("""{"text":"滨河街道兴隆巷口的井盖丢失三天了，晚上行人很容易掉下去。","contact":{"phone":"13900000000"}}"""), "desk-1");
        var number = (await AppClient.ReadAsync(received))["number"]!.GetValue<string>();

        // The acceptor touches no mouse: he signs in, opens the queue by its key, the order, and accepts.
        await using (var acceptor = await Browser.StartAsync())
        {
            await acceptor.GoAsync(new Uri(_running.Address, "/desk"));
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
            await dispatcher.GoAsync(new Uri(_running.Address, "/desk/queues/accepted"));
            await LookAsync(dispatcher, "accepted");
            await dispatcher.ClickAsync("tbody a");
            await LookAsync(dispatcher, "order-accepted");
            await dispatcher.ClickAsync("form[aria-label=派单] button");
            await dispatcher.WaitAsync(".notice", text => text.Contains("已转派", StringComparison.Ordinal));
        }

        await using var station = await SignedInAsync("station-141102");
        await station.GoAsync(new Uri(_running.Address, "/desk/queues/own"));
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
            await unit.GoAsync(new Uri(_running.Address, $"/desk/orders/{number}"));
            await unit.ClickAsync("form[aria-label=签收] button");
            await unit.WaitAsync(".notice", text => text.Contains("已签收", StringComparison.Ordinal));
            await unit.ClickAsync("form[aria-label=开始办理] button");
            await unit.WaitAsync("form[aria-label=反馈]");
            await unit.TypeAsync("form[aria-label=反馈] [name=publicReply]", "井盖已于今日更换，感谢您的反映。");
            await LookAsync(unit, "order-handling");
            await unit.ClickAsync("form[aria-label=反馈] button");
            await unit.WaitAsync(".notice", text => text.Contains("已反馈", StringComparison.Ordinal));
        }

        await station.GoAsync(new Uri(_running.Address, $"/desk/orders/{number}"));
        await station.ClickAsync("form[action$='assignments/2/review'] button");
        await station.WaitAsync(".notice", text => text.Contains("审核通过", StringComparison.Ordinal));
        await station.ClickAsync("form[aria-label=反馈] button");
        await station.WaitAsync(".notice", text => text.Contains("已反馈", StringComparison.Ordinal));
        await using (var dispatcher = await SignedInAsync("dispatcher-01"))
        {
            await dispatcher.GoAsync(new Uri(_running.Address, "/desk/queues/to-review"));
            await dispatcher.ClickAsync("tbody a");
            await LookAsync(dispatcher, "order-to-review");
            await dispatcher.ClickAsync("form[action$='assignments/1/review'] button");
            await dispatcher.WaitAsync("dl", text => text.Contains("已办结", StringComparison.Ordinal));
        }
    }

    [SkippableFact]
    public async Task Danger_rings_on_a_page_that_is_open_and_an_administrators_page_is_usable_narrow()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        await using var acceptor = await SignedInAsync("acceptor-01");
        using var citizen = await _running!.NewCitizenAsync();
        using var received = await citizen.SubmitAsync(AppClient.Json("""{"text":"邻居家着火了，浓烟很大，楼上还有老人。","contact":{"phone":"13900000000"}}"""), "desk-2");
        var number = (await AppClient.ReadAsync(received))["number"]!.GetValue<string>();
        await acceptor.WaitAsync("#live a", text => text.Contains(number, StringComparison.Ordinal) && text.Contains("119", StringComparison.Ordinal));
        await LookAsync(acceptor, "danger");
        await acceptor.ClickAsync("#live a");
        await acceptor.WaitAsync("h1", text => text.Contains(number, StringComparison.Ordinal));
        await using var administrator = await SignedInAsync("admin-01");
        await administrator.GoAsync(new Uri(_running.Address, "/desk/accounts"));
        await administrator.WaitAsync("tbody td");
        await LookAsync(administrator, "accounts");
    }

    private async Task<Browser> SignedInAsync(string account)
    {
        var browser = await Browser.StartAsync();
        for (var tries = 0; ; tries++)
        {
            await browser.GoAsync(new Uri(_running!.Address, "/desk/sign-in"));
            await browser.TypeAsync("#sign-in-account", account);
            await browser.TypeAsync("#sign-in-password", PasswordOf(account));
            await browser.TypeAsync("#sign-in-code", CodeOf(account));
            await browser.ClickAsync("main button");
            if (await browser.WaitAsync("h1") == "首页" || tries == 3)
            {
                Assert.Equal("首页", await browser.TextAsync("h1"));
                return browser;
            }

            // This code opened a session already: the next one comes within thirty seconds.
            var step = Totp.StepOf(TimeProvider.System.GetUtcNow());
            await Task.Delay(DateTimeOffset.FromUnixTimeSeconds((step + 1) * 30) - TimeProvider.System.GetUtcNow(), TimeProvider.System);
        }
    }

    /// <summary>At 360 px nothing is wider than the window, at both widths everything has a name; keeps pictures where the environment says.</summary>
    private static async Task LookAsync(Browser browser, string name)
    {
        foreach (var width in new[] { 360, 1280 })
        {
            await browser.SetWidthAsync(width);
            var wide = (await browser.AskAsync("return document.documentElement.scrollWidth + '/' + [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('thead')).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join('|')"))!.GetValue<string>();
            Assert.True(int.Parse(wide.Split('/')[0], System.Globalization.CultureInfo.InvariantCulture) <= width, $"{name} scrolls sideways at {width} px: {wide}");
            var small = (await browser.AskAsync("return [...document.querySelectorAll('button, nav a, main input:not([type=hidden]):not([type=checkbox]), select, td a')].map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.height > 0 && r.height < 43.5).map(([e]) => e.outerHTML.slice(0, 120)).join('|')"))!.GetValue<string>();
            Assert.True(small.Length == 0, $"{name}: not 44 px high at {width} px: {small}");
            await NamedAsync(browser, $"{name} at {width} px");
            if (Environment.GetEnvironmentVariable("HOTLINE_PICTURES") is { Length: > 0 } folder)
            {
                var picture = await browser.CommandAsync("Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = true });
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}-{width}.png"), Convert.FromBase64String(picture!["data"]!.GetValue<string>()));
            }
        }
    }

    /// <summary>What a screen reader is told: landmarks, one heading of the first level, and a name for whatever can be reached.</summary>
    private static async Task NamedAsync(Browser browser, string where)
    {
        await browser.CommandAsync("Accessibility.enable", []);
        var nodes = (await browser.CommandAsync("Accessibility.getFullAXTree", []))!["nodes"]!.AsArray()
            .Where(node => node!["ignored"]?.GetValue<bool>() is not true)
            .Select(node => (Role: node!["role"]?["value"]?.ToString() ?? "", Name: node["name"]?["value"]?.ToString() ?? "", Node: node))
            .ToList();
        foreach (var landmark in new[] { "banner", "main", "contentinfo" })
        {
            Assert.True(nodes.Count(node => node.Role == landmark) == 1, $"{where}: {landmark}");
        }

        Assert.True(
            nodes.Count(node => node.Role == "heading" && node.Node["properties"]!.AsArray().Any(property => property!["name"]!.ToString() == "level" && property["value"]!["value"]!.ToString() == "1")) == 1,
            $"{where}: headings");
        var unnamed = nodes.Where(node => Named.Contains(node.Role) && string.IsNullOrWhiteSpace(node.Name)).ToList();
        Assert.True(unnamed.Count == 0, $"{where}: {unnamed.Count} without a name, the first {unnamed.FirstOrDefault().Node}");
    }

    /// <summary>Moves the focus by Tab until it is there.</summary>
    private static async Task TabToAsync(Browser browser, string target, bool byCss = false)
    {
        var css = byCss ? target : $"#{target}";
        for (var presses = 0; presses < 80; presses++)
        {
            if ((await browser.AskAsync($"return document.activeElement === document.querySelector(\"{css}\")"))!.GetValue<bool>())
            {
                var outline = (await browser.AskAsync("return getComputedStyle(document.activeElement).outlineStyle"))!.GetValue<string>();
                Assert.Equal("solid", outline); // where the focus is can be seen
                return;
            }

            await browser.PressAsync(Tab);
        }

        throw new InvalidOperationException($"Tab does not lead to {css}.");
    }

    private static IEnumerable<string> Keys(string text) => text.Select(static sign => sign.ToString());

    private string PasswordOf(string account) => Secret(account, "password");

    private string CodeOf(string account) => Totp.CodeOf(Base32.Decode(Secret(account, "secret"))!, Totp.StepOf(TimeProvider.System.GetUtcNow()));

    private string Secret(string account, string name) => _secrets.Single(each => each!["account"]!.ToString() == account)![name]!.ToString();
}
