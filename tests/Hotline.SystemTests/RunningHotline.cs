using System.Collections.Concurrent;
using System.Diagnostics;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests;
using Hotline.Hosting;

namespace Hotline.SystemTests;

/// <summary>The two forms a system runs in.</summary>
public enum Form
{
    OneProcess,
    Split,
}

/// <summary>The real programs as processes of their own, on a store of their own, that tests may kill.</summary>
public sealed class RunningHotline : IAsyncDisposable
{
    /// <summary>To be named among the services of the split form, where the build has it.</summary>
    public const string PartnerGateway = "partner-gateway";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long a balancer takes to hear that a door closes; in Kubernetes the chart's preStop waits for it.</summary>
    private static readonly TimeSpan Balancing = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<string, Process> _processes = [];
    private readonly Dictionary<string, int> _ports = [];
    private readonly string[] _options;
    private readonly bool _ownsData;
    private readonly string[] _services;
    private readonly string[] _gateways;

    private RunningHotline(Form form, string? data, string[] options, string[]? services, int gateways)
    {
        (Form, _ownsData) = (form, data is null);
        _gateways = ["gateway", .. Enumerable.Range(2, gateways - 1).Select(number => $"gateway-{number}")];
        _services = services ?? ["intake-app", "dispatch"];
        Data = data ?? Directory.CreateTempSubdirectory("hotline-").FullName;
        _options = [.. options, $"--Hotline:Data={Data}", "--Hotline:Limits:PerClientPerSecond=0"];
        foreach (var name in Names)
        {
            _ports[name] = FreePorts.Next();
        }
    }

    public Form Form { get; }

    public string Data { get; }

    /// <summary>The processes by name: the services, <c>gateway</c> and more of its kind; or <c>all</c>.</summary>
    public IReadOnlyList<string> Names => Form == Form.OneProcess ? ["all"] : [.. _services, .. _gateways];

    /// <summary>The front doors that are to be sent requests; each client takes them in turn, as from a balancer.</summary>
    public IReadOnlyList<string> Doors { get; private set; } = [];

    public Uri Address => new($"http://127.0.0.1:{_ports[Form == Form.OneProcess ? "all" : "gateway"]}");

    /// <summary>What the processes printed, newest last.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>Put before <c>dotnet</c>: strace and its arguments.</summary>
    public string[] Tracer { get; set; } = [];

    /// <param name="services">Those of the split form; the app's way of an appeal when null, for two processors are soon taken by ten programs.</param>
    /// <param name="gateways">How many front doors the split form has.</param>
    /// <param name="patience">How long clients wait for an answer, and the gateway for a channel that starts anew; 15 s when null.</param>
    public static async Task<RunningHotline> StartAsync(
        Form form, string? data = null, string[]? options = null, string[]? tracer = null, string[]? services = null, int gateways = 1, TimeSpan? patience = null)
    {
        string[] waits = patience is { } given ? [$"--Hotline:Gateway:PatienceSeconds={given.TotalSeconds:F0}"] : [];
        var running = new RunningHotline(form, data, [.. options ?? [], .. waits], services, gateways)
        {
            Tracer = tracer ?? [],
            Patience = patience ?? TimeSpan.FromSeconds(15),
        };
        try
        {
            await running.StartAsync();
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts whatever does not run and waits until the front door is ready.</summary>
    public async Task StartAsync()
    {
        foreach (var name in Names)
        {
            Start(name);
        }

        await ReadyAsync();
        Doors = Form == Form.OneProcess ? Names : _gateways;
    }

    public void Start(string name)
    {
        if (_processes.TryGetValue(name, out var old) && !old.HasExited)
        {
            return;
        }

        var isGateway = name == PartnerGateway || _gateways.Contains(name);
        var program = name switch { "all" => "Hotline.AllInOne", PartnerGateway => "Hotline.Gateway.Partners", _ => isGateway ? "Hotline.Gateway" : ProgramOf(name) };
        string[] command = [.. Tracer, "dotnet", Path.Combine(AppContext.BaseDirectory, program + ".dll"), .. _options, $"--urls=http://127.0.0.1:{_ports[name]}"];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Data };
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (isGateway)
        {
            foreach (var service in _services)
            {
                start.ArgumentList.Add($"--Hotline:Gateway:{service}=http://127.0.0.1:{_ports[service]}");
            }
        }
        else if (Form == Form.Split)
        {
            start.ArgumentList.Add("--Hotline:Edge=Gateway");
            start.ArgumentList.Add($"--Hotline:Desk:Api={Address}");
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Note(name, line.Data);
        process.ErrorDataReceived += (_, line) => Note(name, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes[name] = process;
    }

    /// <summary>intake-photo-report → Hotline.Intake.PhotoReport, dispatch → Hotline.Dispatch, by the programs that lie here.</summary>
    private static string ProgramOf(string service) => Directory.GetFiles(AppContext.BaseDirectory, "Hotline.*.dll")
        .Select(file => Path.GetFileNameWithoutExtension(file))
        .Single(program => program.Replace(".", "", StringComparison.Ordinal).Equals($"hotline{service.Replace("-", "", StringComparison.Ordinal)}", StringComparison.OrdinalIgnoreCase));

    /// <summary>kill -9, at once, without a word.</summary>
    public async Task KillAsync(string name)
    {
        _processes[name].Kill(entireProcessTree: true);
        await _processes[name].WaitForExitAsync();
    }

    public int ProcessIdOf(string name) => _processes[name].Id;

    public bool Runs(string name) => !_processes[name].HasExited;

    /// <summary>Bytes of memory a process holds.</summary>
    public long MemoryOf(string name)
    {
        _processes[name].Refresh();
        return _processes[name].WorkingSet64;
    }

    /// <summary>Processor time a process has used, which work beside it does not change.</summary>
    public TimeSpan ProcessorTimeOf(string name)
    {
        _processes[name].Refresh();
        return _processes[name].TotalProcessorTime;
    }

    /// <summary>SIGTERM to all, gateway first, and waits for their end.</summary>
    public async Task StopAsync()
    {
        foreach (var name in Names.Reverse())
        {
            await StopAsync(name);
        }
    }

    /// <summary>SIGTERM, and waits for its end; nothing when it does not run.</summary>
    public async Task StopAsync(string name)
    {
        if (_processes.TryGetValue(name, out var process) && !process.HasExited)
        {
            using var term = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await term.WaitForExitAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            await process.WaitForExitAsync(limit.Token);
        }
    }

    /// <summary>Stops a process and starts it anew, as an upgrade does: a front door is sent nothing more before it is told to stop, and again once it is ready.</summary>
    public async Task RestartAsync(string name)
    {
        if (_gateways.Contains(name))
        {
            Doors = [.. Doors.Where(door => door != name)];
            await Task.Delay(Balancing, TimeProvider.System, CancellationToken.None);
        }

        await StopAsync(name);
        Start(name);
        await ReadyAsync();
        Doors = Form == Form.OneProcess ? Names : _gateways;
    }

    public HttpClient NewHttp(string? name = null) => new(name is null && _gateways.Length > 1 ? new Balancer(this) : new SocketsHttpHandler())
    {
        BaseAddress = name is null ? Address : new Uri($"http://127.0.0.1:{_ports[name]}"),
        Timeout = Patience,
    };

    /// <summary>How long clients wait for an answer.</summary>
    public required TimeSpan Patience { get; init; }

    public async Task<AppClient> NewCitizenAsync()
    {
        var citizen = new AppClient(NewHttp(), new PracticeDevice(TimeProvider.System));
        await citizen.RegisterAsync();
        return citizen;
    }

    public async Task<IReadOnlyDictionary<string, string>> TokensAsync() =>
        await new HotlineHost([$"--Hotline:Data={Data}"]).MintTokensAsync(OfficePlayers.Accounts, TimeSpan.FromHours(1));

    /// <summary>Waits until every process takes requests.</summary>
    public async Task ReadyAsync()
    {
        foreach (var name in Names)
        {
            using var limit = new CancellationTokenSource(StartLimit);
            using var http = NewHttp(name);
            while (true)
            {
                if (_processes[name].HasExited)
                {
                    throw new InvalidOperationException($"{name} ended while starting:\n{string.Join('\n', Output)}");
                }

                try
                {
                    using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), limit.Token);
                    if (answer.IsSuccessStatusCode)
                    {
                        break;
                    }
                }
                catch (HttpRequestException)
                {
                    // not listening yet
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }

        if (_ownsData)
        {
            Directory.Delete(Data, recursive: true);
        }
    }

    /// <summary>Sends each request to the next of the front doors, under the address the client knows.</summary>
    private sealed class Balancer(RunningHotline hotline) : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _next;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var doors = hotline.Doors;
            var door = doors[(Interlocked.Increment(ref _next) & int.MaxValue) % doors.Count];
            request.Headers.Host = request.RequestUri!.Authority;
            request.RequestUri = new UriBuilder(request.RequestUri) { Port = hotline._ports[door] }.Uri;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private void Note(string name, string? line)
    {
        if (line is not null)
        {
            Output.Enqueue($"{name}: {line}");
            while (Output.Count > 200)
            {
                Output.TryDequeue(out _);
            }
        }
    }
}
