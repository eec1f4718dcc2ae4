using System.Diagnostics;
using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary><c>receive</c>: what receiving an appeal costs, beside an echo on the same machine in the same minute.</summary>
internal static class ReceiveCommand
{
    public static async Task<int> RunAsync(TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        var report = new Report(output);
        await Report.PrintMachineAsync(output);
        try
        {
            await new Rounds(report, output).RunAsync();
            await TraceAsync(report, "appeals per sync, their work orders included: all-in-one", dispatches: true, []);
            await TraceAsync(report, "appeals per sync: intake alone", dispatches: false, ["--Hotline:Services=intake-app"]);
            await OrderLatency.RunAsync(report);
            await StartUp.RunAsync(report);
        }
        finally
        {
            if (Directory.Exists(ChildServer.Folder))
            {
                Directory.Delete(ChildServer.Folder, recursive: true);
            }
        }

        await output.WriteLineAsync();
        await report.PrintAsync();
        await output.WriteLineAsync($"\n{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; at the end:");
        await Report.PrintMachineAsync(output);
        return 0;
    }

    private static async Task TraceAsync(Report report, string what, bool dispatches, string[] options)
    {
        var (syncs, perSecond, problem) = await SyncTrace.MeasureAsync(dispatches, options);
        if (problem is not null)
        {
            report.Skip(what, problem);
            return;
        }

        report.Judge(what, 1 / syncs, $"{Report.Show(1 / syncs)} (at {Report.Show(perSecond)}/s)", 8, 20);
    }
}
