using Hotline.Callback.Tasks;
using Hotline.Hosting;

namespace Hotline.Callback.Cases;

/// <summary>Callback's part of a case file: what the citizen answered, without his own words and without who asked him.</summary>
public sealed record CallbackCase(string Number, IReadOnlyList<CaseRound> Rounds);

/// <summary>One asking.</summary>
/// <param name="State">asking, answered, ended, or over: the order was closed or is handled again.</param>
/// <param name="Outcome">unreachable or unanswered, where it ended without an answer.</param>
public sealed record CaseRound(int Round, string State, DateTimeOffset StartedAt, DateTimeOffset? DueAt, CaseAnswer? Answer, string? Outcome);

/// <summary>What he said; the reasons are of a list.</summary>
public sealed record CaseAnswer(DateTimeOffset At, string Way, bool? Contacted, bool Solved, string Satisfied, bool IsContent, string? UnsolvedReason, string? DissatisfiedReason);

/// <summary>Makes of a callback what a partner may see of it. Pure.</summary>
internal static class CaseViews
{
    public static bool MaySee(StaffUser partner, CallbackTask task) => PartnerScope.MaySee(
        partner, task.Order?.Channel, task.Order?.Source, task.Parts.Where(part => IsWith(task, part)).Select(static part => part.Unit));

    public static CallbackCase Of(CallbackTask task) => new(
        task.Number,
        [
            .. task.Rounds.Select(static round => new CaseRound(
                round.Number,
                CallbackViews.StateOf(round),
                round.StartedAt,
                round.DueAt,
                round.Answer is { Answer: var said } answer
                    ? new(answer.At, answer.Way, said.Contacted, said.Solved, said.Satisfied, answer.IsContent, said.UnsolvedReason, said.DissatisfiedReason)
                    : null,
                round.End?.Outcome)),
        ]);

    /// <summary>Whether a unit has its part still: neither it nor the one it came from was given back.</summary>
    private static bool IsWith(CallbackTask task, UnitPart part) =>
        !part.Returned && (part.Parent is not { } parent || task.Parts.Find(other => other.Assignment == parent) is not { Returned: true });
}
