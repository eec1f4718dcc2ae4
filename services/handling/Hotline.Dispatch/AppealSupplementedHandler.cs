using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Adds to the order what the citizen added to the appeal, once.</summary>
public sealed class AppealSupplementedHandler(IDocumentStore<WorkOrder> store, TimeProvider time) : IHandle<AppealSupplemented>
{
    public ValueTask HandleAsync(AppealSupplemented data, CloudEvent envelope, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return store.AppendAsync(
            data.AppealId,
            order => order.HasTaken(data.Id)
                ? null
                : new WorkOrderChange(order, now).Record(new WorkOrderSupplemented(order.Id, order.Number, now, data.Id, data.Text, data.Attachments)),
            cancellation);
    }
}
