using System.Diagnostics;
using System.Globalization;
using Hotline.Benchmarks.Receive;
using Hotline.Contracts;
using Hotline.Providers.Kafka.Practice;

namespace Hotline.Benchmarks.Kafka;

/// <summary><c>outage [SECONDS]</c>: the broker is away for so long while appeals go on coming; how fast is what waits handled once it is back, while they still come?</summary>
internal static class OutageCommand
{
    private const double PerSecond = 100;
    private const int TenMinutes = 600;

    /// <summary>The mock cluster keeps 5 MB for each.</summary>
    private const int Partitions = 48;

    /// <summary>Device proofs hold for five minutes, so requests are signed in pieces.</summary>
    private static readonly TimeSpan Piece = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var seconds = options is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : TenMinutes;
        await Report.PrintMachineAsync(output);
        using var cluster = new MockCluster();
        foreach (var topic in Topics.All)
        {
            cluster.CreateTopic(topic, Partitions);
        }

        await using var candidate = await AppealCandidate.StartAsync("outage", dispatches: false, ["--Hotline:EventLog=Kafka", $"--Hotline:Kafka:BootstrapServers={cluster.BootstrapServers}", "--Hotline:Kafka:FetchWaitMs=10"]);
        await candidate.FlowAsync(PerSecond, Piece);
        await candidate.Server.UntilHandledAsync(candidate.Received);

        cluster.SetDown();
        var away = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(away).TotalSeconds < seconds)
        {
            await candidate.FlowAsync(PerSecond, Piece);
        }

        var outage = Stopwatch.GetElapsedTime(away);
        var before = (await candidate.Server.CountersAsync()).Handled;
        cluster.SetUp();
        var back = Stopwatch.GetTimestamp();
        using var drained = new CancellationTokenSource();
        var arriving = ArriveAsync(candidate, drained.Token);
        TimeSpan? first = null;
        long handled;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            handled = (await candidate.Server.CountersAsync()).Handled;
            first ??= handled > before ? Stopwatch.GetElapsedTime(back) : null;
            if (Stopwatch.GetElapsedTime(back) > Patience)
            {
                throw new TimeoutException($"After {Patience.TotalSeconds:F0} s {handled} of {candidate.Received} are handled.");
            }
        }
        while (handled < candidate.Received);

        var took = Stopwatch.GetElapsedTime(back);
        await drained.CancelAsync();
        await arriving;
        await candidate.Server.UntilHandledAsync(candidate.Received);

        var report = new Report(output);
        report.Tell("broker away, s; appeals received meanwhile", $"{Report.Show(outage.TotalSeconds)}; {Report.Show(outage.TotalSeconds * PerSecond)}");
        report.Tell("back to the first of them handled, s", Report.Show((first ?? took).TotalSeconds));
        report.Tell("back to all handled, those that came meanwhile too, s", Report.Show(took.TotalSeconds));
        var rate = (handled - before) / took.TotalSeconds;
        report.Judge($"handled per second, from the broker's return ÷ arrivals ({PerSecond:F0}/s)", rate / PerSecond, Report.Show(rate / PerSecond), 5, 10);
        await output.WriteLineAsync();
        await report.PrintAsync();
        return 0;
    }

    private static async Task ArriveAsync(AppealCandidate candidate, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            await candidate.FlowAsync(PerSecond, TimeSpan.FromSeconds(1));
        }
    }
}
