using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Callback.Tasks;

/// <summary>A line of the task list.</summary>
/// <param name="ContactRef">By which the channel's service shows the phone, with a reason.</param>
/// <param name="CallFrom">From when on he may be called.</param>
/// <param name="Overdue">The callback was due before now.</param>
public sealed record CallbackLine(
    string Number, string Channel, string Title, int Round, bool Direct, Guid? ContactRef, DateTimeOffset StartedAt, DateTimeOffset CallFrom, DateTimeOffset? DueAt, bool Overdue, int Tries, string? ClaimedBy);

/// <summary>A page of the task list.</summary>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record CallbackPage(IReadOnlyList<CallbackLine> Items, long? Next);

/// <summary>The callback of an order as the hotline sees it. The link is not in it: it is the citizen's alone.</summary>
/// <param name="Told">What the citizen was told as the result.</param>
/// <param name="Together">Other orders of the same sender or the same phone, that are asked in the same contact.</param>
public sealed record CallbackView(
    string Number, string? Channel, string? Title, Guid? ContactRef, string? Told, IReadOnlyList<PartView> Parts, IReadOnlyList<RoundView> Rounds, IReadOnlyList<string> Together);

/// <summary>A unit's part.</summary>
public sealed record PartView(int Round, string Unit, string UnitName, bool Lead, HandlingClaim? Claim);

/// <summary>One asking.</summary>
/// <param name="State">asking, answered, ended, or over: the order was closed or is handled again.</param>
/// <param name="Contradiction">虚假办结: a unit's claim stands against the answer.</param>
/// <param name="RingingUntil">Until when a machine that was told to may ring; null when none was, or its call has ended.</param>
public sealed record RoundView(
    int Round,
    string State,
    DateTimeOffset StartedAt,
    DateTimeOffset? LinkedAt,
    DateTimeOffset? DueAt,
    bool Direct,
    string? ClaimedBy,
    IReadOnlyList<TryView> Tries,
    AnsweredView? Answer,
    string? Outcome,
    bool Contradiction,
    DateTimeOffset? RingingUntil = null);

/// <summary>A call without an answer.</summary>
public sealed record TryView(DateTimeOffset At, string By, bool Reached, string Why);

/// <summary>What he said.</summary>
public sealed record AnsweredView(DateTimeOffset At, string Way, string By, CallbackAnswer Answer, bool IsContent);

/// <summary>Makes of callbacks what staff may see. Pure.</summary>
internal static class CallbackViews
{
    public static CallbackLine Line(CallbackTask task, CallbackOptions options, DateTimeOffset now)
    {
        var (order, round) = (task.Order!, task.Current!);
        return new(
            task.Number, order.Channel, order.Title, round.Number, round.Direct, order.ContactRef, round.StartedAt,
            CallbackRules.CallFrom(task, round, options), round.DueAt, round.DueAt < now, round.Tries.Count, round.Claim?.By);
    }

    public static CallbackView Of(CallbackTask task, IEnumerable<CallbackTask> together, Organization organization) => new(
        task.Number,
        task.Order?.Channel,
        task.Order?.Title,
        task.Order?.ContactRef,
        task.Told,
        [.. task.Parts.Where(static part => !part.Returned).Select(part => new PartView(part.Round, part.Unit, organization.NameOf(part.Unit), part.IsLead, part.Claim))],
        [.. task.Rounds.Select(round => Of(task, round))],
        [.. together.Where(other => other.Number != task.Number).Select(static other => other.Number).Distinct()]);

    public static string StateOf(CallbackRound round) => round.DoneAt is not null ? "over" : round.End is not null ? "ended" : round.Answer is not null ? "answered" : "asking";

    private static RoundView Of(CallbackTask task, CallbackRound round) => new(
        round.Number,
        StateOf(round),
        round.StartedAt,
        round.LinkedAt,
        round.DueAt,
        round.Direct,
        round.Claim?.By,
        [.. round.Tries.Select(static tried => new TryView(tried.At, tried.By, tried.Reached, tried.Why))],
        round.Answer is { } answer ? new(answer.At, answer.Way, answer.By, answer.Answer, answer.IsContent) : null,
        round.End?.Outcome,
        task.Contradicts(round),
        round.OpenCall?.NotAfter);
}
