namespace Hotline.Contracts;

/// <summary>How a citizen was asked, or answered.</summary>
public static class CallbackWays
{
    /// <summary>By a link that he was sent in his channel.</summary>
    public const string Link = "link";

    /// <summary>By a machine that rang and asked for keys 自动外呼.</summary>
    public const string Machine = "machine";

    /// <summary>By a callback agent 回访员.</summary>
    public const string Person = "person";

    /// <summary>By the platform he wrote on, which asks by itself.</summary>
    public const string Platform = "platform";
}

/// <summary>The citizen is asked by a link: what he is to be told, in his channel.</summary>
/// <param name="Round">1 for the first handling, one more after each redo.</param>
/// <param name="Text">In zh-CN, with the link. The link is a key to his answer: it is shown to nobody but him.</param>
public sealed record CallbackAsked(Guid Id, string Number, DateTimeOffset At, int Round, string Text);

/// <summary>Somebody tried to speak with the citizen.</summary>
/// <param name="Way">One of <see cref="CallbackWays"/>.</param>
/// <param name="Reached">Whether he was reached; without an answer he may have asked to be left alone.</param>
/// <param name="Why">Why there is no answer: busy, no-answer, off, wrong-number, refused, later; of a machine's call also hung-up, agent (he wants to speak with a person), unknown.</param>
public sealed record CallbackTried(Guid Id, string Number, DateTimeOffset At, int Round, string Way, string By, bool Reached, string Why);

/// <summary>What the citizen said. A later answer of the same round takes the place of the earlier.</summary>
/// <param name="By"><c>citizen</c>, or the account that wrote it down.</param>
/// <param name="Answer">His answers.</param>
/// <param name="IsContent">By the office's rule: solved, and not dissatisfied.</param>
public sealed record CallbackAnswered(Guid Id, string Number, DateTimeOffset At, int Round, string Way, string By, CallbackAnswer Answer, bool IsContent);

/// <summary>The three answers 联系, 解决, 满意, each apart, and the one on the call itself.</summary>
/// <param name="Solved">解决.</param>
/// <param name="Satisfied">办理满意: satisfied 满意, fair 基本满意 or dissatisfied 不满意.</param>
/// <param name="Contacted">联系: whether the unit spoke with him; null where no unit handled it.</param>
/// <param name="UnsolvedReason">Of a list; null when solved.</param>
/// <param name="DissatisfiedReason">Of a list; null when not dissatisfied.</param>
/// <param name="Service">话务满意: of the agent he spoke with, in the same words as <paramref name="Satisfied"/>; null where he spoke with none or did not say.</param>
/// <param name="Words">His own; null where he left none.</param>
public sealed record CallbackAnswer(
    bool Solved, string Satisfied, bool? Contacted = null, string? UnsolvedReason = null, string? DissatisfiedReason = null, string? Service = null, string? Words = null);

/// <summary>The asking is over without an answer.</summary>
/// <param name="Outcome">unreachable 未联系上, or unanswered: reached, but he did not want to say. Neither content nor discontent.</param>
public sealed record CallbackEnded(Guid Id, string Number, DateTimeOffset At, int Round, string Outcome);
