using Hotline.Contracts;

namespace Hotline.Dispatch;

/// <summary>复核: somebody who had no part in the handling looks at what the citizen says against it. Pure.</summary>
internal static class ReviewDecisions
{
    public const string NotSolved = "not-solved";
    public const string NotContent = "not-content";

    /// <summary>The citizen wrote by his channel while he was asked, in place of answering.</summary>
    public const string Written = "written";

    /// <summary>The citizen wrote again after it was closed.</summary>
    public const string Reopened = "reopened";

    /// <summary>
    /// Whether something new the citizen sent has a closed order looked at again: within the days. What he sent just before the closing and crossed it counts
    /// too, for whoever closed it had not seen it; but not what he sent before he answered himself, for his answer is his later word.
    /// </summary>
    public static bool IsReopening(WorkOrder order, DateTimeOffset sentAt, int days) =>
        order is { State: WorkOrderState.Closed, Closing: { Outcome: not Outcomes.Withdrawn } closing } && sentAt <= closing.At.AddDays(days) && !(sentAt < order.AnsweredAt);

    /// <summary>Whether what he sent stands for an answer to what he is being asked: it was sent since, however late it comes.</summary>
    public static bool IsAnswering(WorkOrder order, DateTimeOffset sentAt) => order.State == WorkOrderState.Callback && sentAt >= CallbackDecisions.BegunAt(order);

    /// <summary>Whether it comes too late to be looked at: the citizen is told so, for nobody reads a closed order of his own accord.</summary>
    public static bool IsTooLate(WorkOrder order, DateTimeOffset sentAt, int days) =>
        order is { State: WorkOrderState.Closed, Closing: { } closing } && sentAt > closing.At && !IsReopening(order, sentAt, days);

    /// <summary>Puts an order under review; one that was handled again as often as it may be waits for oversight as well.</summary>
    public static WorkOrderChange Open(WorkOrderChange change, string ground, string? text, DateTimeOffset? answeredAt = null)
    {
        var order = change.Order;
        var opened = new WorkOrderReviewOpened(order.Id, order.Number, change.At, WorkOrderDecisions.ByCitizen, ground, order.Round, text, answeredAt);
        change.Record(opened).Tell(ReplyTexts.Review, ReplyTexts.OfReview(opened));
        return order.Redos >= WorkOrder.MostRedos && order.Oversight is null
            ? change.Record(new OversightWanted(order.Id, order.Number, change.At, $"重办{order.Redos}次，诉求人仍不认可。"))
            : change;
    }

    /// <summary>重办: to the unit that led before, or another.</summary>
    public static Decision Redo(WorkOrder order, RedoRequest body, Request request)
    {
        if (Refuse(order, WorkOrderState.Accepted, body.Check(), request) is { } refusal)
        {
            return refusal;
        }

        if (order.Redos >= WorkOrder.MostRedos)
        {
            return new Decision.Conflict($"这张工单已重办{order.Redos}次，不能再重办。", "请转督办；确属无法解决的，写明依据后解释办结。");
        }

        var wanted = body.Unit ?? order.Assignments.FindLast(a => a is { Parent: null, IsLead: true, State: not AssignmentState.Returned })?.Unit;
        var unit = wanted is null ? null : request.Organization.Unit(wanted);
        if (wanted is not null && (unit is null || request.Organization.FirstBelowHotline(wanted) != unit))
        {
            return new Decision.Invalid([new("unit", "请填写热线直接转派的单位或工作站的代码。")]);
        }

        var redone = new WorkOrderRedone(order.Id, order.Number, request.Now, request.User.Account, order.Round + 1, body.Reason!);
        var change = new WorkOrderChange(order, request.Now).Record(redone);
        if (unit is not null && WorkOrderDecisions.Taken(change.Order, unit, AssignmentRoles.Lead, hasOpenLead: false) is { } taken)
        {
            return taken;
        }

        change.Tell(ReplyTexts.Redo, ReplyTexts.OfRedo(redone));
        if (unit is not null)
        {
            WorkOrderDecisions.Dispatch(change, request.Organization, request.User.Account, null, unit, AssignmentRoles.Lead, body.Reason);
        }

        return Decision.Made(change);
    }

    /// <summary>解释办结.</summary>
    public static Decision Explain(WorkOrder order, ExplainRequest body, Request request) =>
        Refuse(order, WorkOrderState.Closed, body.Check(), request)
        ?? Decision.Made(WorkOrderDecisions.Close(
            new(order, request.Now),
            new(order.Id, order.Number, request.Now, request.User.Account, Outcomes.Explained, null, body.Explanation, body.Evidence)));

    private static Decision? Refuse(WorkOrder order, WorkOrderState wanted, IReadOnlyList<Hosting.FieldError> errors, Request request) =>
        errors.Count > 0 ? new Decision.Invalid(errors)
        : order.State != WorkOrderState.Review ? Refusals.Of(order, wanted)
        : order.Answer?.By == request.User.Account || order.Handling?.By == request.User.Account
            ? new Decision.Denied("您答复过或审核办结过这张工单，不能复核。", "请由未参与办理的受理员或派单员复核。")
            : null;
}
