using System.Collections.Frozen;
using System.Collections.Immutable;
using Hotline.Contracts;
using static Hotline.Dispatch.WorkOrderState;

namespace Hotline.Dispatch;

/// <summary>Where a work order 工单 stands; the hotline owns it.</summary>
public enum WorkOrderState
{
    Received,
    Accepted,
    Answered,
    InHandling,
    Handled,
    Callback,
    Closed,
}

/// <summary>How a work order ends.</summary>
public static class Outcomes
{
    public const string Solved = "solved";
    public const string Explained = "explained";
    public const string Unreachable = "unreachable";

    /// <summary>The citizen took it back 撤诉; the only end that is possible from every open state.</summary>
    public const string Withdrawn = "withdrawn";
}

/// <summary>The states of a work order: their names in events, what people read, and which may follow which.</summary>
public static class WorkOrderStates
{
    private static readonly FrozenDictionary<WorkOrderState, WorkOrderState[]> Allowed = new Dictionary<WorkOrderState, WorkOrderState[]>
    {
        [Received] = [Accepted],
        [Accepted] = [Answered, InHandling],
        [Answered] = [Callback, Closed],
        [InHandling] = [Handled, Accepted /* the last open lead assignment was returned */],
        [Handled] = [Callback],
        [Callback] = [Closed],
        [Closed] = [],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<WorkOrderState, (string Name, string Title)> Names = new Dictionary<WorkOrderState, (string, string)>
    {
        [Received] = ("received", "待受理"),
        [Accepted] = ("accepted", "已受理"),
        [Answered] = ("answered", "直接答复"),
        [InHandling] = ("in-handling", "转派中"),
        [Handled] = ("handled", "已办结"),
        [Callback] = ("callback", "待回访"),
        [Closed] = ("closed", "已结案"),
    }.ToFrozenDictionary();

    public static IEnumerable<WorkOrderState> All => Names.Keys.Order();

    public static IReadOnlyList<WorkOrderState> Next(WorkOrderState state) => Allowed[state];

    public static bool MayBecome(this WorkOrderState from, WorkOrderState to) => Allowed[from].Contains(to);

    public static string Name(this WorkOrderState state) => Names[state].Name;

    public static string Title(this WorkOrderState state) => Names[state].Title;
}

/// <summary>
/// A work order 工单: the whole record of one matter from receipt to closing. Its state is folded from its facts alone; a fact that repeats an earlier
/// one, or that its state does not allow, changes nothing.
/// </summary>
public sealed record WorkOrder
{
    public required WorkOrderOpened Opened { get; init; }

    public WorkOrderState State { get; init; } = Received;

    public WorkOrderAccepted? Acceptance { get; init; }

    public WorkOrderAnswered? Answer { get; init; }

    public WorkOrderHandled? Handling { get; init; }

    public WorkOrderClosed? Closing { get; init; }

    public ImmutableList<Assignment> Assignments { get; init; } = [];

    public ImmutableList<WorkOrderSupplemented> Supplements { get; init; } = [];

    public ImmutableList<WorkOrderUrged> Urges { get; init; } = [];

    /// <summary>How many replies were issued to the citizen: the version of the last.</summary>
    public int Replies { get; init; }

    public Guid Id => Opened.Id;

    public string Number => Opened.Number;

    public Appeal Appeal => Opened.Appeal;

    public string Nature => Acceptance?.Nature ?? Opened.Proposal.Nature;

    public string Category => Acceptance?.Category ?? Opened.Proposal.Category;

    public string? Division => Acceptance is null ? Opened.Proposal.Division : Acceptance.Division;

    public string Urgency => Acceptance?.Urgency ?? Opened.Proposal.Urgency;

    /// <summary>Whether units are at work on it or may be put to work.</summary>
    public bool IsWithUnits => State is Accepted or InHandling;

    public Assignment? Assignment(int number) => Assignments.Find(a => a.Number == number);

    /// <summary>The assignments a station passed down from its own.</summary>
    public IEnumerable<Assignment> Children(int parent) => Assignments.Where(a => a.Parent == parent);

    /// <summary>The lead assignments the hotline gave, without those that came back.</summary>
    public IEnumerable<Assignment> Leads => Assignments.Where(a => a is { Parent: null, IsLead: true, State: not AssignmentState.Returned });

    /// <summary>The state after one more fact. Pure.</summary>
    /// <param name="order">Null before the first fact, which must be the opening.</param>
    public static WorkOrder Apply(WorkOrder? order, object fact) => (order, fact) switch
    {
        (null, WorkOrderOpened opened) => new() { Opened = opened },
        (null, _) => throw new InvalidOperationException($"A work order begins with its opening, not with {fact.GetType().Name}."),
        // Received alone: from in-handling the way back to accepted is a returned assignment's, not a repeated acceptance's.
        (_, WorkOrderAccepted accepted) => order.State == Received ? order with { State = Accepted, Acceptance = accepted } : order,
        (_, WorkOrderAnswered answered) => order.State.MayBecome(Answered) ? order with { State = Answered, Answer = answered } : order,
        (_, WorkOrderDispatched dispatched) => order.Add(dispatched),
        (_, AssignmentChanged changed) => order.Change(changed),
        (_, WorkOrderHandled handled) => order.State.MayBecome(Handled) ? order with { State = Handled, Handling = handled } : order,
        (_, WorkOrderCallbackStarted) => order.State.MayBecome(Callback) ? order with { State = Callback } : order,
        (_, WorkOrderClosed closed) => order.MayClose(closed.Outcome) ? order with { State = Closed, Closing = closed } : order,
        (_, WorkOrderSupplemented supplement) => order.HasTaken(supplement.SubmissionId) ? order : order with { Supplements = order.Supplements.Add(supplement) },
        (_, WorkOrderUrged urged) => order.HasTaken(urged.SubmissionId) ? order : order with { Urges = order.Urges.Add(urged) },
        (_, ReplyIssued reply) => order with { Replies = Math.Max(order.Replies, reply.Version) },
        _ => order,
    };

    /// <summary>Whether this submission of the citizen is part of the order already.</summary>
    public bool HasTaken(Guid submission) => Supplements.Exists(s => s.SubmissionId == submission) || Urges.Exists(u => u.SubmissionId == submission);

    public bool MayClose(string outcome) => outcome == Outcomes.Withdrawn ? State != Closed : State.MayBecome(Closed);

    private WorkOrder Add(WorkOrderDispatched fact)
    {
        var fits = IsWithUnits && Assignment(fact.Assignment) is null && (fact.Parent is not { } parent || Assignment(parent) is not null);
        return fits ? this with { State = InHandling, Assignments = Assignments.Add(new Assignment { Given = fact }) } : this;
    }

    private WorkOrder Change(AssignmentChanged fact)
    {
        var before = Assignment(fact.Assignment);
        var after = IsWithUnits ? before?.Apply(fact) : before;
        if (before is null || ReferenceEquals(before, after))
        {
            return this;
        }

        var changed = this with { Assignments = Assignments.Replace(before, after!) };
        var backToDispatcher = State == InHandling && after is { State: AssignmentState.Returned, Parent: null, IsLead: true } && !changed.Leads.Any(a => a.IsOpen);
        return backToDispatcher ? changed with { State = Accepted } : changed;
    }
}
