namespace Hotline.Contracts;

/// <summary>One article clearly answers an appeal of a category the office switched on for answers by rule; dispatch decides whether it is given.</summary>
/// <param name="Id">The appeal's.</param>
/// <param name="Article">The article's code.</param>
/// <param name="Version">That was published when it was found.</param>
/// <param name="Score">Above the office's least score, and clear of every other article's.</param>
/// <param name="Reason">In zh-CN: what of the appeal led to it, and how clearly.</param>
public sealed record AnswerProposed(Guid Id, string Number, DateTimeOffset At, string Article, int Version, double Score, string Reason);

/// <summary>Somebody was answered on a version of an article that no longer holds, and is to be told the one that does.</summary>
/// <param name="AppealId">The appeal's, and its order's.</param>
/// <param name="By">The account that had him told.</param>
/// <param name="Article">The article's code.</param>
/// <param name="OldVersion">What he was told last.</param>
/// <param name="Version">What holds now; greater.</param>
/// <param name="Text">What citizens read of it.</param>
/// <param name="Basis">What it rests on.</param>
public sealed record AnswerRecalled(Guid AppealId, string Number, DateTimeOffset At, string By, string Article, int OldVersion, int Version, string Text, string Basis);
