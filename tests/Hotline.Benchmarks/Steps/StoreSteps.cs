using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hotline.Benchmarks.Load;
using Hotline.Intake;
using Hotline.Intake.App;

namespace Hotline.Benchmarks.Steps;

/// <summary>Receiving without HTTP, by as many callers at once as there are connections: what the store and the numbers allow.</summary>
internal static class StoreSteps
{
    private const int Each = 300;

    public static async Task RunAsync(StepTimer timer, IServiceProvider services)
    {
        var intake = services.GetRequiredKeyedService<AppealIntake>(AppChannel.Name);
        var appeal = JsonSerializer.Deserialize(AppRequests.Body, AppJson.Default.AppAppeal)!;
        var original = new Original(AppRequests.Body, "application/json");
        var made = 0;
        foreach (var callers in new[] { 64, 1, 64, 256 })
        {
            var (started, cpu, allocated) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    var key = Interlocked.Increment(ref made).ToString(CultureInfo.InvariantCulture);
                    var draft = AppNormalizer.Normalize(appeal, "device", key, []);
                    await intake.ReceiveAsync(draft, original, CancellationToken.None);
                }
            })));
            var (elapsed, count) = (Stopwatch.GetElapsedTime(started), (double)callers * Each);
            var used = Environment.CpuUsage.TotalTime - cpu;
            await timer.PrintAsync(
                string.Create(CultureInfo.InvariantCulture, $"receive and store, {callers} at once: {count / elapsed.TotalSeconds:0}/s, {used.TotalMicroseconds / count:0.#} µs CPU each; µs are elapsed"),
                elapsed.TotalNanoseconds / count,
                (GC.GetTotalAllocatedBytes(precise: true) - allocated) / count);
        }
    }
}
