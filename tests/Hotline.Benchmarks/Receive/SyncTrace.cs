using System.ComponentModel;
using System.Diagnostics;
using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary>Counts how often a server has the disk synced, by strace; its filter in the kernel lets every other call pass untouched.</summary>
internal static class SyncTrace
{
    private static readonly string Log = Path.Combine(ChildServer.Folder, "syncs");

    private static string[] Tracer => ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", Log];

    /// <returns>Syncs for each appeal and the rate meanwhile; or why it could not be measured.</returns>
    public static async Task<(double PerAppeal, double PerSecond, string? Problem)> MeasureAsync(bool dispatches, string[] options)
    {
        Directory.CreateDirectory(ChildServer.Folder);
        if (await ProblemAsync() is { } problem)
        {
            return (0, 0, problem);
        }

        await using var candidate = await AppealCandidate.StartAsync($"synced-{dispatches}", dispatches, options, Tracer);
        await candidate.WarmAsync();
        var before = Count();
        var cost = await candidate.RushAsync();
        return ((double)(Count() - before) / cost.Burst.Good, cost.Burst.PerSecond, null);
    }

    private static int Count() => File.ReadLines(Log).Count(static line => !line.Contains("resumed", StringComparison.Ordinal) && line.Contains("sync(", StringComparison.Ordinal));

    /// <summary>Not every container may trace.</summary>
    private static async Task<string?> ProblemAsync()
    {
        try
        {
            using var trial = Process.Start(new ProcessStartInfo(Tracer[0], [.. Tracer[1..], "true"]) { RedirectStandardError = true })!;
            var said = await trial.StandardError.ReadToEndAsync();
            await trial.WaitForExitAsync();
            return trial.ExitCode == 0 ? null : $"strace may not trace here: {said.Trim()}";
        }
        catch (Win32Exception)
        {
            return "strace is missing";
        }
    }
}
