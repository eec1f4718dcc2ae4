using Hotline.Hosting;
using Hotline.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Channels;

/// <summary>One channel's service as it runs, on the embedded store, with a clock the test sets forward.</summary>
internal sealed class ChannelHost<TModule> : IAsyncDisposable
    where TModule : IServiceModule
{
    private readonly LogCapture _logs = new();
    private readonly string[] _options;
    private WebApplication _application = null!;

    private ChannelHost(string[] options) => _options = options;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotline-channel-").FullName;

    public ShiftedTime Time { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public IReadOnlyCollection<string> LogLines => _logs.Lines;

    public IServiceProvider Services => _application.Services;

    public AppealIntake Intake => _application.Services.GetRequiredKeyedService<AppealIntake>(TModule.Service.Name);

    public string[] Arguments => [$"--Hotline:Data={Folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", .. _options];

    public static async Task<ChannelHost<TModule>> StartAsync(params string[] options)
    {
        var host = new ChannelHost<TModule>(options);
        await host.StartAsync();
        return host;
    }

    public async Task RestartAsync()
    {
        Http.Dispose();
        await _application.DisposeAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _application.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StartAsync()
    {
        var builder = new HotlineHost(Arguments, Time).Add<TModule>();
        _application = builder.Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
        await _application.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
    }
}
