namespace Hotline.Intake.Calls;

/// <summary>A platform is about to be told to ring: recorded before it is, so that a crash is seen for what it is, and that the citizen's phone was used is on record.</summary>
public sealed record CallPlacing(string Call, DateTimeOffset At);

/// <summary>It was not taken, or nobody knows; there is something to do about it later.</summary>
/// <param name="Reason">Why, in zh-CN, without anything of the citizen.</param>
/// <param name="Unsure">The platform may have taken it: it is asked before it is told again.</param>
public sealed record CallPostponed(string Call, DateTimeOffset At, string Reason, DateTimeOffset NotBefore, bool Unsure);

/// <summary>The platform has it.</summary>
/// <param name="AskAt">When it is asked what became of it, if it has not told by then.</param>
public sealed record CallPlaced(string Call, DateTimeOffset At, DateTimeOffset AskAt);
