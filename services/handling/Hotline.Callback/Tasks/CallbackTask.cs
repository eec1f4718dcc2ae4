using System.Collections.Immutable;
using Hotline.Callback.Calls;
using Hotline.Contracts;

namespace Hotline.Callback.Tasks;

/// <summary>What of an appeal the callback needs: no text of the citizen's but the title, which he alone is shown.</summary>
public sealed record OrderSeen(string Number, string Channel, string Title, Guid? ContactRef, IReadOnlyList<string> Reach, bool Confidential, string? PersonKey = null, string? PhoneKey = null, DateTimeOffset? ReceivedAt = null, string? Source = null);

/// <summary>A callback agent takes a task up.</summary>
public sealed record CallbackClaimed(int Round, string By, DateTimeOffset At);

/// <summary>No link of its own was sent: the page of another order of the same person shows this one too.</summary>
public sealed record LinkShared(int Round, string With, DateTimeOffset At);

/// <summary>A unit's part in an order, as far as the callback goes.</summary>
/// <param name="Round">Of the callback it leads to.</param>
/// <param name="Claim">What the unit says it did.</param>
/// <param name="Returned">It gave the part back, and did not handle it.</param>
public sealed record UnitPart(int Assignment, int? Parent, string Unit, bool IsLead, int Round, HandlingClaim? Claim = null, bool Returned = false);

/// <summary>One asking of the citizen about one handling.</summary>
/// <param name="Direct">Whether he was answered at once, without a unit.</param>
public sealed record CallbackRound(int Number, DateTimeOffset StartedAt, DateTimeOffset? DueAt, bool Direct)
{
    /// <summary>When he was sent a link, his own or that of another order of his; null when none was.</summary>
    public DateTimeOffset? LinkedAt { get; init; }

    /// <summary>The order whose link stands for this one too; null when it has its own, or none.</summary>
    public string? SharedWith { get; init; }

    public ImmutableList<CallbackTried> Tries { get; init; } = [];

    public CallbackClaimed? Claim { get; init; }

    /// <summary>His latest answer.</summary>
    public CallbackAnswered? Answer { get; init; }

    /// <summary>That the asking ended without one.</summary>
    public CallbackEnded? End { get; init; }

    /// <summary>Calls by machine ordered about it.</summary>
    public ImmutableList<MachineCall> Calls { get; init; } = [];

    /// <summary>What was heard of calls by machine, its own and those of other orders of the same phone.</summary>
    public ImmutableList<CallHeard> Heard { get; init; } = [];

    /// <summary>The call of which nothing was heard yet; null when there is none.</summary>
    public MachineCall? OpenCall => Calls.LastOrDefault(call => !Heard.Exists(heard => heard.Call == call.Call));

    /// <summary>Whether a call ended so that no machine rings about it any more.</summary>
    public bool MachineIsDone => Heard.Exists(static heard => CallRules.IsLast(heard.Outcome));

    /// <summary>When the office was done with it: the order was closed, or is handled again.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>When his phone rang for it, or somebody spoke with him on it.</summary>
    public IEnumerable<DateTimeOffset> Contacts => Tries.Select(static tried => tried.At)
        .Concat(Heard.Select(static heard => heard.At))
        .Concat(Answer is { Way: CallbackWays.Person or CallbackWays.Machine } answer ? [answer.At] : []);

    /// <summary>Whether he still has to be asked.</summary>
    public bool IsOpen => Answer is null && TakesAnswers;

    /// <summary>Whether an answer, or another answer, still counts.</summary>
    public bool TakesAnswers => End is null && DoneAt is null;
}

/// <summary>
/// The callback 回访 of one work order: what is known of its handling, and each asking of the citizen about it. Folded from the order's own events, which
/// may come doubled, and from what was tried and answered here.
/// </summary>
public sealed record CallbackTask(string Number)
{
    /// <summary>Null until the opening of the order was seen.</summary>
    public OrderSeen? Order { get; init; }

    public string? AcceptedBy { get; init; }

    /// <summary>Who answered at once; null when nobody did.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>What the citizen was told last as the result.</summary>
    public string? Told { get; init; }

    /// <summary>Whether that was a direct answer.</summary>
    public bool ToldDirectly { get; init; }

    /// <summary>Which round the handling that goes on leads to.</summary>
    public int HandlingRound { get; init; } = 1;

    public ImmutableList<UnitPart> Parts { get; init; } = [];

    public ImmutableList<CallbackRound> Rounds { get; init; } = [];

    /// <summary>The citizen's rating on the platform, the latest.</summary>
    public AppealRated? Rating { get; init; }

    public CallbackRound? Current => Rounds.Count == 0 ? null : Rounds[^1];

    /// <summary>Whether the platform he wrote on asks by itself; what is written there everybody reads, so it carries no link.</summary>
    public bool IsAskedByPlatform => Order?.Channel == Channels.MessageBoard.Name;

    /// <summary>Whether he can be called.</summary>
    public bool HasPhone => Order is { ContactRef: not null } order && order.Reach.Contains("phone");

    /// <summary>Whether an agent spoke with him on the phone, so that 话务满意 can be asked.</summary>
    public bool SpokeWithAgent => Order?.Channel == Channels.Phone.Name;

    /// <summary>The parts that led to a round, without those given back.</summary>
    public IEnumerable<UnitPart> PartsOf(int round) => Parts.Where(part => part.Round == round && !part.Returned);

    /// <summary>The units that led a round's handling.</summary>
    public IEnumerable<string> UnitsOf(int round) => PartsOf(round).Where(static part => part.IsLead).Select(static part => part.Unit).Distinct();

    /// <summary>Whether a unit says it spoke with the citizen, or solved it, and he says it did not 虚假办结.</summary>
    public bool Contradicts(CallbackRound round) => round.Answer is { Answer: var answer } && PartsOf(round.Number).Any(part => Contradicts(part, answer));

    internal static bool Contradicts(UnitPart part, CallbackAnswer answer) =>
        (part.Claim?.Contacted == true && answer.Contacted == false) || (part.Claim?.Solved == true && !answer.Solved);

    /// <summary>The state after one more fact; one that says nothing new changes nothing. Pure.</summary>
    public static CallbackTask Apply(CallbackTask? state, object fact)
    {
        var task = state ?? new CallbackTask(NumberOf(fact));
        return fact switch
        {
            OrderSeen seen => task.Order is null ? task with { Order = seen } : task,
            WorkOrderAccepted accepted => task.AcceptedBy is null ? task with { AcceptedBy = accepted.By } : task,
            WorkOrderAnswered answered => (task.Told, task.AnsweredBy) == (answered.Text, answered.By) ? task : task with { AnsweredBy = answered.By, Told = answered.Text, ToldDirectly = true },
            WorkOrderDispatched dispatched => task.Add(dispatched),
            AssignmentChanged changed => task.Change(changed),
            WorkOrderHandled handled => (task.Told, task.ToldDirectly) == (handled.PublicReply, false) ? task : task with { Told = handled.PublicReply, ToldDirectly = false },
            WorkOrderCallbackStarted started => task.Rounds.Exists(round => round.Number == started.Round)
                ? task
                : task with { Rounds = task.Rounds.Add(new(started.Round, started.At, started.DueAt, task.ToldDirectly)) },
            WorkOrderRedone redone => redone.Round > task.HandlingRound ? (task with { HandlingRound = redone.Round }).Done(redone.At) : task,
            WorkOrderClosed closed => task.Done(closed.At),
            AppealRated rated => task.Rating?.At >= rated.At ? task : task with { Rating = rated },
            CallbackAsked asked => task.With(asked.Round, round => round with { LinkedAt = round.LinkedAt ?? asked.At }),
            LinkShared shared => task.With(shared.Round, round => round with { LinkedAt = round.LinkedAt ?? shared.At, SharedWith = shared.With }),
            CallbackTried tried => task.With(tried.Round, round => round with { Tries = round.Tries.Add(tried) }),
            CallbackCallOrdered ordered => task.With(ordered.Round, round => round with { Calls = round.Calls.Add(new(ordered.Call, ordered.At, ordered.NotAfter, [.. CallScripts.NumbersOf(ordered.Script)])) }),
            CallbackCallWithdrawn withdrawn => task.With(withdrawn.Round, round => round with { Calls = [.. round.Calls.Select(call => call.Call == withdrawn.Call ? call with { IsWithdrawn = true } : call)] }),
            CallHeard heard => task.With(heard.Round, round => round with { Heard = round.Heard.Add(heard) }),
            CallbackClaimed claimed => task.With(claimed.Round, round => round with { Claim = claimed }),
            CallbackAnswered answered => task.With(answered.Round, round => round with { Answer = answered }),
            CallbackEnded ended => task.With(ended.Round, round => round with { End = ended }),
            _ => task,
        };
    }

    private static string NumberOf(object fact) => fact switch
    {
        OrderSeen seen => seen.Number,
        WorkOrderAccepted accepted => accepted.Number,
        WorkOrderAnswered answered => answered.Number,
        WorkOrderDispatched dispatched => dispatched.Number,
        AssignmentChanged changed => changed.Number,
        WorkOrderHandled handled => handled.Number,
        WorkOrderCallbackStarted started => started.Number,
        WorkOrderRedone redone => redone.Number,
        WorkOrderClosed closed => closed.Number,
        AppealRated rated => rated.Number,
        _ => throw new InvalidOperationException($"A callback does not begin with {fact.GetType().Name}."),
    };

    private CallbackTask Add(WorkOrderDispatched fact) => Parts.Exists(part => part.Assignment == fact.Assignment)
        ? this
        : this with { Parts = Parts.Add(new(fact.Assignment, fact.Parent, fact.Unit, fact.Role == "lead", HandlingRound)) };

    private CallbackTask Change(AssignmentChanged fact)
    {
        var before = Parts.Find(part => part.Assignment == fact.Assignment);
        var after = fact.State switch
        {
            "replied" => before is null ? null : before with { Claim = fact.Claim },
            "returned" => before is null ? null : before with { Returned = true },
            _ => before,
        };
        return before is null || before == after ? this : this with { Parts = Parts.Replace(before, after!) };
    }

    private CallbackTask Done(DateTimeOffset at) => Current is { DoneAt: null } round && at >= round.StartedAt ? With(round.Number, known => known with { DoneAt = at }) : this;

    private CallbackTask With(int number, Func<CallbackRound, CallbackRound> change)
    {
        var at = Rounds.FindIndex(round => round.Number == number);
        return at < 0 ? this : this with { Rounds = Rounds.SetItem(at, change(Rounds[at])) };
    }
}
