using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Callback;
using Hotline.ContractTests.Channels;
using Hotline.ContractTests.EventLog;
using Hotline.ContractTests.Gateway;
using Hotline.Dispatch;
using Hotline.Gateway.Partners;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Partners;
using Hotline.Knowledge;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.PartnerGateway;

/// <summary>The services a case file is made of, the citizens' gateway for the office, and the partner gateway: each as its program starts it, on one store, over Kestrel.</summary>
public sealed class PartnerGatewayHost : IAsyncLifetime
{
    public const string Person = "张三丰";
    public const string Phone = "13900001234";
    public const string Words = "家里暖气不热，孩子都感冒了，供热什么时候开始？";
    private const string EdgeKey = "edge-key-of-this-test";
    private const string MediaSecret = "0123456789abcdef-media";
    private const string RadioSecret = "0123456789abcdef-radio";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-partner-gateway-").FullName;
    private readonly List<WebApplication> _running = [];
    private WebApplication _services = null!;
    private HttpClient _office = null!;
    private int _ids;

    /// <summary>The gateway's partners: media hands in and may see contacts, radio is another source, the police stand for a unit, watcher may nothing, closed has no key.</summary>
    private static IEnumerable<string> Partners =>
    [
        .. Partner(0, "media", "合作媒体", null, "submit", "case-file", "contacts"),
        .. Partner(1, "radio", "今日商丘", null, "submit", "case-file"),
        .. Partner(2, "police", null, "city-police", "case-file", "contacts"),
        .. Partner(3, "watcher", "未提交", null, "submit"),
        .. Partner(4, "closed", "未开通", null, "submit", "case-file", "contacts"), "--Hotline:PartnerGateway:Partners:4:Key=",
        .. Partner(5, "small", "小站", null, "case-file"), "--Hotline:PartnerGateway:Partners:5:PerMinute=2",
        .. Partner(6, "daily", "日报", null, "case-file"), "--Hotline:PartnerGateway:Partners:6:PerDay=3",
    ];

    internal LogCapture Logs { get; } = new();

    public StaffClient Staff { get; private set; } = null!;

    /// <summary>The partner gateway.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Its routes: method and pattern.</summary>
    public IEnumerable<string> Routes => ((IEndpointRouteBuilder)_running[^1]).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .SelectMany(route => route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => $"{method} /{route.RoutePattern.RawText!.Trim('/')}"));

    internal AppealIntake Intake => _services.Services.GetRequiredKeyedService<AppealIntake>(PartnersChannel.Name);

    internal EdgeToken Edge => _services.Services.GetRequiredService<EdgeToken>();

    public Uri ServicesAddress => new(_services.Urls.Single());

    private string[] Places => [.. ServiceTable.All.Select(service => $"--Hotline:Gateway:{service.Name}={_services.Urls.Single()}")];

    private string[] Arguments => [$"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", $"--Hotline:EdgeKey={EdgeKey}", "--Hotline:Dispatch:SamplePercent=0"];

    public static string KeyOf(string partner) => $"{partner}-key-of-this-test-0123456789abcdef";

    public async Task InitializeAsync()
    {
        _services = await StartAsync(
            new HotlineHost([
                .. Arguments, "--Hotline:Edge=Gateway",
                "--Hotline:Partners:Partners:0:Name=media", "--Hotline:Partners:Partners:0:Source=合作媒体", $"--Hotline:Partners:Partners:0:Key={MediaSecret}",
                "--Hotline:Partners:Partners:1:Name=radio", "--Hotline:Partners:Partners:1:Source=今日商丘", $"--Hotline:Partners:Partners:1:Key={RadioSecret}",
            ]).Add<PartnersChannel>().Add<DispatchService>().Add<KnowledgeService>().Add<CallbackService>());
        var citizens = await GatewayHost.StartAsync([.. Arguments, .. Places]);
        _running.Add(citizens);
        _office = new HttpClient { BaseAddress = new Uri(citizens.Urls.Single()) };
        Staff = new StaffClient(_office, await new HotlineHost(Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromDays(1)));
        Http = await NewGatewayAsync();
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        _office.Dispose();
        foreach (var application in Enumerable.Reverse(_running))
        {
            await application.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A partner gateway, with services elsewhere where a test says so.</summary>
    public async Task<HttpClient> NewGatewayAsync(params string[] options)
    {
        var gateway = await StartAsync(new HotlineHost([.. Arguments, .. Places, .. Partners, .. options])
            .AddGateway(Hotline.Gateway.Partners.PartnerGateway.Add, Hotline.Gateway.Partners.PartnerGateway.Map));
        return new HttpClient { BaseAddress = new Uri(gateway.Urls.Single()) };
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, string? partner, string? json = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (partner is not null)
        {
            request.Headers.Add(PartnerDoor.KeyHeader, KeyOf(partner));
        }

        request.Content = json is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        return request;
    }

    public async Task<(int Status, JsonNode Body, HttpResponseHeaders Headers)> AskAsync(HttpMethod method, string path, string? partner, string? json = null, HttpClient? gateway = null)
    {
        using var request = Request(method, path, partner, json);
        using var answer = await (gateway ?? Http).SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("{", text, StringComparison.Ordinal);
        return ((int)answer.StatusCode, JsonNode.Parse(text)!, answer.Headers);
    }

    public Task<(int Status, JsonNode Body, HttpResponseHeaders Headers)> FileAsync(string number, string? partner, HttpClient? gateway = null) =>
        AskAsync(HttpMethod.Get, $"/partners/cases/{number}", partner, gateway: gateway);

    /// <summary>Hands an appeal in by the partner gateway, with the channel's own signature, and waits for its order.</summary>
    public async Task<(string Number, string Code, string SourceId)> HandInAsync(string partner = "media", bool confidential = false)
    {
        var id = $"{partner}-{Interlocked.Increment(ref _ids)}";
        var json = new JsonObject
        {
            ["id"] = id,
            ["text"] = Words,
            ["confidential"] = confidential,
            ["contact"] = new JsonObject { ["name"] = Person, ["phone"] = Phone },
        };
        var signer = new SignedClient(Http, partner, partner == "media" ? MediaSecret : RadioSecret, TimeProvider.System);
        using var request = signer.Sign(HttpMethod.Post, "/intake/partners/submissions", json.ToJsonString(), nonce: Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)));
        request.Headers.Add(PartnerDoor.KeyHeader, KeyOf(partner));
        using var answer = await Http.SendAsync(request);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.True((int)answer.StatusCode == 201, body.ToJsonString());
        var number = body["number"]!.GetValue<string>();
        await Staff.WorkOrderAsync("acceptor-01", number, TimeProvider.System, CancellationToken.None);
        return (number, body["code"]!.GetValue<string>(), id);
    }

    /// <summary>An article everybody may read, which appeals of this test find.</summary>
    public async Task<string> PublishAsync()
    {
        var words = new JsonObject
        {
            ["title"] = "供热时间",
            ["publicText"] = "每年十一月一日开始供热，暖气不热可以报修。",
            ["internalText"] = "值班席内部口径",
            ["unit"] = "city-heat",
            ["basis"] = "供热管理办法",
            ["tags"] = new JsonArray("供热", "暖气"),
        };
        var code = (await Staff.PostAsync("agent-01", "/knowledge/articles", words))["code"]!.GetValue<string>();
        await Staff.PostAsync("agent-01", $"/knowledge/articles/{code}/submit", []);
        await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/publish", []);
        return code;
    }

    public Task<JsonNode> StepAsync(string account, string number, string step, string body = "{}") =>
        Staff.PostAsync(account, $"/work-orders/{number}/{step}", JsonNode.Parse(body)!.AsObject());

    /// <summary>Accepts an order and gives it to a unit.</summary>
    public async Task DispatchAsync(string number, string unit)
    {
        await StepAsync("acceptor-01", number, "accept", """{"nature":"help","category":"other","urgency":"normal"}""");
        await StepAsync("dispatcher-01", number, "dispatch", $$"""{"unit":"{{unit}}","role":"lead"}""");
    }

    /// <summary>The citizen opens the link he was sent and says it was solved.</summary>
    public async Task AnswerCallbackAsync(string number, string code)
    {
        string? link = null;
        await Eventually.BecomesAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/intake/partners/appeals/{number}");
            request.Headers.Add("Hotline-Code", code);
            using var answer = await _office.SendAsync(request);
            return answer.IsSuccessStatusCode && (link = CallbackPage.LinkIn(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!)) is not null;
        });
        using var page = await new CallbackPage(_office).SendAsync(link!, number, [new("contacted", "yes"), new("solved", "yes"), new("satisfied", "satisfied"), new("words", "我叫张三丰，谢谢")]);
        page.EnsureSuccessStatusCode();
    }

    private static string[] Partner(int at, string name, string? source, string? unit, params string[] rights)
    {
        var key = $"--Hotline:PartnerGateway:Partners:{at}:";
        return
        [
            $"{key}Name={name}", $"{key}Key={KeyOf(name)}", $"{key}PerMinute=10000", .. source is null ? [] : new[] { $"{key}Source={source}" }, .. unit is null ? [] : new[] { $"{key}Unit={unit}" },
            .. rights.Select((right, index) => $"{key}Rights:{index}={right}"),
        ];
    }

    private async Task<WebApplication> StartAsync(HotlineHost host)
    {
        var application = host.Build();
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        await application.StartAsync();
        _running.Add(application);
        return application;
    }
}
