using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.ContractTests;

namespace Hotline.SystemTests.Supervision;

/// <summary>Headless Chromium through its driver (W3C WebDriver); Selenium.WebDriver would replace it.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _driver;
    private readonly HttpClient _http;
    private readonly string _profile = Directory.CreateTempSubdirectory("hotline-browser-").FullName;
    private string _session = "";

    private Browser(Process driver, int port)
    {
        _driver = driver;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
    }

    public static bool IsInstalled => new[] { "chromium", "chromedriver" }.All(program =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))));

    /// <param name="withScript">False: as a browser that runs none.</param>
    public static async Task<Browser> StartAsync(bool withScript = true)
    {
        var port = FreePorts.Next();
        var browser = new Browser(Process.Start(new ProcessStartInfo("chromedriver", [$"--port={port}", "--log-level=OFF"]) { RedirectStandardOutput = true, RedirectStandardError = true })!, port);
        try
        {
            await browser.ReadyAsync();
            await browser.OpenSessionAsync(withScript);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public Task GoAsync(Uri address) => CallAsync(HttpMethod.Post, $"{_session}/url", new JsonObject { ["url"] = address.ToString() });

    public async Task ClickAsync(string css) => await CallAsync(HttpMethod.Post, $"{_session}/element/{await FindAsync(css)}/click", []);

    /// <summary>Types into a field, or names the file of a file field.</summary>
    public async Task TypeAsync(string css, string text) => await CallAsync(HttpMethod.Post, $"{_session}/element/{await FindAsync(css)}/value", new JsonObject { ["text"] = text });

    /// <summary>Empties a field.</summary>
    public async Task ClearAsync(string css) => await CallAsync(HttpMethod.Post, $"{_session}/element/{await FindAsync(css)}/clear", []);

    /// <summary>Whether the page has such an element.</summary>
    public async Task<bool> HasAsync(string css) =>
        (await CallAsync(HttpMethod.Post, $"{_session}/elements", new JsonObject { ["using"] = "css selector", ["value"] = css }))!.AsArray().Count > 0;

    /// <summary>Clicks a link that saves a file and waits until it is saved.</summary>
    /// <returns>Its path; gone with the browser.</returns>
    public async Task<string> DownloadAsync(string css, string name)
    {
        await ClickAsync(css);
        var file = Path.Combine(_profile, "saved", name); // under another name while it is written
        for (var started = Stopwatch.StartNew(); !File.Exists(file);)
        {
            Xunit.Assert.True(started.Elapsed < Patience, $"{name} was not saved.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return file;
    }

    public async Task<string> TextAsync(string css) => (string)(await CallAsync(HttpMethod.Get, $"{_session}/element/{await FindAsync(css)}/text"))!;

    public async Task<bool> IsShownAsync(string css) => (bool)(await CallAsync(HttpMethod.Get, $"{_session}/element/{await FindAsync(css)}/displayed"))!;

    /// <summary>Waits until an element is shown and its text is as wanted.</summary>
    public async Task<string> WaitAsync(string css, Func<string, bool>? wanted = null)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            var text = "";
            try
            {
                text = await TextAsync(css);
                if (text.Length > 0 && (wanted is null || wanted(text)))
                {
                    return text;
                }
            }
            catch (InvalidOperationException)
            {
                // not there yet, or drawn anew just now
            }

            if (started.Elapsed > Patience)
            {
                throw new InvalidOperationException($"{css} does not become as wanted. It is '{text}', the page: {(string?)await CallAsync(HttpMethod.Get, $"{_session}/source")}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Presses keys one after the other, where the focus is: nothing is clicked.</summary>
    public Task PressAsync(params IEnumerable<string> keys) => CallAsync(HttpMethod.Post, $"{_session}/actions", new JsonObject
    {
        ["actions"] = new JsonArray(new JsonObject
        {
            ["type"] = "key",
            ["id"] = "keyboard",
            ["actions"] = new JsonArray([.. keys.SelectMany(static key => new[] { "keyDown", "keyUp" }.Select(type => new JsonObject { ["type"] = type, ["value"] = key }))]),
        }),
    });

    /// <summary>What a script says of the page.</summary>
    public Task<JsonNode?> AskAsync(string script) => CallAsync(HttpMethod.Post, $"{_session}/execute/sync", new JsonObject { ["script"] = script, ["args"] = new JsonArray() });

    /// <summary>A command of the DevTools protocol.</summary>
    public Task<JsonNode?> CommandAsync(string name, JsonObject parameters) =>
        CallAsync(HttpMethod.Post, $"{_session}/goog/cdp/execute", new JsonObject { ["cmd"] = name, ["params"] = parameters });

    /// <summary>The width of the window as pages see it; narrower than a desktop's windows can be.</summary>
    public Task SetWidthAsync(int width) =>
        CommandAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = 800, ["deviceScaleFactor"] = 1, ["mobile"] = false });

    public async ValueTask DisposeAsync()
    {
        if (_session.Length > 0)
        {
            using var closing = await _http.DeleteAsync(new Uri(_session, UriKind.Relative));
        }

        _http.Dispose();
        _driver.Kill(entireProcessTree: true);
        await _driver.WaitForExitAsync();
        _driver.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task ReadyAsync()
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await _http.GetAsync(new Uri("/status", UriKind.Relative));
                return;
            }
            catch (HttpRequestException) when (started.Elapsed < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private async Task OpenSessionAsync(bool withScript)
    {
        var options = new JsonObject
        {
            // Root may not use Chromium's own sandbox.
            ["args"] = new JsonArray("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={_profile}"),
            ["prefs"] = new JsonObject { ["profile.managed_default_content_settings.javascript"] = withScript ? 1 : 2, ["download.default_directory"] = Path.Combine(_profile, "saved") },
        };
        var capabilities = new JsonObject { ["browserName"] = "chrome", ["goog:chromeOptions"] = options };
        var session = await CallAsync(HttpMethod.Post, "/session", new JsonObject { ["capabilities"] = new JsonObject { ["alwaysMatch"] = capabilities } });
        _session = $"/session/{(string)session!["sessionId"]!}";
    }

    private async Task<string> FindAsync(string css) =>
        (string)(await CallAsync(HttpMethod.Post, $"{_session}/element", new JsonObject { ["using"] = "css selector", ["value"] = css }))!.AsObject().Single().Value!;

    /// <exception cref="InvalidOperationException">The driver says no.</exception>
    private async Task<JsonNode?> CallAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var answer = await _http.SendAsync(request);
        var value = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["value"];
        return answer.IsSuccessStatusCode ? value?.DeepClone() : throw new InvalidOperationException($"{method} {path}: {value?["message"]}");
    }
}
