using Hotline.Contracts;
using Hotline.Dispatch.Alerts;
using Hotline.Handling;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Adds to the order what the citizen added to the appeal, once.</summary>
public sealed class AppealSupplementedHandler(IDocumentStore<WorkOrder> store, AlertDesk alerts, TimeProvider time) : IHandle<AppealSupplemented>
{
    public async ValueTask HandleAsync(AppealSupplemented data, CloudEvent envelope, CancellationToken cancellation)
    {
        await alerts.RaiseAsync(data.Id, data.AppealId, data.Number, data.Channel, data.Text, cancellation);
        var now = time.GetUtcNow();
        await store.AppendAsync(
            data.AppealId,
            order => order.HasTaken(data.Id)
                ? null
                : new WorkOrderChange(order, now).Record(new WorkOrderSupplemented(order.Id, order.Number, now, data.Id, data.Text, data.Attachments)),
            cancellation);
    }
}
