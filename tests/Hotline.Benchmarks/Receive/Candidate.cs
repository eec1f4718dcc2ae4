using Hotline.Benchmarks.Load;
using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary>What one burst cost its server.</summary>
/// <param name="Allocated">Bytes, from the start of the burst until everything it caused was done.</param>
/// <param name="Cpu">Seconds, likewise.</param>
internal sealed record Cost(Burst Burst, double Allocated, double Cpu)
{
    public double AllocatedEach => Allocated / Burst.Good;

    public double CpuMicrosecondsEach => Cpu * 1e6 / Burst.Good;
}

/// <summary>A server that takes part in the rounds, with its own connections.</summary>
internal abstract class Candidate(ChildServer server, LoadClient client) : IAsyncDisposable
{
    public const int Connections = 64;
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan BurstLength = TimeSpan.FromSeconds(2);

    public ChildServer Server => server;

    public LoadClient Client => client;

    public async Task<Cost> RushAsync()
    {
        var burst = Prepare();
        GC.Collect();
        var (before, cpu) = (await server.CountersAsync(), ProcessFiles.Cpu(server.ProcessId));
        var result = await burst();
        await SettleAsync(result);
        var after = await server.CountersAsync();
        return new Cost(result, after.Allocated - before.Allocated, ProcessFiles.Cpu(server.ProcessId) - cpu);
    }

    public abstract Task WarmAsync();

    public virtual async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Does everything that must not fall into the burst.</summary>
    protected abstract Func<Task<Burst>> Prepare();

    protected virtual Task SettleAsync(Burst burst) => Task.CompletedTask;
}

/// <summary>The yardstick.</summary>
internal sealed class EchoCandidate(ChildServer server, LoadClient client, string path) : Candidate(server, client)
{
    private readonly byte[][] _request = [AppRequests.Plain(server.Port, path)];

    /// <param name="path"><see cref="EchoServer.Path"/> or <see cref="EchoServer.VerifyingPath"/>.</param>
    public static async Task<EchoCandidate> StartAsync(string path = EchoServer.Path)
    {
        var server = await ChildServer.EchoAsync();
        return new EchoCandidate(server, await LoadClient.OpenAsync(server.Port, Connections), path);
    }

    public override async Task WarmAsync() => (await Client.RushAsync(_request, WarmUp, again: true)).Demand("Warming the echo up");

    protected override Func<Task<Burst>> Prepare() => async () => (await Client.RushAsync(_request, BurstLength, again: true)).Demand("The echo");
}

/// <summary>The real endpoint.</summary>
internal sealed class AppealCandidate(ChildServer server, LoadClient client, IRequests requests, bool dispatches) : Candidate(server, client)
{
    private const double Spare = 1.3;
    private const int FirstGuess = 3000; // a second

    /// <summary>Until little is compiled any more.</summary>
    private static readonly TimeSpan LongWarmUp = TimeSpan.FromSeconds(12);

    private double _perSecond = FirstGuess;
    private long _received;

    /// <summary>Appeals acknowledged since the start.</summary>
    public long Received => Interlocked.Read(ref _received);

    public static async Task<AppealCandidate> StartAsync(string folder, bool dispatches, string[] options)
    {
        var server = await ChildServer.HotlineAsync(folder, options);
        return new AppealCandidate(server, await LoadClient.OpenAsync(server.Port, Connections), await AppRequests.RegisterAsync(server.Port, Connections), dispatches);
    }

    /// <summary>The portal's endpoint for sites, alone: all that the app's does, but the device's signature.</summary>
    public static async Task<AppealCandidate> SiteAsync()
    {
        var server = await ChildServer.HotlineAsync("site", SiteRequests.Options);
        return new AppealCandidate(server, await LoadClient.OpenAsync(server.Port, Connections), new SiteRequests(server.Port), dispatches: false);
    }

    public override async Task WarmAsync()
    {
        // In thirds, for how many requests are needed shows only then.
        for (var third = 0; third < 3; third++)
        {
            await SettleAsync((await Client.RushAsync(requests.Sign((int)(_perSecond * Spare * LongWarmUp.TotalSeconds / 3)), LongWarmUp / 3)).Demand("Warming up"));
        }
    }

    public async Task<Burst> FlowAsync(double perSecond, TimeSpan length, Action<int, long>? released = null, AnswerSeen? seen = null)
    {
        var signed = requests.Sign((int)(perSecond * length.TotalSeconds));
        GC.Collect();
        var burst = (await Client.FlowAsync(signed, perSecond, released, seen)).Demand("The open loop");
        await SettleAsync(burst, learn: false);
        return burst;
    }

    public override async ValueTask DisposeAsync()
    {
        requests.Dispose();
        await base.DisposeAsync();
    }

    protected override Func<Task<Burst>> Prepare()
    {
        var signed = requests.Sign((int)(_perSecond * Spare * BurstLength.TotalSeconds));
        return async () => (await Client.RushAsync(signed, BurstLength)).Demand("The receiving endpoint");
    }

    protected override Task SettleAsync(Burst burst) => SettleAsync(burst, learn: true);

    private async Task SettleAsync(Burst burst, bool learn)
    {
        Interlocked.Add(ref _received, burst.Good);
        _perSecond = learn ? Math.Max(_perSecond, burst.PerSecond) : _perSecond;
        if (dispatches)
        {
            await Server.UntilHandledAsync(Received);
        }
    }
}
