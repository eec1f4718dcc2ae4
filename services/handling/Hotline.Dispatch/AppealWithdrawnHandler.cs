using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Closes the order of an appeal the citizen took back 撤诉, from whichever open state; a closed one stays as it is.</summary>
public sealed class AppealWithdrawnHandler(IDocumentStore<WorkOrder> store, TimeProvider time) : IHandle<AppealWithdrawn>
{
    public ValueTask HandleAsync(AppealWithdrawn data, CloudEvent envelope, CancellationToken cancellation) => store.AppendAsync(
        data.AppealId, order => order.MayClose(Outcomes.Withdrawn) ? WorkOrderDecisions.Withdraw(order, data, time.GetUtcNow()) : null, cancellation);
}
