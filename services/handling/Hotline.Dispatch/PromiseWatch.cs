using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Has the citizens of promises 承诺件 asked once the day they were told is over.</summary>
internal sealed partial class PromiseWatch(IDocumentStore<WorkOrder> store, Organization organization, TimeProvider time, ILogger<PromiseWatch> logger) : BackgroundService
{
    private const int PageSize = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message);
            }
#pragma warning disable CA1031 // one order that cannot be dealt with must not end the watch for all, nor the host with it
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(failure.GetType().Name, failure.StackTrace);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        long after = 0;
        while (await store.QueryAsync(WorkOrderDocument.StateIndex, WorkOrderState.Promise.Name(), after, PageSize, cancellation) is { Count: > 0 } page)
        {
            var now = time.GetUtcNow();
            foreach (var document in page.Where(document => CallbackDecisions.IsPromiseOver(document.State, now)))
            {
                await store.AppendAsync(
                    document.Id, order => CallbackDecisions.IsPromiseOver(order, now) ? CallbackDecisions.Start(new(order, now), organization) : null, cancellation);
            }

            after = page[^1].Sequence;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Promises could not be looked through: {Failure}{StackTrace}")]
    private partial void LogFailed(string failure, string? stackTrace);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Promises wait for the store: {Reason}")]
    private partial void LogWaits(string reason);
}
