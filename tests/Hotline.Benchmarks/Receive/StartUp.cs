using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary>How long the programs take to be ready, and what they hold when idle: the programs as deployed, on a store that is there already.</summary>
internal static class StartUp
{
    private const int Times = 3;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    private sealed record Figures(double Seconds, double Megabytes);

    public static async Task RunAsync(Report report)
    {
        var (echo, one, all) = (new List<Figures>(), new List<Figures>(), new List<Figures>());
        await MeasureAsync(() => ChildServer.EchoAsync(), []); // so that the files of the runtime are in memory
        await MeasureAsync(() => ChildServer.ProgramAsync("Hotline.Intake.App", "start-one"), []);
        await MeasureAsync(() => ChildServer.ProgramAsync("Hotline.AllInOne", "start-all"), []);
        for (var i = 0; i < Times; i++)
        {
            await MeasureAsync(() => ChildServer.EchoAsync(), echo);
            await MeasureAsync(() => ChildServer.ProgramAsync("Hotline.Intake.App", "start-one"), one);
            await MeasureAsync(() => ChildServer.ProgramAsync("Hotline.AllInOne", "start-all"), all);
        }

        report.Judge("ready after ÷ echo: one service", Ratio(one, echo, f => f.Seconds), 2.5, 1.5, atMost: true);
        report.Judge("ready after ÷ echo: all-in-one", Ratio(all, echo, f => f.Seconds), 4, 2.5, atMost: true);
        report.Judge("idle memory ÷ echo: one service", Ratio(one, echo, f => f.Megabytes), 1.6, 1.2, atMost: true);
        report.Tell("idle memory ÷ echo: all-in-one", Report.Show(Ratio(all, echo, f => f.Megabytes)));
        report.Tell("– ready after, ms: echo, one service, all-in-one", string.Join(", ", Medians(f => f.Seconds * 1000, echo, one, all)));
        report.Tell("– idle memory, MB: echo, one service, all-in-one", string.Join(", ", Medians(f => f.Megabytes, echo, one, all)));
    }

    private static async Task MeasureAsync(Func<Task<ChildServer>> start, List<Figures> figures)
    {
        await using var server = await start();
        await Task.Delay(Idle, TimeProvider.System);
        figures.Add(new Figures(server.StartedIn.TotalSeconds, ProcessFiles.Resident(server.ProcessId) / 1048576.0));
    }

    private static Spread Ratio(List<Figures> of, List<Figures> echo, Func<Figures, double> figure) =>
        Statistics.Of(of.Zip(echo, (mine, yardstick) => figure(mine) / figure(yardstick)));

    private static IEnumerable<string> Medians(Func<Figures, double> figure, params List<Figures>[] all) =>
        all.Select(one => Report.Show(Statistics.Of(one.Select(figure)).Median));
}
