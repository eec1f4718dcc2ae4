using System.Runtime.InteropServices;

namespace Hotline.Benchmarks.Steps;

/// <summary>The CPU time of the calling thread, which .NET does not tell.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3; // CLOCK_THREAD_CPUTIME_ID

    public static double Nanoseconds => GetTime(ThreadCpuTime, out var time) == 0 ? (time.Seconds * 1e9) + time.Nanoseconds : throw new InvalidOperationException("This system has no clock for threads.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private readonly record struct Time(long Seconds, long Nanoseconds);
}
