using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>Facts that go into one commit, and the order as it will be after them.</summary>
/// <param name="order">As it stands; null before its opening.</param>
/// <param name="at">When all of it happens.</param>
internal sealed class WorkOrderChange(WorkOrder? order, DateTimeOffset at)
{
    private readonly List<NewFact> _facts = [];
    private WorkOrder? _order = order;

    public WorkOrder Order => _order ?? throw new InvalidOperationException("Record the opening first.");

    public DateTimeOffset At => at;

    public IReadOnlyList<NewFact> Facts => _facts;

    /// <exception cref="InvalidOperationException">The fact would change nothing: a decision let pass what the table of states does not.</exception>
    public WorkOrderChange Record(object fact) => Record(fact, Topics.WorkOrders);

    /// <summary>Records what is nobody else's to know: no event of it goes out.</summary>
    /// <exception cref="InvalidOperationException">As of <see cref="Record(object)"/>.</exception>
    public WorkOrderChange Keep(object fact) => Record(fact, null);

    private WorkOrderChange Record(object fact, string? topic)
    {
        var before = _order;
        _order = WorkOrder.Apply(before, fact);
        if (ReferenceEquals(before, _order))
        {
            throw new InvalidOperationException($"{fact.GetType().Name} would have no effect in the state {before!.State}.");
        }

        _facts.Add(new NewFact(fact, at, topic));
        return this;
    }

    /// <summary>Tells the citizen. Call it after the change it speaks of: it carries the state of then.</summary>
    /// <param name="replaces">The version of the reply that no longer holds; null for none.</param>
    public WorkOrderChange Tell(string kind, string text, int? replaces = null)
    {
        var reply = new ReplyIssued(Order.Id, Order.Number, Order.Appeal.Channel, Order.Replies + 1, at, kind, Order.State.Name(), text, replaces);
        _order = WorkOrder.Apply(_order, reply);
        _facts.Add(new NewFact(reply, at, Topics.Replies));
        return this;
    }
}

/// <summary>What was decided on a request.</summary>
internal abstract record Decision
{
    public static Decision Made(WorkOrderChange change) => new Granted(change.Facts);

    /// <summary>The request is in order; these facts are to be appended.</summary>
    public sealed record Granted(IReadOnlyList<NewFact> Facts) : Decision;

    /// <summary>The request is wrong whatever the state.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : Decision;

    /// <summary>The state does not allow it.</summary>
    public sealed record Conflict(string Detail, string Remedy) : Decision;

    /// <summary>He may see it, but it is not his to do.</summary>
    public sealed record Denied(string Detail, string Remedy) : Decision;

    /// <summary>There is no such part, or he may not see it.</summary>
    public sealed record Missing(string Detail, string Remedy) : Decision;
}

/// <summary>Who asks for a change, when, under which rules.</summary>
/// <param name="SamplePercent">How many of a hundred direct answers the citizen is asked about.</param>
internal sealed record Request(StaffUser User, Organization Organization, DateTimeOffset Now, int SamplePercent = DispatchOptions.UsualSample);

/// <summary>The words of refusals: both states by name, and what would be possible.</summary>
internal static class Refusals
{
    public static Decision.Conflict Of(WorkOrder order, WorkOrderState wanted) => new(
        $"工单现为“{order.State.Title()}”（{order.State.Name()}），不能转为“{wanted.Title()}”（{wanted.Name()}）。",
        Remedy(WorkOrderStates.Next(order.State).Select(s => s.Title())));

    public static Decision.Conflict Of(WorkOrder order, Assignment assignment, AssignmentState wanted) => order.IsWithUnits
        ? new(
            $"转派件{assignment.Number}现为“{assignment.State.Title()}”（{assignment.State.Name()}），不能转为“{wanted.Title()}”（{wanted.Name()}）。",
            Remedy(AssignmentStates.Next(assignment.State).Select(s => s.Title())))
        : new(
            $"工单现为“{order.State.Title()}”（{order.State.Name()}），转派件{assignment.Number}不能再转为“{wanted.Title()}”（{wanted.Name()}）。",
            "工单已不在承办单位办理，无需再操作；请刷新后查看。");

    private static string Remedy(IEnumerable<string> next) =>
        string.Join('、', next) is { Length: > 0 } titles ? $"请刷新后再操作；现在可以转为：{titles}。" : "此为最终状态，不再变化；如有新情况请另立诉求。";
}
