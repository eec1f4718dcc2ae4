using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Callback;
using Hotline.ContractTests.Channels;
using Hotline.Desk;
using Hotline.Desk.Accounts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake.App;
using Hotline.Intake.Phone;
using Hotline.Knowledge;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Desk;

/// <summary>App, phone, dispatch, knowledge, callback and desk over Kestrel on the real store, the desk asking the others as it does in one process.</summary>
internal sealed class DeskHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    private const string CallSecret = "practice-secret-of-the-telephone-system";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-desk-").FullName;
    private readonly LogCapture _logs = new();
    private readonly Dictionary<string, byte[]> _secrets = [];
    private readonly List<DeskBrowser> _browsers = [];
    private WebApplication _application = null!;
    private int _submitted;

    public ShiftedTime Time { get; } = new();

    /// <summary>The data of it all.</summary>
    public string Folder => _folder;

    public Uri Address => new(_application.Urls.Single());

    public IReadOnlyCollection<string> LogLines => _logs.Lines;

    public IReadOnlyDictionary<string, string> Tokens { get; private set; } = new Dictionary<string, string>();

    public HttpClient Http { get; private set; } = null!;

    private string[] Arguments { get; init; } = [];

    public static async Task<DeskHost> StartAsync(params string[] options)
    {
        var host = new DeskHost { Arguments = options };
        string[] arguments = [$"--Hotline:Data={host._folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", $"--Hotline:Phone:EventSecret={CallSecret}", "--Hotline:Callback:LinkHours=0", "--Hotline:Dispatch:SamplePercent=100", .. options];
        host._application = new HotlineHost(arguments, host.Time).Add<AppChannel>().Add<PhoneChannel>().Add<DispatchService>().Add<KnowledgeService>().Add<CallbackService>().Add<DeskService>().Build();
        host._application.Services.GetRequiredService<ILoggerFactory>().AddProvider(host._logs);
        await host._application.StartAsync();
        host.Http = new HttpClient { BaseAddress = host.Address };
        host.Tokens = await new HotlineHost(arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromDays(30));
        return host;
    }

    public DeskBrowser NewBrowser()
    {
        var browser = new DeskBrowser(Address);
        _browsers.Add(browser);
        return browser;
    }

    public string NewEnrolmentCode(string account) => _application.Services.GetRequiredService<EnrolmentCodes>().Issue(account);

    /// <summary>A code nobody used yet: each step of thirty seconds has one.</summary>
    public string NextCode(string account)
    {
        Time.Ahead += TimeSpan.FromSeconds(30);
        return Totp.CodeOf(_secrets[account], Totp.StepOf(Time.GetUtcNow()));
    }

    /// <summary>The code of the moment, perhaps used.</summary>
    public string CodeOf(string account) => Totp.CodeOf(_secrets[account], Totp.StepOf(Time.GetUtcNow()));

    /// <summary>A browser in which somebody of the staff is signed in.</summary>
    public async Task<DeskBrowser> SignedInAsync(string account)
    {
        var browser = NewBrowser();
        if (!_secrets.ContainsKey(account))
        {
            _secrets[account] = await browser.EnrolAsync(account, NewEnrolmentCode(account), Password, Time);
        }
        else
        {
            await browser.SignInAsync(account, Password, NextCode(account));
        }

        Xunit.Assert.Equal(System.Net.HttpStatusCode.OK, browser.Status);
        return browser;
    }

    /// <summary>An appeal of a citizen, as soon as it is a work order.</summary>
    public async Task<string> SubmitAsync(string text, string place = "离石区滨河街道")
    {
        var citizen = new AppClient(new HttpClient { BaseAddress = Address }, new PracticeDevice(Time));
        await citizen.RegisterAsync();
        using var answer = await citizen.SubmitAsync(AppClient.Json($$"""{"text":"{{text}}","contact":{"phone":"13900000000"},"place":{"text":"{{place}}"} }"""), $"desk-{Interlocked.Increment(ref _submitted)}");
        answer.EnsureSuccessStatusCode();
        var number = (await AppClient.ReadAsync(answer))["number"]!.GetValue<string>();
        await new StaffClient(Http, Tokens).WorkOrderAsync("acceptor-01", number, TimeProvider.System, CancellationToken.None);
        citizen.Dispose();
        return number;
    }

    /// <summary>Staff by their API, to bring an order to where a page begins.</summary>
    public StaffClient Staff => new(Http, Tokens);

    /// <summary>The telephone system tells of a call.</summary>
    public async Task TellOfCallAsync(string callId, string state, string? agent = null, string? caller = null)
    {
        var told = new JsonObject { ["callId"] = callId, ["state"] = state, ["agent"] = agent, ["caller"] = caller };
        using var answer = await new TelephoneSystem(Http, CallSecret, Time).TellAsync(told);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _browsers.ForEach(browser => browser.Dispose());
        Http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
