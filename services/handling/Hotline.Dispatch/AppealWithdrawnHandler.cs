using Hotline.Contracts;
using Hotline.Dispatch.Alerts;
using Hotline.Handling;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Closes the order of an appeal the citizen took back 撤诉, from whichever open state; a closed one stays as it is.</summary>
public sealed class AppealWithdrawnHandler(IDocumentStore<WorkOrder> store, AlertDesk alerts, TimeProvider time) : IHandle<AppealWithdrawn>
{
    public async ValueTask HandleAsync(AppealWithdrawn data, CloudEvent envelope, CancellationToken cancellation)
    {
        await alerts.RaiseAsync(data.Id, data.AppealId, data.Number, data.Channel, data.Reason ?? "", cancellation);
        await store.AppendAsync(data.AppealId, order => order.MayClose(Outcomes.Withdrawn) ? WorkOrderDecisions.Withdraw(order, data, time.GetUtcNow()) : null, cancellation);
    }
}
