using Hotline.Contracts;
using Hotline.Dispatch.Alerts;
using Hotline.Handling;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Opens one work order per appeal, however often the appeal is delivered.</summary>
public sealed partial class AppealReceivedHandler(
    IDocumentStore<WorkOrder> store, AlertDesk alerts, DispatchRules rules, Organization organization, TimeProvider time, ILogger<AppealReceivedHandler> logger) : IHandle<Appeal>
{
    public async ValueTask HandleAsync(Appeal data, CloudEvent envelope, CancellationToken cancellation)
    {
        // Before all else: whatever keeps the order from being opened must not silence danger to life.
        await alerts.RaiseAsync(data.Id, data.Id, data.Number, data.Channel, $"{data.Title}\n{data.Text}", cancellation);
        var change = WorkOrderDecisions.Open(data, rules.Propose(data), organization, time.GetUtcNow());
        var result = await store.AddOnceAsync(new NewDocument(data.Id, data.Number, change.Facts), cancellation);
        if (result.Document.Id != data.Id)
        {
            throw new InvalidOperationException("Another appeal has this number already: two issuers share a channel. Replay this one when it has a number of its own.");
        }

        if (result.Added && change.Order.State != WorkOrderState.Received)
        {
            LogDecidedByRules(logger, change.Order.Category, organization.Version);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The rules accepted and dispatched an appeal of category {Category} under {RuleVersion}")]
    private static partial void LogDecidedByRules(ILogger logger, string category, string ruleVersion);
}
