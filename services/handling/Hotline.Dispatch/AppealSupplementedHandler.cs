using Hotline.Contracts;
using Hotline.Dispatch.Alerts;
using Hotline.Handling;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Dispatch;

/// <summary>
/// Adds to the order what the citizen added to the appeal, once. Where he is being asked, and where it was closed a few days ago, a person looks at it: what he
/// writes may be that it is not solved.
/// </summary>
public sealed class AppealSupplementedHandler(IDocumentStore<WorkOrder> store, AlertDesk alerts, IOptions<DispatchOptions> options, TimeProvider time) : IHandle<AppealSupplemented>
{
    public async ValueTask HandleAsync(AppealSupplemented data, CloudEvent envelope, CancellationToken cancellation)
    {
        await alerts.RaiseAsync(data.Id, data.AppealId, data.Number, data.Channel, data.Text, cancellation);
        var now = time.GetUtcNow();
        await store.AppendAsync(
            data.AppealId,
            order => order.HasTaken(data.Id) ? null : Add(order),
            cancellation);

        WorkOrderChange Add(WorkOrder order)
        {
            var change = new WorkOrderChange(order, now).Record(new WorkOrderSupplemented(order.Id, order.Number, now, data.Id, data.Text, data.Attachments));
            return ReviewDecisions.IsReopening(order, data.ReceivedAt, options.Value.ReopenDays)
                ? ReviewDecisions.Open(change, ReviewDecisions.Reopened, data.Text)
                : ReviewDecisions.IsAnswering(order, data.ReceivedAt) ? ReviewDecisions.Open(change, ReviewDecisions.Written, data.Text)
                : !order.TooLateTold && ReviewDecisions.IsTooLate(order, data.ReceivedAt, options.Value.ReopenDays) ? change.Tell(ReplyTexts.TooLate, ReplyTexts.OfTooLate(order.Number))
                : change;
        }
    }
}
