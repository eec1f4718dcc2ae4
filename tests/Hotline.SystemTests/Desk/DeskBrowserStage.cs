using System.Diagnostics;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Desk.Accounts;
using Hotline.SystemTests.Supervision;
using Xunit;

namespace Hotline.SystemTests.Desk;

/// <summary>Headless Chromium before the pages for staff, through the gateway, each service its own process, and the looks every page is given.</summary>
/// <param name="services">Those that run.</param>
/// <param name="accounts">Those that are enrolled.</param>
public abstract class DeskBrowserStage(string[] services, string[] accounts, params string[] options) : IAsyncLifetime
{
    protected const string Tab = "\uE004";
    protected const string Enter = "\uE007";
    private static readonly string[] Named = ["button", "link", "textbox", "combobox", "checkbox", "searchbox", "table", "navigation"];
    private readonly string _data = Directory.CreateTempSubdirectory("hotline-desk-").FullName;
    private RunningHotline? _running;
    private JsonArray _secrets = [];

    protected RunningHotline Running => _running!;

    public async Task InitializeAsync()
    {
        if (!Browser.IsInstalled)
        {
            return;
        }

        var file = Path.Combine(_data, "practice-accounts.json");
        string[] command = [Path.Combine(AppContext.BaseDirectory, "Hotline.Desk.dll"), "practice-accounts", file, .. accounts, $"--Hotline:Data={_data}"];
        using var made = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true })!;
        Assert.Equal(accounts.Length, (await made.StandardOutput.ReadToEndAsync()).Split("enrolled").Length - 1);
        await made.WaitForExitAsync();
        Assert.Equal(0, made.ExitCode);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        _secrets = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsArray();
        _running = await RunningHotline.StartAsync(Form.Split, _data, options: options, services: services);
    }

    public async Task DisposeAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    private protected async Task<Browser> SignedInAsync(string account)
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
    private protected static async Task LookAsync(Browser browser, string name, bool isStaff = true)
    {
        foreach (var width in new[] { 360, 1280 })
        {
            await browser.SetWidthAsync(width);
            var wide = (await browser.AskAsync("return document.documentElement.scrollWidth + '/' + [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('thead')).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join('|')"))!.GetValue<string>();
            Assert.True(int.Parse(wide.Split('/')[0], System.Globalization.CultureInfo.InvariantCulture) <= width, $"{name} scrolls sideways at {width} px: {wide}");
            var small = (await browser.AskAsync("return [...document.querySelectorAll('button, nav a, main input:not([type=hidden]):not([type=checkbox]), select, td a')].map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.height > 0 && r.height < 43.5).map(([e]) => e.outerHTML.slice(0, 120)).join('|')"))!.GetValue<string>();
            Assert.True(small.Length == 0, $"{name}: not 44 px high at {width} px: {small}");
            await NamedAsync(browser, $"{name} at {width} px", isStaff ? ["banner", "main", "contentinfo"] : ["banner", "main"]);
            if (Environment.GetEnvironmentVariable("HOTLINE_PICTURES") is { Length: > 0 } folder)
            {
                var picture = await browser.CommandAsync("Page.captureScreenshot", new JsonObject { ["captureBeyondViewport"] = true });
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}-{width}.png"), Convert.FromBase64String(picture!["data"]!.GetValue<string>()));
            }
        }
    }

    /// <summary>What a screen reader is told: landmarks, one heading of the first level, and a name for whatever can be reached.</summary>
    private static async Task NamedAsync(Browser browser, string where, string[] landmarks)
    {
        await browser.CommandAsync("Accessibility.enable", []);
        var nodes = (await browser.CommandAsync("Accessibility.getFullAXTree", []))!["nodes"]!.AsArray()
            .Where(node => node!["ignored"]?.GetValue<bool>() is not true)
            .Select(node => (Role: node!["role"]?["value"]?.ToString() ?? "", Name: node["name"]?["value"]?.ToString() ?? "", Node: node))
            .ToList();
        foreach (var landmark in landmarks)
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
    private protected static async Task TabToAsync(Browser browser, string target, bool byCss = false)
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

    private protected static IEnumerable<string> Keys(string text) => text.Select(static sign => sign.ToString());

    private protected string PasswordOf(string account) => Secret(account, "password");

    private protected string CodeOf(string account) => Totp.CodeOf(Base32.Decode(Secret(account, "secret"))!, Totp.StepOf(TimeProvider.System.GetUtcNow()));

    private string Secret(string account, string name) => _secrets.Single(each => each!["account"]!.ToString() == account)![name]!.ToString();
}
