using System.Collections.Frozen;
using System.Collections.Immutable;
using Hotline.Contracts;
using Hotline.Dispatch.Proofs;
using static Hotline.Dispatch.AssignmentState;

namespace Hotline.Dispatch;

/// <summary>Where an assignment 转派件 stands: 待签收, 已签收, 办理中, 待签发, 已反馈, 审核通过, 审核退回, 退单申请中, 已退单.</summary>
public enum AssignmentState
{
    Dispatched,
    SignedFor,
    InHandling,
    Drafted,
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

    /// <summary>The event of a draft the head did not issue: no state of its own, the unit goes on handling.</summary>
    public const string DraftReturned = "draft-returned";

    private static readonly FrozenDictionary<AssignmentState, AssignmentState[]> Allowed = new Dictionary<AssignmentState, AssignmentState[]>
    {
        [Dispatched] = [SignedFor, ReturnAsked],
        [SignedFor] = [InHandling, ReturnAsked],
        [InHandling] = [Drafted, Replied, ReturnAsked],
        [Drafted] = [Replied /* 签发 */, InHandling /* the head wants it otherwise */],
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
        [Drafted] = ("drafted", "待签发"),
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

    /// <summary>The latest draft 拟办, also after the head sent it back; null when none waits. The unit's own affair.</summary>
    public AssignmentChanged? Draft { get; init; }

    /// <summary>What was attached, also what was taken away again.</summary>
    public ImmutableList<Proof> AllProofs { get; init; } = [];

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

    /// <summary>What the next reply will rest on.</summary>
    public IEnumerable<Proof> Proofs => AllProofs.Where(proof => !proof.Removed);

    /// <summary>The proofs of replies that left the unit.</summary>
    public IReadOnlySet<int> ProofsReplied => History.Where(h => h.State == Replied.Name()).SelectMany(h => h.Proofs ?? []).Select(proof => proof.Proof).ToHashSet();

    /// <summary>When the present state began.</summary>
    public DateTimeOffset Since => History.IsEmpty ? Given.At : History[^1].At;

    /// <returns>The assignment after the fact; itself when the fact is a repeat or not allowed now.</returns>
    public Assignment Apply(AssignmentChanged fact)
    {
        if (History.Exists(known => (known.At, known.State, known.By) == (fact.At, fact.State, fact.By))) // no two steps are of one moment
        {
            return this;
        }

        if (fact.State == AssignmentStates.ReturnRefused)
        {
            return State == ReturnAsked ? this with { State = BeforeReturn, History = History.Add(fact) } : this;
        }

        if (fact.State == AssignmentStates.DraftReturned)
        {
            return State == Drafted ? this with { State = InHandling, History = History.Add(fact) } : this;
        }

        // From return-asked only the decision on it leads on; the ways back belong to the refusal above.
        if (AssignmentStates.Parse(fact.State) is not { } to || !State.MayBecome(to) || (State == ReturnAsked && to != Returned) || (State == Drafted && to != Replied))
        {
            return this;
        }

        return this with
        {
            State = to,
            BeforeReturn = to == ReturnAsked ? State : BeforeReturn,
            Draft = to == Drafted ? fact : to == Replied ? null : Draft,
            PublicReply = to == Replied ? fact.PublicReply : PublicReply,
            Claim = to == Replied ? fact.Claim : Claim,
            PromisedFor = to == Replied ? fact.PromisedFor : PromisedFor,
            History = History.Add(fact),
        };
    }

    /// <returns>The assignment with the proof; itself when it is a repeat.</returns>
    public Assignment Apply(ProofAdded fact) =>
        AllProofs.Exists(proof => proof.Number == fact.Proof) ? this : this with { AllProofs = AllProofs.Add(new(fact.Proof, fact.Kind, fact.File, fact.Blob, fact.At, fact.By)) };

    /// <returns>The assignment without the proof; itself when there is no such proof any more.</returns>
    public Assignment Apply(ProofRemoved fact) =>
        AllProofs.Find(proof => proof.Number == fact.Proof) is { Removed: false } found ? this with { AllProofs = AllProofs.Replace(found, found with { Removed = true }) } : this;
}
