using System.Diagnostics;
using Hotline.ContractTests;

namespace Hotline.Benchmarks.Servers;

/// <summary>A server in a process of its own, with a folder of its own that goes with it.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly List<string> _said = [];

    private ChildServer(Process process, int port, TimeSpan startedIn)
    {
        (_process, Port, StartedIn) = (process, port, startedIn);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public int Port { get; }

    /// <summary>The process, for <see cref="ProcessFiles"/>.</summary>
    public int ProcessId => _process.Id;

    /// <summary>From the start of the process to the first answer that it is ready.</summary>
    public TimeSpan StartedIn { get; private set; }

    /// <summary>The folder all the servers' folders lie in: on the same disk as the build, for /tmp may be memory.</summary>
    public static string Folder { get; } = Path.Combine(Output, "bench", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>artifacts/, where the build puts everything.</summary>
    private static string Output => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));

    /// <summary>The program of a project as the same build made it.</summary>
    public static string ProgramOf(string project) => Path.Combine(Output, "bin", project, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), project + ".dll");

    public static Task<ChildServer> EchoAsync() => StartAsync([typeof(ChildServer).Assembly.Location, "echo"], null);

    /// <summary>The real services, in this program's server mode.</summary>
    public static Task<ChildServer> HotlineAsync(string folder, string[] options) =>
        StartAsync([typeof(ChildServer).Assembly.Location, "server", .. OptionsFor(folder), "--Hotline:Services=intake-app,dispatch", .. options], null);

    public static Task<ChildServer> ProxyAsync(string address) => StartAsync([typeof(ChildServer).Assembly.Location, "proxy", $"--To={address}"], null);

    /// <summary>A program of the build itself, as it would be deployed.</summary>
    public static Task<ChildServer> ProgramAsync(string project, string folder, params string[] options) => StartAsync([ProgramOf(project), .. OptionsFor(folder), .. options], folder);

    public async Task<ServerCounters> CountersAsync() => ServerCounters.Parse(await _http.GetStringAsync(ServerCounters.Path));

    public async Task CheckpointAsync() => (await _http.PostAsync(BenchServer.CheckpointPath, null)).EnsureSuccessStatusCode();

    public Task<string> OrdersAsync() => _http.GetStringAsync(BenchServer.OrdersPath);

    /// <summary>Waits until dispatch has opened so many work orders: what is left to do must not slow the next server's burst.</summary>
    public async Task UntilHandledAsync(long orders)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await CountersAsync()).Handled < orders)
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException($"Dispatch has opened {(await CountersAsync()).Handled} of {orders} work orders after a minute.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string[] OptionsFor(string folder) =>
    [
        $"--Hotline:Data={Path.Combine(Folder, folder)}", "--Hotline:Limits:PerClientPerSecond=0", "--Hotline:Limits:ConcurrentPerService=4096",
    ];

    private static async Task<ChildServer> StartAsync(string[] command, string? workingFolder)
    {
        var port = FreePorts.Next();
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. command, $"--urls=http://127.0.0.1:{port}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (workingFolder is not null)
        {
            start.WorkingDirectory = Directory.CreateDirectory(Path.Combine(Folder, workingFolder)).FullName;
        }

        var started = Stopwatch.GetTimestamp();
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var server = new ChildServer(process, port, default);
        process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!await server.IsReadyAsync())
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > LongestStart)
            {
                var said = server.Said();
                await server.DisposeAsync();
                throw new InvalidOperationException($"{string.Join(' ', command)} is not ready: {said}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        server.StartedIn = Stopwatch.GetElapsedTime(started);
        return server;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            if (line is not null && _said.Count < 100)
            {
                _said.Add(line);
            }
        }
    }

    private string Said()
    {
        lock (_said)
        {
            return string.Join(Environment.NewLine, _said);
        }
    }
}
