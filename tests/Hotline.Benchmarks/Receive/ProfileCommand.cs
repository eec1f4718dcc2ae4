using System.Globalization;
using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary>
/// <c>profile [SECONDS]</c>: load on the all-in-one for so long, then CPU by thread. It prints the process id, so that a profiler can look
/// meanwhile: <c>DOTNET_PerfMapEnabled=1 build/bench profile 20</c> and <c>perf record -g -p ID</c>.
/// </summary>
internal static class ProfileCommand
{
    public static async Task<int> RunAsync(string[] options, TextWriter output)
    {
        var bursts = options is [var seconds, .. var rest] ? int.Parse(seconds, CultureInfo.InvariantCulture) / 2 : 5;
        rest = options.Length > 1 ? options[1..] : [];
        var dispatches = !rest.Any(option => option.StartsWith("--Hotline:Services=", StringComparison.Ordinal));
        await using (var candidate = await AppealCandidate.StartAsync("profile", dispatches, rest))
        {
            await RushAsync(candidate, bursts, output);
        }

        Directory.Delete(ChildServer.Folder, recursive: true);
        return 0;
    }

    private static async Task RushAsync(AppealCandidate candidate, int bursts, TextWriter output)
    {
        await candidate.WarmAsync();
        await output.WriteLineAsync($"process {candidate.Server.ProcessId}");
        var before = ProcessFiles.CpuByThread(candidate.Server.ProcessId);
        var (received, disk) = (candidate.Received, ProcessFiles.DiskBytes(candidate.Server.ProcessId));
        for (var i = 0; i < bursts; i++)
        {
            var cost = await candidate.RushAsync();
            await output.WriteLineAsync($"{Report.Show(cost.Burst.PerSecond)}/s, {Report.Show(cost.CpuMicrosecondsEach)} µs and {Report.Show(cost.AllocatedEach)} bytes each");
        }

        received = candidate.Received - received;
        await output.WriteLineAsync($"{Report.Show((double)(ProcessFiles.DiskBytes(candidate.Server.ProcessId) - disk) / received)} bytes to disk per appeal");
        foreach (var (thread, cpu) in ProcessFiles.CpuByThread(candidate.Server.ProcessId).OrderByDescending(thread => thread.Value))
        {
            var used = cpu - before.GetValueOrDefault(thread);
            if (used > 0)
            {
                await output.WriteLineAsync($"{thread,-18} {Report.Show(used * 1e6 / received),8} µs per appeal");
            }
        }
    }
}
