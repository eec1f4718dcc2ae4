using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.App;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>The app channel as it runs: Kestrel on a free port, the embedded store in a folder of its own.</summary>
public sealed class AppHost : IAsyncLifetime
{
    private readonly LogCapture _logs = new();
    private WebApplication? _application;
    private IReadOnlyDictionary<string, string> _tokens = new Dictionary<string, string>();
    private int _keys;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotline-app-").FullName;

    public IReadOnlyCollection<string> LogLines => _logs.Lines;

    public StaffClient Staff { get; private set; } = null!;

    internal AppealIntake Intake => _application!.Services.GetRequiredKeyedService<AppealIntake>(AppChannel.Name);

    internal IServiceProvider Services => _application!.Services;

    internal IDocumentStores Stores => Services.GetRequiredService<IDocumentStores>();

    private string[] Arguments => [$"--Hotline:Data={Folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", "--Hotline:App:Uploads=2"];

    public async Task InitializeAsync()
    {
        await StartAsync();
        _tokens = await new HotlineHost(Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromHours(1));
        Staff = new StaffClient(NewClient(), _tokens);
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public async Task StopAsync()
    {
        await _application!.StopAsync();
        await _application.DisposeAsync();
    }

    public async Task StartAsync()
    {
        _application = new HotlineHost(Arguments).Add<AppChannel>().Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
        await _application.StartAsync();
        Staff = new StaffClient(NewClient(), _tokens); // the port is another one
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 }) { BaseAddress = new Uri(_application!.Urls.Single()) };

    /// <summary>A phone that has registered.</summary>
    public async Task<AppClient> DeviceAsync()
    {
        var device = new AppClient(NewClient(), new PracticeDevice(TimeProvider.System));
        await device.RegisterAsync();
        return device;
    }

    /// <summary>A key nobody has used.</summary>
    public string NewKey() => $"key-{Interlocked.Increment(ref _keys)}";

    /// <summary>Receives a plain appeal.</summary>
    public async Task<Given> ReceiveAsync(AppClient device, string text = "小区门口的路灯三天不亮。", string? key = null)
    {
        using var answer = await device.SubmitAsync(AppClient.Json(new JsonObject { ["text"] = text }.ToJsonString()), key ?? NewKey());
        return await ReadAsync(answer, HttpStatusCode.Created, HttpStatusCode.OK);
    }

    public static async Task<Given> ReadAsync(HttpResponseMessage answer, params HttpStatusCode[] expected)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(expected.Contains(answer.StatusCode), $"{(int)answer.StatusCode}: {body}");
        return new Given(answer.StatusCode, JsonNode.Parse(body)!);
    }

    public static ByteArrayContent Bytes(byte[] bytes, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(bytes);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return content;
    }

    public static ByteArrayContent Text(string json) => Bytes(Encoding.UTF8.GetBytes(json));

    /// <summary>Every file of the data folder, as bytes, also while the store is open.</summary>
    public IEnumerable<(string Name, byte[] Content)> Files()
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            yield return (file, memory.ToArray());
        }
    }
}

/// <summary>What a request was answered.</summary>
public sealed record Given(HttpStatusCode Status, JsonNode Body)
{
    public string Number => Body["number"]!.GetValue<string>();

    public string Code => Body["code"]!.GetValue<string>();

    public bool Repeated => Body["repeated"]!.GetValue<bool>();

    public string Detail => Body["detail"]!.GetValue<string>();

    /// <summary>The fields a problem names.</summary>
    public IEnumerable<string> Errors => Body["errors"]?.AsObject().Select(error => error.Key) ?? [];
}

[CollectionDefinition(Name)]
public sealed class AppHosts : ICollectionFixture<AppHost>
{
    public const string Name = "app channel";
}
