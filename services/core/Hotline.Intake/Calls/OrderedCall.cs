using System.Collections.Immutable;
using Hotline.Contracts;

namespace Hotline.Intake.Calls;

/// <summary>How far a call is.</summary>
public enum CallStep
{
    /// <summary>To be placed with the platform.</summary>
    Queued,

    /// <summary>The platform is being told.</summary>
    Placing,

    /// <summary>The platform has it, and will tell.</summary>
    Placed,

    /// <summary>What became of it is known, or given up.</summary>
    Ended,
}

/// <summary>A call by machine about an appeal, as its facts tell. An impossible fact changes nothing, so of two at once the first counts.</summary>
public sealed record OrderedCall(CallbackCallOrdered Order)
{
    /// <summary>The index of calls: those with which something is to be done, and each by its id.</summary>
    public const string Index = "calls";

    /// <summary>The index's value for those with which something is to be done.</summary>
    public const string Open = "open";

    public CallStep Step { get; init; }

    /// <summary>Nothing is to be done before; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How often the platform was told or asked since it last answered.</summary>
    public int Tries { get; init; }

    /// <summary>The platform may have it.</summary>
    public bool Unsure { get; init; }

    /// <summary>Why it was put off; null when it was not.</summary>
    public string? Reason { get; init; }

    /// <summary>What became of it; null until it ended.</summary>
    public AppealCalled? End { get; init; }

    public string Call => Order.Call;

    internal IEnumerable<string> IndexValues => Step == CallStep.Ended ? [ValueOf(Call)] : [ValueOf(Call), Open];

    internal static string ValueOf(string call) => $"id/{call}";

    /// <summary>The calls of an appeal after one more fact.</summary>
    public static ImmutableList<OrderedCall> Apply(ImmutableList<OrderedCall> calls, object fact)
    {
        var id = fact switch
        {
            CallbackCallOrdered ordered => ordered.Call,
            CallPlacing placing => placing.Call,
            CallPostponed postponed => postponed.Call,
            CallPlaced placed => placed.Call,
            AppealCalled called => called.Call,
            _ => "",
        };
        var at = calls.FindIndex(call => call.Call == id);
        return fact is CallbackCallOrdered order
            ? at < 0 ? calls.Add(new(order)) : calls
            : at < 0 ? calls : calls.SetItem(at, calls[at].After(fact));
    }

    /// <summary>Whether a fact would change anything.</summary>
    public bool Allows(object fact) => !ReferenceEquals(After(fact), this);

    private OrderedCall After(object fact) => (Step, fact) switch
    {
        (CallStep.Queued, CallPlacing) => this with { Step = CallStep.Placing, Tries = Tries + 1, NotBefore = null },
        (CallStep.Queued or CallStep.Placing, CallPostponed postponed) => this with
        {
            Step = CallStep.Queued,
            NotBefore = postponed.NotBefore,
            Reason = postponed.Reason,
            Unsure = postponed.Unsure,
            Tries = Step == CallStep.Queued ? Tries + 1 : Tries,
        },
        (CallStep.Queued or CallStep.Placing or CallStep.Placed, CallPlaced placed) => this with { Step = CallStep.Placed, NotBefore = placed.AskAt, Tries = 0, Unsure = false, Reason = null },
        (not CallStep.Ended, AppealCalled called) => this with { Step = CallStep.Ended, End = called, NotBefore = null },
        (CallStep.Ended, AppealCalled late) when End!.Outcome == CallOutcomes.Unknown && late.Outcome != CallOutcomes.Unknown => this with { End = late },
        _ => this,
    };
}
