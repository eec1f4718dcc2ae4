using System.Collections.Immutable;

namespace Hotline.Callback.Calls;

/// <summary>A call by machine that was ordered.</summary>
/// <param name="Numbers">The orders it is about.</param>
public sealed record MachineCall(string Call, DateTimeOffset At, DateTimeOffset NotAfter, ImmutableList<string> Numbers)
{
    public bool IsWithdrawn { get; init; }
}

/// <summary>The end of a call by machine was heard, and what it means for this order done in the same commit.</summary>
/// <param name="Outcome">One of <see cref="Contracts.CallOutcomes"/>, or lost.</param>
public sealed record CallHeard(int Round, string Call, string Outcome, DateTimeOffset At);
