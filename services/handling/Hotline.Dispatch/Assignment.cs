using System.Collections.Frozen;
using System.Collections.Immutable;
using Hotline.Contracts;
using static Hotline.Dispatch.AssignmentState;

namespace Hotline.Dispatch;

/// <summary>Where an assignment 转派件 stands: 待签收, 已签收, 办理中, 已反馈, 审核通过, 审核退回, 退单申请中, 已退单.</summary>
public enum AssignmentState
{
    Dispatched,
    SignedFor,
    InHandling,
    Replied,
    Reviewed,
    SentBack,
    ReturnAsked,
    Returned,
}

/// <summary>How a dispatched unit takes part.</summary>
public static class AssignmentRoles
{
    public const string Lead = "lead";
    public const string Co = "co";

    public static readonly IReadOnlyList<string> All = [Lead, Co];
}

/// <summary>The states of an assignment: their names in events, what people read, and which may follow which.</summary>
public static class AssignmentStates
{
    /// <summary>The event of a refused return: no state of its own, the assignment goes back to where it was.</summary>
    public const string ReturnRefused = "return-refused";

    private static readonly FrozenDictionary<AssignmentState, AssignmentState[]> Allowed = new Dictionary<AssignmentState, AssignmentState[]>
    {
        [Dispatched] = [SignedFor, ReturnAsked],
        [SignedFor] = [InHandling, ReturnAsked],
        [InHandling] = [Replied, ReturnAsked],
        [Replied] = [Reviewed, SentBack],
        [SentBack] = [InHandling],
        [ReturnAsked] = [Returned, Dispatched, SignedFor, InHandling],
        [Reviewed] = [],
        [Returned] = [],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<AssignmentState, (string Name, string Title)> Names = new Dictionary<AssignmentState, (string, string)>
    {
        [Dispatched] = ("dispatched", "待签收"),
        [SignedFor] = ("signed", "已签收"),
        [InHandling] = ("handling", "办理中"),
        [Replied] = ("replied", "已反馈"),
        [Reviewed] = ("reviewed", "审核通过"),
        [SentBack] = ("sent-back", "审核退回"),
        [ReturnAsked] = ("return-asked", "退单申请中"),
        [Returned] = ("returned", "已退单"),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, AssignmentState> ByName = Names.ToFrozenDictionary(n => n.Value.Name, n => n.Key);

    public static IReadOnlyList<AssignmentState> Next(AssignmentState state) => Allowed[state];

    public static bool MayBecome(this AssignmentState from, AssignmentState to) => Allowed[from].Contains(to);

    public static string Name(this AssignmentState state) => Names[state].Name;

    public static string Title(this AssignmentState state) => Names[state].Title;

    public static AssignmentState? Parse(string name) => ByName.TryGetValue(name, out var state) ? state : null;
}

/// <summary>An assignment 转派件: one unit's share of a work order. Immutable; it changes by the facts of its work order.</summary>
public sealed record Assignment
{
    /// <summary>How it began: unit, role, limit, parent.</summary>
    public required WorkOrderDispatched Given { get; init; }

    public AssignmentState State { get; init; } = Dispatched;

    /// <summary>The state a refused return leads back to.</summary>
    public AssignmentState BeforeReturn { get; init; } = Dispatched;

    /// <summary>Every change that had an effect, oldest first.</summary>
    public ImmutableList<AssignmentChanged> History { get; init; } = [];

    /// <summary>What the citizen may read of the latest reply.</summary>
    public string? PublicReply { get; init; }

    /// <summary>What the unit says it did, in the latest reply.</summary>
    public HandlingClaim? Claim { get; init; }

    /// <summary>The day the latest reply promises 承诺件.</summary>
    public DateOnly? PromisedFor { get; init; }

    public int Number => Given.Assignment;

    public int? Parent => Given.Parent;

    public string Unit => Given.Unit;

    public bool IsLead => Given.Role == AssignmentRoles.Lead;

    /// <summary>Whether the unit still owes something.</summary>
    public bool IsOpen => State is not (Reviewed or Returned);

    /// <summary>Whether a return was asked before; it may be asked once.</summary>
    public bool ReturnWasAsked => History.Any(h => h.State == ReturnAsked.Name());

    /// <summary>When the present state began.</summary>
    public DateTimeOffset Since => History.IsEmpty ? Given.At : History[^1].At;

    /// <returns>The assignment after the fact; itself when the fact is a repeat or not allowed now.</returns>
    public Assignment Apply(AssignmentChanged fact)
    {
        if (History.Contains(fact))
        {
            return this;
        }

        if (fact.State == AssignmentStates.ReturnRefused)
        {
            return State == ReturnAsked ? this with { State = BeforeReturn, History = History.Add(fact) } : this;
        }

        // From return-asked only the decision on it leads on; the ways back belong to the refusal above.
        if (AssignmentStates.Parse(fact.State) is not { } to || !State.MayBecome(to) || (State == ReturnAsked && to != Returned))
        {
            return this;
        }

        return this with
        {
            State = to,
            BeforeReturn = to == ReturnAsked ? State : BeforeReturn,
            PublicReply = to == Replied ? fact.PublicReply : PublicReply,
            Claim = to == Replied ? fact.Claim : Claim,
            PromisedFor = to == Replied ? fact.PromisedFor : PromisedFor,
            History = History.Add(fact),
        };
    }
}
