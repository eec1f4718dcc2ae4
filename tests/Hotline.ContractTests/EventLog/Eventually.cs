using System.Diagnostics;

namespace Hotline.ContractTests.EventLog;

/// <summary>Waits for what nobody announces.</summary>
internal static class Eventually
{
    public static Task Async(Func<bool> condition) => BecomesAsync(() => Task.FromResult(condition()));

    public static async Task BecomesAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new TimeoutException("It did not come true within 30 seconds.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
