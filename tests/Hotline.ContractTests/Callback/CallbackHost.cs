using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Callback;
using Hotline.ContractTests.Channels;
using Hotline.ContractTests.EventLog;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake.App;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Hotline.ContractTests.Callbacks;

/// <summary>App, dispatch and callback over Kestrel on the real store; can be started anew on the same data.</summary>
public abstract class CallbackHost : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-callback-").FullName;
    private readonly PracticeDevice _device;
    private WebApplication _application = null!;
    private int _keys;

    protected CallbackHost() => _device = new PracticeDevice(Time);

    protected ShiftedTime Time { get; } = new();

    protected IServiceProvider Services => _application.Services;

    /// <summary>What a test sets beside.</summary>
    protected virtual IEnumerable<string> Options => [];

    protected StaffClient Staff { get; private set; } = null!;

    protected AppClient Citizen { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    protected CallbackPage Page => new(Http);

    public virtual Task InitializeAsync() => StartAsync();

    private async Task StartAsync()
    {
        string[] arguments =
        [
            $"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", "--Hotline:Dispatch:SamplePercent=0", "--Hotline:Callback:WatchSeconds=1", .. Options,
        ];
        _application = new HotlineHost(arguments, Time).Add<AppChannel>().Add<DispatchService>().Add<CallbackService>().Build();
        await _application.StartAsync();
        Http = NewHttp();
        Staff = new StaffClient(Http, await new HotlineHost(arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromDays(60)));
        Citizen = new AppClient(NewHttp(), _device);
        await Citizen.RegisterAsync();
    }

    public virtual async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>An appeal handled by the city's housing bureau, reviewed, with its link sent.</summary>
    /// <param name="reply">Besides the public reply: what the unit claims.</param>
    protected async Task<(Given Receipt, string Link)> HandledAsync(JsonObject? reply = null, bool phone = true, string number = "13900000000")
    {
        var appeal = new JsonObject { ["text"] = "小区门口的路面坑洼，请修路。" };
        if (phone)
        {
            appeal["contact"] = new JsonObject { ["phone"] = number };
        }

        using var answer = await Citizen.SubmitAsync(AppClient.Json(appeal.ToJsonString()), $"k-{_keys++}");
        var receipt = await AppHost.ReadAsync(answer, System.Net.HttpStatusCode.Created);
        await Staff.WorkOrderAsync("acceptor-01", receipt.Number, TimeProvider.System, CancellationToken.None);
        await PostAsync("acceptor-01", receipt, "accept", """{"nature":"help","category":"road-repair","urgency":"normal"}""");
        await PostAsync("dispatcher-01", receipt, "dispatch", """{"unit":"city-housing","role":"lead"}""");
        await HandleAsync(receipt, 1, reply);
        return (receipt, await LinkAsync(receipt, 1));
    }

    protected async Task HandleAsync(Given receipt, int assignment, JsonObject? reply = null)
    {
        reply ??= [];
        reply["publicReply"] = "路面已修好。";
        await PostAsync("city-housing", receipt, $"assignments/{assignment}/sign", "{}");
        await PostAsync("city-housing", receipt, $"assignments/{assignment}/start", "{}");
        await PostAsync("city-housing", receipt, $"assignments/{assignment}/reply", reply.ToJsonString());
        await PostAsync("dispatcher-01", receipt, $"assignments/{assignment}/review", "{}");
    }

    /// <summary>Waits for the link of a round among what the citizen was told.</summary>
    protected async Task<string> LinkAsync(Given receipt, int round)
    {
        string? link = null;
        await Eventually.BecomesAsync(async () =>
        {
            var track = await TrackAsync(receipt);
            link = CallbackPage.LinkIn(track);
            return track["replies"]!.AsArray().Count(reply => reply!["kind"]!.GetValue<string>() == "callback") == round;
        });
        return link!;
    }

    protected Task<JsonNode> PostAsync(string account, Given receipt, string step, string body) =>
        Staff.PostAsync(account, $"/work-orders/{receipt.Number}/{step}", JsonNode.Parse(body)!.AsObject());

    protected Task<JsonNode> OrderAsync(Given receipt) => Staff.CallAsync("auditor-01", HttpMethod.Get, $"/work-orders/{receipt.Number}");

    protected Task<JsonNode> TaskAsync(Given receipt) => Staff.CallAsync("auditor-01", HttpMethod.Get, $"/callbacks/{receipt.Number}");

    protected Task BecomesAsync(Given receipt, string state) => Eventually.BecomesAsync(async () => (await OrderAsync(receipt))["state"]!.GetValue<string>() == state);

    protected async Task<JsonNode> TrackAsync(Given receipt)
    {
        using var answer = await Citizen.TrackAsync(receipt.Number, receipt.Code);
        return await AppClient.ReadAsync(answer);
    }

    /// <summary>Sends the form; fields as <c>solved=no</c>.</summary>
    protected async Task<(System.Net.HttpStatusCode Status, string Body)> AnswerAsync(string link, Given receipt, params string[] fields)
    {
        using var answer = await Page.SendAsync(link, receipt.Number, fields.Select(field => KeyValuePair.Create(field.Split('=')[0], field.Split('=')[1])));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private HttpClient NewHttp() => new() { BaseAddress = new Uri(_application.Urls.Single()) };

    private async Task StopAsync()
    {
        Http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
