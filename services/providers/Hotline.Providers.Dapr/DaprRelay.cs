using Dapr.Client;
using Hotline.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Dapr;

/// <summary>The services of this process, whose events the relay carries.</summary>
internal sealed record RelayedServices(IReadOnlyList<string> Names);

/// <summary>
/// Carries what the store has committed to the sidecar, a loop for each service of this process, and settles what the sidecar has acknowledged. While
/// the sidecar, its broker or the store is away the events wait in the store. After any failure reading begins again at the first unsettled event:
/// events may then be sent twice, never in another order within a key, never not at all.
/// </summary>
internal sealed class DaprRelay(
    IOutbox outbox, RelayedServices services, DaprClient sidecar, IOptions<DaprOptions> options, TimeProvider time, ILogger<DaprRelay> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(services.Names.Select(service => RelayAsync(service, stoppingToken)));

    private async Task RelayAsync(string service, CancellationToken stopping)
    {
        var watch = new SidecarWatch(logger, $"The relay of {service}");
        var pause = FirstPause;
        var carefully = false;
        while (!stopping.IsCancellationRequested)
        {
            var (failure, progressed) = await SendAsync(service, carefully, watch, stopping);
            if (!stopping.IsCancellationRequested)
            {
                watch.Waits(failure);
                pause = progressed ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
                carefully = true;
                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends from the first unsettled event to the first failure, or until the process stops.</summary>
    private async Task<(string Failure, bool Progressed)> SendAsync(string service, bool carefully, SidecarWatch watch, CancellationToken stopping)
    {
        var progressed = false;
        try
        {
            using var run = new RelayRun(sidecar, options.Value, carefully, watch, time, stopping);
            try
            {
                await foreach (var message in outbox.ReadAsync($"dapr/{options.Value.PubSub}", service, run.Ended))
                {
                    await run.SendAsync(message);
                }
            }
            catch (OperationCanceledException) when (run.Ended.IsCancellationRequested)
            {
                // Stopping, or an event failed: the run knows why.
            }
            finally
            {
                await run.DrainAsync();
                progressed = run.Progressed;
            }

            return (run.Failure ?? "the outbox ended", progressed);
        }
#pragma warning disable CA1031 // whatever failed, the events are still in the store: wait and begin again, for ever
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return ($"{failure.GetType().Name}: {failure.Message}", progressed);
        }
    }
}
