using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests.Channels;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake.App;
using Hotline.Knowledge;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Hotline.ContractTests.Knowledge;

/// <summary>App, dispatch and knowledge over Kestrel on the real store; can be started anew on the same data.</summary>
public abstract class KnowledgeHost : IAsyncLifetime
{
    protected const string PartnerKey = "practice-key-of-a-sister-hotline-0001";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-knowledge-").FullName;
    private WebApplication _application = null!;

    /// <summary>Besides those of every test.</summary>
    protected virtual IEnumerable<string> Options => [];

    protected string Folder => _folder;

    protected IServiceProvider Services => _application.Services;

    protected ShiftedTime Time { get; } = new();

    protected StaffClient Staff { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        string[] arguments =
        [
            $"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0",
            $"--Hotline:Knowledge:Partners:sister={PartnerKey}", "--Hotline:Knowledge:PartnerPerMinute=3", "--Hotline:Dispatch:SamplePercent=0",
            .. Options,
        ];
        _application = new HotlineHost(arguments, Time).Add<AppChannel>().Add<DispatchService>().Add<KnowledgeService>().Build();
        await _application.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
        Staff = new StaffClient(Http, await new HotlineHost(arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromDays(30)));
        await EventLog.Eventually.BecomesAsync(async () =>
        {
            using var answer = await Http.GetAsync(new Uri("/knowledge/search?q=x", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        });
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected async Task RestartAsync()
    {
        await StopAsync();
        await InitializeAsync();
    }

    protected static JsonObject Words(string title, string text, string unit = "city-heat") => new()
    {
        ["title"] = title,
        ["publicText"] = text,
        ["internalText"] = "值班席内部口径：转三号专席",
        ["unit"] = unit,
        ["basis"] = "吕梁市供热管理办法第十二条",
        ["tags"] = new JsonArray("供热"),
        ["synonyms"] = new JsonArray("暖气费"),
    };

    /// <summary>Writes an article in the unit's name and has an acceptor publish it.</summary>
    protected async Task<string> PublishAsync(JsonObject words, string writer = "agent-01")
    {
        var code = (await Staff.PostAsync(writer, "/knowledge/articles", words))["code"]!.GetValue<string>();
        await Staff.PostAsync(writer, $"/knowledge/articles/{code}/submit", []);
        await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/publish", []);
        return code;
    }

    /// <summary>Publishes a new version of an article.</summary>
    protected async Task RepublishAsync(string code, JsonObject words)
    {
        await Staff.PostAsync("agent-01", $"/knowledge/articles/{code}/versions", words);
        await Staff.PostAsync("agent-01", $"/knowledge/articles/{code}/submit", []);
        await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/publish", []);
    }

    /// <summary>A citizen on a device of his own, whose appeal is received; with its order.</summary>
    protected async Task<(AppClient Citizen, Given Receipt)> SubmitAsync(JsonObject appeal)
    {
        var device = new AppClient(new HttpClient { BaseAddress = Http.BaseAddress }, new PracticeDevice(Time));
        await device.RegisterAsync();
        using var answer = await device.SubmitAsync(AppClient.Json(appeal.ToJsonString()), "one");
        var receipt = await AppHost.ReadAsync(answer, System.Net.HttpStatusCode.Created);
        await Staff.WorkOrderAsync("acceptor-01", receipt.Number, TimeProvider.System, CancellationToken.None);
        return (device, receipt);
    }

    /// <summary>The replies the citizen reads.</summary>
    protected static async Task<IReadOnlyList<JsonNode>> RepliesAsync(AppClient citizen, Given receipt)
    {
        using var track = await citizen.TrackAsync(receipt.Number, receipt.Code);
        return [.. (await AppClient.ReadAsync(track))["replies"]!.AsArray().Select(reply => reply!)];
    }

    protected async Task AcceptAsync(string number) => await Staff.PostAsync(
        "acceptor-01", $"/work-orders/{number}/accept", new JsonObject { ["nature"] = "consultation", ["category"] = "other", ["urgency"] = "normal" });

    /// <summary>Answers from an article, as soon as dispatch knows the version.</summary>
    protected async Task AnswerAsync(string number, string code, int version) => await EventLog.Eventually.BecomesAsync(async () =>
    {
        using var answer = await CiteAsync(number, code, version);
        return answer.IsSuccessStatusCode;
    });

    protected Task<HttpResponseMessage> CiteAsync(string number, string code, int version) => Staff.SendAsync(
        "agent-01",
        HttpMethod.Post,
        $"/work-orders/{number}/answer",
        new JsonObject { ["text"] = "每年十月。", ["basis"] = "办法", ["article"] = code, ["articleVersion"] = version });

    protected async Task<JsonArray> ToldAsync(string code, string query) =>
        (await Staff.CallAsync("agent-01", HttpMethod.Get, $"/knowledge/articles/{code}/told{query}"))["items"]!.AsArray();

    /// <summary>What everybody may read; never anything internal.</summary>
    protected async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("内部口径", body, StringComparison.Ordinal);
        return JsonNode.Parse(body)!;
    }

    protected async Task<IReadOnlyList<string>> FoundAsync(string question) =>
        [.. (await GetAsync($"/knowledge/search?q={Uri.EscapeDataString(question)}"))["items"]!.AsArray().Select(item => item!["code"]!.GetValue<string>())];

    protected async Task<HttpResponseMessage> SendFileAsync(string account, string path, string content, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(content, Encoding.UTF8, type) };
        request.Headers.Authorization = new("Bearer", Staff.TokenOf(account));
        return await Http.SendAsync(request);
    }

    private async Task StopAsync()
    {
        Http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
