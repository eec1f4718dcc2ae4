using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Ports;

/// <summary>The services of this process, whose events a relay carries.</summary>
public sealed record RelayedServices(IReadOnlyList<string> Names);

/// <summary>One attempt to carry a service's events to a broker, from the first unsettled one to the first failure.</summary>
public interface IRelayRun : IDisposable
{
    /// <summary>Cancelled at the first failure, and when the process stops.</summary>
    CancellationToken Ended { get; }

    /// <summary>What went wrong, complete once drained; null when nothing did.</summary>
    string? Failure { get; }

    /// <summary>Whether the service's place moved at all.</summary>
    bool Progressed { get; }

    /// <summary>Takes the next event; waits while as many as allowed are on their way. Settles each when the broker has acknowledged it.</summary>
    ValueTask SendAsync(LogMessage message);

    /// <summary>Waits a moment for what is on its way, so that little is sent twice.</summary>
    Task DrainAsync();
}

/// <summary>
/// Carries what the store has committed to a broker, a loop for each service of this process, and settles what the broker has acknowledged. While the
/// broker or the store is away the events wait in the store. After any failure reading begins again at the first unsettled event: events may
/// then be sent twice, never in another order within a key, never not at all.
/// </summary>
/// <param name="broker">As it is called in the log: <c>Kafka</c>.</param>
/// <param name="place">Under which the outbox remembers how far it was settled; another place begins at the first event.</param>
public abstract class OutboxRelay(IOutbox outbox, RelayedServices services, string broker, string place, TimeProvider time, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <param name="carefully">After a failure: the first event goes alone, for if it fails again, the others would all have been sent in vain.</param>
    protected abstract IRelayRun Begin(string service, bool carefully, BrokerWatch watch, CancellationToken stopping);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(services.Names.Select(service => RelayAsync(service, stoppingToken)));

    private async Task RelayAsync(string service, CancellationToken stopping)
    {
        using var watch = new BrokerWatch(logger, broker, "relay", service, time);
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
    private async Task<(string Failure, bool Progressed)> SendAsync(string service, bool carefully, BrokerWatch watch, CancellationToken stopping)
    {
        var progressed = false;
        try
        {
            using var run = Begin(service, carefully, watch, stopping);
            try
            {
                await foreach (var message in outbox.ReadAsync(place, service, run.Ended))
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
