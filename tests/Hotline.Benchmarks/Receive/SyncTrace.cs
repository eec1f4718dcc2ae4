using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary>
/// Counts how often a server has the disk synced, by the kernel's own tracepoints. A tracer that stops the process at each sync (strace)
/// slows it to a third, and then as few appeals share a sync.
/// </summary>
internal static class SyncTrace
{
    private static readonly string Log = Path.Combine(ChildServer.Folder, "syncs");

    /// <returns>Syncs for each appeal and the rate meanwhile; or why it could not be measured.</returns>
    public static async Task<(double PerAppeal, double PerSecond, string? Problem)> MeasureAsync(bool dispatches, string[] options)
    {
        Directory.CreateDirectory(ChildServer.Folder);
        await using var candidate = await AppealCandidate.StartAsync($"synced-{dispatches}", dispatches, options);
        await candidate.WarmAsync();
        try
        {
            using var perf = Process.Start(new ProcessStartInfo(
                "perf",
                ["stat", "-x,", "-e", "syscalls:sys_enter_fsync,syscalls:sys_enter_fdatasync", "-p", candidate.Server.ProcessId.ToString(CultureInfo.InvariantCulture), "-o", Log])
            { RedirectStandardError = true })!;
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System); // until it counts
            var cost = await candidate.RushAsync();
            if (perf.HasExited)
            {
                return (0, 0, $"perf may not trace here: {(await perf.StandardError.ReadToEndAsync()).Trim()}");
            }

            using (var interrupt = Process.Start("kill", ["-INT", perf.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                await interrupt.WaitForExitAsync();
            }

            await perf.WaitForExitAsync();
            return ((double)await CountAsync() / cost.Burst.Good, cost.Burst.PerSecond, null);
        }
        catch (Win32Exception)
        {
            return (0, 0, "perf is missing (Debian: linux-perf)");
        }
    }

    /// <summary>Each line is a count, its unit, and the tracepoint.</summary>
    private static async Task<long> CountAsync() => (await File.ReadAllLinesAsync(Log))
        .Where(static line => line.Contains("sys_enter", StringComparison.Ordinal))
        .Sum(static line => long.Parse(line[..line.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture));
}
