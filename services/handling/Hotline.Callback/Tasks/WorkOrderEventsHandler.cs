using Hotline.Contracts;
using Hotline.Handling;

namespace Hotline.Callback.Tasks;

/// <summary>Follows work orders: who handled, what was claimed and told, when the citizen is to be asked, when the office is done; and ratings on platforms.</summary>
public sealed class WorkOrderEventsHandler(CallbackDesk desk)
    : IHandle<WorkOrderOpened>, IHandle<WorkOrderAccepted>, IHandle<WorkOrderAnswered>, IHandle<WorkOrderDispatched>, IHandle<AssignmentChanged>, IHandle<WorkOrderHandled>,
        IHandle<WorkOrderCallbackStarted>, IHandle<WorkOrderRedone>, IHandle<WorkOrderClosed>, IHandle<AppealRated>
{
    public ValueTask HandleAsync(WorkOrderOpened data, CloudEvent envelope, CancellationToken cancellation)
    {
        var appeal = data.Appeal;
        return desk.NoteAsync(
            data.Id, data.Number, new OrderSeen(data.Number, appeal.Channel, appeal.Title, appeal.ContactRef, appeal.Reach, appeal.Confidential, appeal.PersonKey, appeal.PhoneKey, appeal.ReceivedAt, appeal.Source), cancellation);
    }

    public ValueTask HandleAsync(WorkOrderAccepted data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(WorkOrderAnswered data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(WorkOrderDispatched data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(AssignmentChanged data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(WorkOrderHandled data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(WorkOrderCallbackStarted data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(WorkOrderRedone data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(WorkOrderClosed data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.Id, data.Number, data, cancellation);

    public ValueTask HandleAsync(AppealRated data, CloudEvent envelope, CancellationToken cancellation) => desk.NoteAsync(data.AppealId, data.Number, data, cancellation);
}
