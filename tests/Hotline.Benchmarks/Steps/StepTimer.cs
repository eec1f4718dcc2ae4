using System.Diagnostics;

namespace Hotline.Benchmarks.Steps;

/// <summary>Times one step of the receiving path again and again on one thread, by the thread's own CPU time: what others do on the machine hardly shows.</summary>
internal sealed class StepTimer(TextWriter output)
{
    private const int Rounds = 7;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(60);

    /// <summary>What keeps the compiler from leaving a step out.</summary>
    public static object? Kept { get; set; }

    public async Task TimeAsync(string step, Func<object?> run)
    {
        var (nanoseconds, bytes) = Measure(run);
        await PrintAsync(step, nanoseconds, bytes);
    }

    public Task PrintAsync(string step, double nanoseconds, double bytes) =>
        output.WriteLineAsync($"| {step} | {Report.Show(nanoseconds / 1000)} | {Report.Show(bytes)} |");

    private static (double Nanoseconds, double Bytes) Measure(Func<object?> run)
    {
        Once(run, RoundLength * 3); // compiled and settled
        var rounds = new List<double>();
        double bytes = 0;
        for (var i = 0; i < Rounds; i++)
        {
            (var nanoseconds, bytes) = Once(run, RoundLength);
            rounds.Add(nanoseconds);
        }

        return (Statistics.Of(rounds).Median, bytes);
    }

    private static (double Nanoseconds, double Bytes) Once(Func<object?> run, TimeSpan length)
    {
        var (count, allocated, started, cpu) = (0, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp(), ThreadClock.Nanoseconds);
        do
        {
            for (var i = 0; i < 16; i++)
            {
                Kept = run();
            }

            count += 16;
        }
        while (Stopwatch.GetElapsedTime(started) < length);
        return ((ThreadClock.Nanoseconds - cpu) / count, (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / count);
    }
}
