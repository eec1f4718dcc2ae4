using System.Text.Json;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests.EventLog;
using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.MessageBoard.Sync;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>The board channel as it runs, beside dispatch: the embedded store in a folder of its own. The test says when it syncs.</summary>
internal sealed class BoardHost(params string[] options) : IAsyncDisposable
{
    private readonly LogCapture _logs = new();
    private WebApplication? _application;
    private int _readers;

    public string Folder { get; } = Directory.CreateTempSubdirectory("hotline-board-").FullName;

    public IReadOnlyCollection<string> LogLines => _logs.Lines;

    public StaffClient Staff { get; private set; } = null!;

    public IServiceProvider Services => _application!.Services;

    public ThreadKeeper Threads => Services.GetRequiredService<ThreadKeeper>();

    public AppealIntake Intake => Services.GetRequiredKeyedService<AppealIntake>(MessageBoardChannel.Name);

    private string[] Arguments =>
    [
        $"--Hotline:Data={Path.Combine(Folder, "data")}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0",
        "--Hotline:MessageBoard:IntervalSeconds=86400", "--Hotline:MessageBoard:PauseMilliseconds=0", "--Hotline:MessageBoard:RefreshMinutes=0", "--Hotline:MessageBoard:OverlapDays=0",
        .. options,
    ];

    public static async Task<BoardHost> FilesAsync(params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-board-files-").FullName;
        var host = new BoardHost(["--Hotline:MessageBoard:Source=Files", $"--Hotline:MessageBoard:Folder={folder}", .. more]) { Files = folder };
        await host.StartAsync();
        return host;
    }

    public static async Task<BoardHost> HttpAsync(FakeBoard board, params string[] more)
    {
        await board.StartAsync();
        var host = new BoardHost(
        [
            "--Hotline:MessageBoard:Source=Http", $"--Hotline:MessageBoard:Address={board.Address}", $"--Hotline:MessageBoard:Forums:0:Fid={FakeBoard.Fid}",
            "--Hotline:MessageBoard:Forums:0:Division=141102", "--Hotline:MessageBoard:PageSize=5", "--Hotline:MessageBoard:OverlapPages=1", .. more,
        ]);
        await host.StartAsync();
        return host;
    }

    public string Files { get; private init; } = "";

    public async Task StartAsync()
    {
        _application = new HotlineHost(Arguments).Add<MessageBoardChannel>().Add<DispatchService>().Build();
        Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
        await _application.StartAsync();
        var tokens = await new HotlineHost(Arguments).MintTokensAsync(office => office.Data.Users.Select(user => user.Account), TimeSpan.FromHours(1));
        Staff = new StaffClient(new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) }, tokens);
        if (!options.Any(option => option.Contains(":Source=None", StringComparison.Ordinal)))
        {
            await Eventually.Async(() => Services.GetRequiredService<SyncStatus>().Run.NextAt is not null); // the poller's own first sync
        }
    }

    public async Task StopAsync()
    {
        await _application!.StopAsync();
        await _application.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
        if (Files.Length > 0)
        {
            Directory.Delete(Files, recursive: true);
        }
    }

    public Task SyncAsync() => Services.GetRequiredService<MessageBoardSync>().RunAsync(CancellationToken.None);

    public async Task<BoardThread> ThreadAsync(long tid) => await Threads.FindAsync(tid, CancellationToken.None) ?? throw new InvalidOperationException($"No thread {tid}.");

    public async Task<List<BoardThread>> AllAsync(string kind = "all")
    {
        var all = new List<BoardThread>();
        await foreach (var thread in Threads.OfAsync(kind, CancellationToken.None))
        {
            all.Add(thread);
        }

        return all;
    }

    public async Task<ReceivedAppeal> AppealAsync(long tid) => (await Intake.GetAsync((await ThreadAsync(tid)).Received!.AppealId, CancellationToken.None))!.State;

    /// <summary>The events of the channel so far, by type.</summary>
    public async Task<List<(string Type, JsonElement Data)>> EventsAsync(int atLeast)
    {
        var events = new List<(string, JsonElement)>();
        var reader = new Subscription($"counter-{_readers++}", [Topics.Appeals]);
        using var quiet = new CancellationTokenSource();
        try
        {
            await foreach (var message in Services.GetRequiredService<IEventLog>().ReadAsync(reader, quiet.Token))
            {
                using var data = JsonDocument.Parse(message.Event.Data);
                events.Add((message.Event.Type, data.RootElement.Clone()));
                message.Settle();
                quiet.CancelAfter(events.Count < atLeast ? TimeSpan.FromSeconds(20) : TimeSpan.FromMilliseconds(500));
            }
        }
        catch (OperationCanceledException)
        {
            // that was all
        }

        return events;
    }
}
