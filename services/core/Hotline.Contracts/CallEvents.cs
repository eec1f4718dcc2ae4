namespace Hotline.Contracts;

/// <summary>
/// A machine is to ring the citizen and ask him by keys 自动外呼. Only the service of the channel knows his number, so it has the call made.
/// </summary>
/// <param name="Id">The appeal whose phone is to be rung.</param>
/// <param name="Channel">Whose service it is for; a name of <see cref="Channels"/>.</param>
/// <param name="Call">The call's own id, 32 hex digits: a platform rings once for each, however often it is told.</param>
/// <param name="NotAfter">Then it may no longer ring.</param>
public sealed record CallbackCallOrdered(Guid Id, string Number, DateTimeOffset At, int Round, string Channel, string Call, DateTimeOffset NotAfter, CallScript Script);

/// <summary>A call that is not begun is not to be made any more: he has answered otherwise, or the office is done.</summary>
public sealed record CallbackCallWithdrawn(Guid Id, string Number, DateTimeOffset At, int Round, string Channel, string Call);

/// <summary>What a machine says and asks, in zh-CN. Nothing of what the citizen wrote is in it: whoever picks up hears it.</summary>
/// <param name="Opening">Said when somebody picks up.</param>
/// <param name="Closing">Said at the end.</param>
/// <param name="Always">Keys that hold at every question.</param>
/// <param name="Questions">In their order.</param>
public sealed record CallScript(string Opening, string Closing, IReadOnlyList<CallKey> Always, IReadOnlyList<CallQuestion> Questions);

/// <summary>A question answered by one key.</summary>
/// <param name="Name">By which its answer comes back; once in a script.</param>
/// <param name="Say">With its keys.</param>
/// <param name="If">Asked only when an earlier question was answered so; null for always.</param>
public sealed record CallQuestion(string Name, string Say, IReadOnlyList<CallKey> Keys, CallAnswer? If = null);

/// <summary>A key and what it means.</summary>
/// <param name="Key">One of 0–9.</param>
/// <param name="Ends">The outcome with which the call ends at once; null when it goes on.</param>
public sealed record CallKey(string Key, string Value, string? Ends = null);

/// <summary>The answer to a question.</summary>
public sealed record CallAnswer(string Question, string Value);

/// <summary>What became of a call, as the service of the channel tells. Of several with one id the latest counts: after <c>unknown</c> the truth may still come.</summary>
/// <param name="At">When the call ended.</param>
/// <param name="Outcome">One of <see cref="CallOutcomes"/>.</param>
/// <param name="Answers">As far as he gave them.</param>
public sealed record AppealCalled(Guid AppealId, string Number, string Channel, DateTimeOffset At, string Call, string Outcome, IReadOnlyList<CallAnswer> Answers);

/// <summary>How a machine's call can end. To readers any string is one.</summary>
public static class CallOutcomes
{
    /// <summary>He heard the questions to the end.</summary>
    public const string Answered = "answered";

    /// <summary>He hung up before the end.</summary>
    public const string HungUp = "hung-up";

    /// <summary>He pressed the key for a person.</summary>
    public const string Agent = "agent";

    /// <summary>He pressed the key for not wanting to be asked.</summary>
    public const string Refused = "refused";

    /// <summary>It was not his number, he said.</summary>
    public const string WrongNumber = "wrong-number";

    public const string NoAnswer = "no-answer";

    public const string Busy = "busy";

    /// <summary>Switched off, out of service or out of reach.</summary>
    public const string Off = "off";

    /// <summary>Nobody could find out whether it rang.</summary>
    public const string Unknown = "unknown";

    /// <summary>Not rung: the platform cannot ring this number.</summary>
    public const string Failed = "failed";

    /// <summary>Not rung: its time was over.</summary>
    public const string Expired = "expired";

    /// <summary>Not rung: it was withdrawn.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>Not rung: no platform is configured.</summary>
    public const string Closed = "closed";
}
