using Hotline.Benchmarks.Load;
using Hotline.Benchmarks.Receive;
using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Gateway;

/// <summary><c>gateway</c>: CPU of the gateway per request, beside bare YARP's before the same echo, in paired bursts.</summary>
internal static class GatewayCommand
{
    private const int Rounds = 7;
    private const int Connections = 64;

    /// <summary>Until nothing is compiled any more: a proxy of more steps would pay for more of it.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(TextWriter output)
    {
        await Report.PrintMachineAsync(output);
        var report = new Report(output);
        try
        {
            await using var echo = await ChildServer.EchoAsync();
            var address = $"http://127.0.0.1:{echo.Port}";
            await using var bare = await Side.OpenAsync("bare YARP", await ChildServer.ProxyAsync(address));
            await using var ours = await Side.OpenAsync("the gateway", await ChildServer.ProgramAsync("Hotline.Gateway", "gateway", $"--Hotline:Gateway:intake-app={address}"));
            await bare.RushAsync(WarmUp);
            await ours.RushAsync(WarmUp);
            var rounds = new List<(Turn Bare, Turn Ours)>();
            for (var number = 0; number < Rounds; number++)
            {
                var first = await (number % 2 == 0 ? bare : ours).RushAsync(Candidate.BurstLength);
                var second = await (number % 2 == 0 ? ours : bare).RushAsync(Candidate.BurstLength);
                rounds.Add(number % 2 == 0 ? (first, second) : (second, first));
            }

            Spread Of(Func<(Turn Bare, Turn Ours), double> figure) => Statistics.Of(rounds.Select(figure));
            report.Judge("gateway: CPU per request ÷ bare YARP's", Of(static round => round.Ours.CpuEach / round.Bare.CpuEach), 1.5, 1.2, atMost: true);
            report.Tell("– CPU µs: bare YARP; the gateway", $"{Report.Show(Of(static round => round.Bare.CpuEach))}; {Report.Show(Of(static round => round.Ours.CpuEach))}");
            report.Tell("– requests/s: bare YARP; the gateway", $"{Report.Show(Of(static round => round.Bare.Burst.PerSecond))}; {Report.Show(Of(static round => round.Ours.Burst.PerSecond))}");
            report.Tell("– p99, ms: bare YARP; the gateway", $"{Report.Show(Of(static round => round.Bare.Burst.Milliseconds(0.99)))}; {Report.Show(Of(static round => round.Ours.Burst.Milliseconds(0.99)))}");
        }
        finally
        {
            if (Directory.Exists(ChildServer.Folder))
            {
                Directory.Delete(ChildServer.Folder, recursive: true);
            }
        }

        await report.PrintAsync();
        await Report.PrintMachineAsync(output);
        return 0;
    }

    /// <param name="CpuEach">Microseconds of the proxy's own process.</param>
    private sealed record Turn(Burst Burst, double CpuEach);

    /// <summary>One of the two, with its own connections.</summary>
    private sealed class Side(string name, ChildServer server, LoadClient client) : IAsyncDisposable
    {
        private readonly byte[][] _request = [AppRequests.Plain(server.Port, EchoServer.ProxiedPath)];

        public static async Task<Side> OpenAsync(string name, ChildServer server) => new(name, server, await LoadClient.OpenAsync(server.Port, Connections));

        public async Task<Turn> RushAsync(TimeSpan length)
        {
            var cpu = ProcessFiles.Cpu(server.ProcessId);
            var burst = (await client.RushAsync(_request, length, again: true)).Demand(name);
            return new Turn(burst, (ProcessFiles.Cpu(server.ProcessId) - cpu) * 1e6 / burst.Good);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await server.DisposeAsync();
        }
    }
}
