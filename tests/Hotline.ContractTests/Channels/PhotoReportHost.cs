using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.PhotoReport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>The photo channel as it runs: Kestrel on a free port, the embedded store in a folder of its own, photos published by the real program.</summary>
public sealed class PhotoReportHost : IAsyncLifetime
{
    public const string Boundary = "hotline-photo-boundary";
    public const string Prefix = "/intake/photo-report";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly LogCapture _logs = new();
    private WebApplication? _application;
    private int _keys;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotline-photo-test-").FullName;

    /// <summary>Options beside the usual ones, for the next start.</summary>
    public string[] Options { get; set; } = [];

    public StaffClient Staff { get; private set; } = null!;

    public IReadOnlyCollection<string> LogLines => _logs.Lines;

    public Uri Address => new(_application!.Urls.Single());

    public static bool CanPublish { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "vipsthumbnail")));

    public static string WhyNot => "vipsthumbnail is not on this machine: apt-get install libvips-tools.";

    internal AppealIntake Intake => _application!.Services.GetRequiredKeyedService<AppealIntake>(PhotoReportChannel.Name);

    private string[] Arguments => [$"--Hotline:Data={Folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", .. Options];

    public async Task InitializeAsync()
    {
        await StartAsync();
        var tokens = await new HotlineHost(Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromHours(1));
        Staff = new StaffClient(NewClient(), tokens);
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
        _application = new HotlineHost(Arguments).Add<PhotoReportChannel>().Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
        await _application.StartAsync();
    }

    public HttpClient NewClient() => new() { BaseAddress = Address };

    public async Task<AppClient> DeviceAsync()
    {
        var device = new AppClient(NewClient(), new PracticeDevice(TimeProvider.System), Prefix);
        await device.RegisterAsync();
        return device;
    }

    public string NewKey() => $"key-{Interlocked.Increment(ref _keys)}";

    public Task<Given> ReportAsync(AppClient device, string json, params byte[][] photos) => ReportAsync(device, json, NewKey(), [HttpStatusCode.Created], photos);

    public static async Task<Given> ReportAsync(AppClient device, string json, string key, HttpStatusCode[] expected, params byte[][] photos)
    {
        using var answer = await device.SubmitAsync(AppHost.Bytes(Form(json, photos), $"multipart/form-data; boundary={Boundary}"), key);
        return await AppHost.ReadAsync(answer, expected);
    }

    public static byte[] Form(string json, params byte[][] photos) =>
    [
        .. Part("name=\"appeal\"", "application/json", Encoding.UTF8.GetBytes(json)),
        .. photos.SelectMany((photo, at) => Part($"name=\"photo\"; filename=\"{at + 1}.jpg\"", "image/jpeg", photo)),
        .. Encoding.ASCII.GetBytes($"--{Boundary}--\r\n"),
    ];

    /// <summary>The list of a report's photos once none is waiting.</summary>
    public async Task<JsonArray> PhotosAsync(Given receipt)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            using var answer = await GetAsync(receipt, "/photos");
            var photos = (await AppHost.ReadAsync(answer, HttpStatusCode.OK)).Body.AsArray();
            if (photos.All(photo => photo!["state"]!.GetValue<string>() != "pending"))
            {
                return photos;
            }

            Assert.True(waited.Elapsed < Patience, $"Still waiting: {photos.ToJsonString()}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async Task<HttpResponseMessage> GetAsync(Given receipt, string path, string? code = null)
    {
        using var http = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Prefix}/appeals/{receipt.Number}{path}");
        request.Headers.Add("Hotline-Code", code ?? receipt.Code);
        return await http.SendAsync(request);
    }

    public async Task<byte[]> DownloadAsync(Given receipt, string path)
    {
        using var answer = await GetAsync(receipt, path);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static byte[] Part(string names, string mediaType, byte[] content) =>
        [.. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; {names}\r\nContent-Type: {mediaType}\r\n\r\n"), .. content, .. "\r\n"u8];
}

[CollectionDefinition(Name)]
public sealed class PhotoReportHosts : ICollectionFixture<PhotoReportHost>
{
    public const string Name = "photo report channel";
}
