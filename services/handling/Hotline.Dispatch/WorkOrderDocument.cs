using Hotline.Contracts;
using Hotline.Dispatch.Proofs;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>How a work order is kept: its facts, their fold, and by what it is found. Its id is the appeal's, its key the number.</summary>
public static class WorkOrderDocument
{
    public const string StateIndex = "state";
    public const string UnitIndex = "unit";

    /// <summary>In place of a state: everything not closed; of a unit, everything it still owes something for.</summary>
    public const string Open = "open";

    /// <summary>In place of a state: what was handled again in vain and waits for oversight 督办.</summary>
    public const string OversightWanted = "oversight-wanted";

    /// <summary>In place of a state: a share the hotline gave out was replied to, and waits for its review 审核.</summary>
    public const string ToReview = "to-review";

    /// <summary>In place of a state: a unit asks the hotline to take its share back 退单申请.</summary>
    public const string ReturnAsked = "return-asked";

    /// <summary>In place of a state: a unit's draft waits for its head 待签发.</summary>
    public const string ToIssue = "to-issue";

    /// <summary>All that stands in place of a state.</summary>
    public static readonly IReadOnlyList<string> Waiting = [Open, ToReview, ReturnAsked, ToIssue, OversightWanted];

    public static readonly DocumentType<WorkOrder> Type = new(
        DispatchService.Name,
        "work-order",
        new FactTypes()
            .Add(EventTypes.WorkOrderOpened, HotlineJson.Default.WorkOrderOpened)
            .Add(EventTypes.WorkOrderAccepted, HotlineJson.Default.WorkOrderAccepted)
            .Add(EventTypes.WorkOrderAnswered, HotlineJson.Default.WorkOrderAnswered)
            .Add(EventTypes.WorkOrderDispatched, HotlineJson.Default.WorkOrderDispatched)
            .Add(EventTypes.AssignmentChanged, HotlineJson.Default.AssignmentChanged)
            .Add("proof-added", ProofJson.Default.ProofAdded)
            .Add("proof-removed", ProofJson.Default.ProofRemoved)
            .Add(EventTypes.WorkOrderHandled, HotlineJson.Default.WorkOrderHandled)
            .Add(EventTypes.WorkOrderCallbackStarted, HotlineJson.Default.WorkOrderCallbackStarted)
            .Add(EventTypes.WorkOrderPromised, HotlineJson.Default.WorkOrderPromised)
            .Add(EventTypes.WorkOrderReviewOpened, HotlineJson.Default.WorkOrderReviewOpened)
            .Add(EventTypes.WorkOrderRedone, HotlineJson.Default.WorkOrderRedone)
            .Add(EventTypes.OversightWanted, HotlineJson.Default.OversightWanted)
            .Add(EventTypes.WorkOrderSupplemented, HotlineJson.Default.WorkOrderSupplemented)
            .Add(EventTypes.WorkOrderUrged, HotlineJson.Default.WorkOrderUrged)
            .Add(EventTypes.WorkOrderAnswerChanged, HotlineJson.Default.WorkOrderAnswerChanged)
            .Add(EventTypes.WorkOrderClosed, HotlineJson.Default.WorkOrderClosed)
            .Add(EventTypes.ReplyIssued, HotlineJson.Default.ReplyIssued),
        (state, fact) => WorkOrder.Apply(state, fact.Data),
        [new(StateIndex, StateValues), new(UnitIndex, UnitValues)]);

    /// <summary>The value under which a unit finds the orders it may see; with a state, or <see cref="Open"/>, only those.</summary>
    public static string UnitValue(string unit, string? state = null) => state is null ? $"unit/{unit}" : $"unit/{unit}/{state}";

    private static IEnumerable<string> StateValues(WorkOrder order)
    {
        yield return order.State.Name();
        if (order.State != WorkOrderState.Closed)
        {
            yield return Open;
            if (order.Oversight is not null)
            {
                yield return OversightWanted;
            }
        }

        if (order.IsWithUnits && order.CurrentAssignments.Any(a => a.State == AssignmentState.Drafted))
        {
            yield return ToIssue;
        }

        foreach (var (value, state) in new[] { (ToReview, AssignmentState.Replied), (ReturnAsked, AssignmentState.ReturnAsked) })
        {
            if (order.IsWithUnits && order.CurrentAssignments.Any(a => a.Parent is null && a.State == state))
            {
                yield return value;
            }
        }
    }

    private static IEnumerable<string> UnitValues(WorkOrder order)
    {
        foreach (var unit in order.Assignments.Where(a => WorkOrderScope.IsVisible(order, a)).GroupBy(a => a.Unit))
        {
            yield return UnitValue(unit.Key);
            yield return UnitValue(unit.Key, order.State.Name());
            if (order.IsWithUnits && unit.Any(a => a.IsOpen && order.IsCurrent(a)))
            {
                yield return UnitValue(unit.Key, Open);
            }

            if (order.IsWithUnits && unit.Any(a => a.State == AssignmentState.Drafted && order.IsCurrent(a)))
            {
                yield return UnitValue(unit.Key, ToIssue);
            }
        }
    }
}
