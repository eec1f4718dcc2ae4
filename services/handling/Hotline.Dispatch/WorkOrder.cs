using System.Collections.Frozen;
using System.Collections.Immutable;
using Hotline.Contracts;
using Hotline.Dispatch.Proofs;
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
    Promise,
    Callback,
    Review,
    Closed,
}

/// <summary>How a work order ends.</summary>
public static class Outcomes
{
    public const string Solved = "solved";
    public const string Explained = "explained";
    public const string Unreachable = "unreachable";

    /// <summary>Answered at once, and not in the sample that is asked.</summary>
    public const string Answered = "answered";

    /// <summary>Reached, but he did not want to say.</summary>
    public const string Unanswered = "unanswered";

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
        [Handled] = [Callback, Promise],
        [Promise] = [Callback],
        [Callback] = [Closed, Review],
        [Review] = [Accepted /* to be handled again */, Closed],
        [Closed] = [Review /* the citizen wrote again */],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<WorkOrderState, (string Name, string Title)> Names = new Dictionary<WorkOrderState, (string, string)>
    {
        [Received] = ("received", "待受理"),
        [Accepted] = ("accepted", "已受理"),
        [Answered] = ("answered", "直接答复"),
        [InHandling] = ("in-handling", "转派中"),
        [Handled] = ("handled", "已办结"),
        [Promise] = ("promise", "承诺件"),
        [Callback] = ("callback", "待回访"),
        [Review] = ("review", "复核"),
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
    /// <summary>How often it is handled again at most; then it waits for oversight.</summary>
    public const int MostRedos = 2;

    public required WorkOrderOpened Opened { get; init; }

    public WorkOrderState State { get; init; } = Received;

    public WorkOrderAccepted? Acceptance { get; init; }

    public WorkOrderAnswered? Answer { get; init; }

    /// <summary>What took the place of the answer when its article changed; the last of it.</summary>
    public WorkOrderAnswerChanged? ChangedAnswer { get; init; }

    /// <summary>The version of the reply that told the citizen his answer last; null while he has none.</summary>
    public int? AnsweringReply { get; init; }

    public WorkOrderHandled? Handling { get; init; }

    /// <summary>The day its reply names; of the present round.</summary>
    public WorkOrderPromised? Promise { get; init; }

    public WorkOrderReviewOpened? Review { get; init; }

    public WorkOrderClosed? Closing { get; init; }

    /// <summary>That it was handled again as often as it may be, and in vain.</summary>
    public OversightWanted? Oversight { get; init; }

    /// <summary>How often it was sent to be handled again 重办.</summary>
    public int Redos { get; init; }

    /// <summary>The assignments up to this number belong to earlier rounds.</summary>
    public int EarlierAssignments { get; init; }

    /// <summary>The round whose citizen was told how to answer.</summary>
    public int AskedRound { get; init; }

    /// <summary>Whether he was told, since it was closed, that what he adds comes too late.</summary>
    public bool TooLateTold { get; init; }

    /// <summary>What moved it between its states from the handling on; none of them comes twice.</summary>
    public ImmutableList<object> Moves { get; init; } = [];

    /// <summary>The time of the latest answer of the citizen's that had an effect; null before the first. An earlier one that comes again has none.</summary>
    public DateTimeOffset? AnsweredAt => Moves.Max(static move => move switch
    {
        WorkOrderReviewOpened opened => opened.AnsweredAt,
        WorkOrderClosed closed => closed.AnsweredAt,
        _ => null,
    });

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

    /// <summary>The assignments of this round: what was given out before a redo 重办 has ended with it, whatever its own state says.</summary>
    public IEnumerable<Assignment> CurrentAssignments => Assignments.Where(IsCurrent);

    /// <summary>The assignments a station passed down from its own.</summary>
    public IEnumerable<Assignment> Children(int parent) => Assignments.Where(a => a.Parent == parent);

    /// <summary>The lead assignments the hotline gave for this round, without those that came back.</summary>
    public IEnumerable<Assignment> Leads => Assignments.Where(a => a is { Parent: null, IsLead: true, State: not AssignmentState.Returned } && IsCurrent(a));

    /// <summary>Which asking of the citizen its handling leads to: 1, and one more after each redo.</summary>
    public int Round => Redos + 1;

    /// <summary>The state after one more fact. Pure.</summary>
    /// <param name="order">Null before the first fact, which must be the opening.</param>
    public static WorkOrder Apply(WorkOrder? order, object fact) => (order, fact) switch
    {
        (null, WorkOrderOpened opened) => new() { Opened = opened },
        (null, _) => throw new InvalidOperationException($"A work order begins with its opening, not with {fact.GetType().Name}."),
        _ when order.Moves.Contains(fact) => order,
        // Received alone: from in-handling the way back to accepted is a returned assignment's, not a repeated acceptance's.
        (_, WorkOrderAccepted accepted) => order.State == Received ? order with { State = Accepted, Acceptance = accepted } : order,
        (_, WorkOrderAnswered answered) => order.Move(Answered, fact, o => o with { Answer = answered, ChangedAnswer = null }),
        (_, WorkOrderAnswerChanged changed) => order.IsNewer(changed) ? order with { ChangedAnswer = changed } : order,
        (_, WorkOrderDispatched dispatched) => order.Add(dispatched),
        (_, AssignmentChanged changed) => order.Change(changed),
        (_, ProofAdded added) => order.With(added.Assignment, a => a.Apply(added)),
        (_, ProofRemoved removed) => order.With(removed.Assignment, a => a.Apply(removed)),
        (_, WorkOrderHandled handled) => order.Move(Handled, fact, o => o with { Handling = handled }),
        (_, WorkOrderPromised promised) => order.Move(WorkOrderState.Promise, fact, o => o with { Promise = promised }),
        (_, WorkOrderCallbackStarted) => order.Move(Callback, fact, o => o),
        (_, WorkOrderReviewOpened opened) => order.Closing?.Outcome == Outcomes.Withdrawn ? order : order.Move(WorkOrderState.Review, fact, o => o with { Review = opened, TooLateTold = false }),
        (_, WorkOrderRedone redone) => order.State == WorkOrderState.Review && redone.Round == order.Round + 1 ? order.Move(Accepted, fact, o => o.Again()) : order,
        (_, OversightWanted wanted) => order.State == WorkOrderState.Review && order.Oversight is null ? order with { Oversight = wanted } : order,
        (_, WorkOrderClosed closed) => order.MayClose(closed.Outcome) ? order with { State = Closed, Closing = closed, Moves = order.Moves.Add(fact) } : order,
        (_, WorkOrderSupplemented supplement) => order.HasTaken(supplement.SubmissionId) ? order : order with { Supplements = order.Supplements.Add(supplement) },
        (_, WorkOrderUrged urged) => order.HasTaken(urged.SubmissionId) ? order : order with { Urges = order.Urges.Add(urged) },
        (_, ReplyIssued reply) => order with
        {
            Replies = Math.Max(order.Replies, reply.Version),
            AnsweringReply = reply.Kind is ReplyTexts.Answered or ReplyTexts.AnswerChanged && reply.Version > order.Replies ? reply.Version : order.AnsweringReply,
            TooLateTold = order.TooLateTold || reply.Kind == ReplyTexts.TooLate,
            AskedRound = reply.Kind == ReplyTexts.Callback && reply.Version > order.Replies ? order.Round : order.AskedRound,
        },
        _ => order,
    };

    /// <summary>Whether an assignment belongs to this round.</summary>
    public bool IsCurrent(Assignment assignment) => assignment.Number > EarlierAssignments;

    /// <summary>Whether this submission of the citizen is part of the order already.</summary>
    public bool HasTaken(Guid submission) => Supplements.Exists(s => s.SubmissionId == submission) || Urges.Exists(u => u.SubmissionId == submission);

    public bool MayClose(string outcome) => outcome == Outcomes.Withdrawn ? State != Closed : State.MayBecome(Closed);

    private bool IsNewer(WorkOrderAnswerChanged changed) =>
        Answer is { ArticleVersion: { } told } && Answer.Article == changed.Article && changed.Version > (ChangedAnswer?.Version ?? told);

    private WorkOrder Move(WorkOrderState to, object fact, Func<WorkOrder, WorkOrder> with) =>
        State.MayBecome(to) ? with(this) with { State = to, Moves = Moves.Add(fact) } : this;

    /// <summary>Ready to be handled once more: what was done stays in the record, and no longer counts as done.</summary>
    private WorkOrder Again() => this with { Redos = Redos + 1, EarlierAssignments = Assignments.Count, Promise = null };

    private WorkOrder Add(WorkOrderDispatched fact)
    {
        var fits = IsWithUnits && Assignment(fact.Assignment) is null && (fact.Parent is not { } parent || Assignment(parent) is not null);
        return fits ? this with { State = InHandling, Assignments = Assignments.Add(new Assignment { Given = fact }) } : this;
    }

    private WorkOrder With(int assignment, Func<Assignment, Assignment> change) =>
        Assignment(assignment) is { } before && change(before) is var after && !ReferenceEquals(before, after) ? this with { Assignments = Assignments.Replace(before, after) } : this;

    private WorkOrder Change(AssignmentChanged fact)
    {
        var before = Assignment(fact.Assignment);
        var after = IsWithUnits && before is not null && IsCurrent(before) ? before.Apply(fact) : before;
        if (before is null || ReferenceEquals(before, after))
        {
            return this;
        }

        var changed = this with { Assignments = Assignments.Replace(before, after!) };
        var backToDispatcher = State == InHandling && after is { State: AssignmentState.Returned, Parent: null, IsLead: true } && !changed.Leads.Any(a => a.IsOpen);
        return backToDispatcher ? changed with { State = Accepted } : changed;
    }
}
