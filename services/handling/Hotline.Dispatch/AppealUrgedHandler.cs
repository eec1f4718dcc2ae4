using Hotline.Contracts;
using Hotline.Dispatch.Alerts;
using Hotline.Handling;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Marks the order as pressed for by the citizen 催单, once per call.</summary>
public sealed class AppealUrgedHandler(IDocumentStore<WorkOrder> store, AlertDesk alerts, TimeProvider time) : IHandle<AppealUrged>
{
    public async ValueTask HandleAsync(AppealUrged data, CloudEvent envelope, CancellationToken cancellation)
    {
        await alerts.RaiseAsync(data.Id, data.AppealId, data.Number, data.Channel, data.Text ?? "", cancellation);
        var now = time.GetUtcNow();
        await store.AppendAsync(
            data.AppealId,
            order => order.HasTaken(data.Id) ? null : new WorkOrderChange(order, now).Record(new WorkOrderUrged(order.Id, order.Number, now, data.Id, data.Text)),
            cancellation);
    }
}
