using System.Diagnostics;

namespace Hotline.ContractTests.EventLog;

/// <summary>Waits for what nobody announces.</summary>
internal static class Eventually
{
    public static async Task Async(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new TimeoutException("It did not come true within 30 seconds.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
