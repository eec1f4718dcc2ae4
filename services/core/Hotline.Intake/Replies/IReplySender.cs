using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.Replies;

/// <summary>Carries a channel's replies to its platform. One call at a time for each appeal, several appeals at once.</summary>
public interface IReplySender
{
    /// <summary>Which option is missing, so that nothing can be sent; null when all are there. What is queued meanwhile waits.</summary>
    string? Closed { get; }

    /// <summary>Whether a kind of reply is carried to who submitted this appeal; if not, tracking alone tells him.</summary>
    bool Carries(Appeal appeal, string kind);

    /// <summary>Decides how it is to be sent. Nothing leaves the process.</summary>
    ValueTask<SendingPlan> PlanAsync(OutgoingReply reply, CancellationToken cancellation);

    /// <summary>Makes the call, within a time of its own. A failure is an outcome: what is thrown counts as a call of which nothing is known.</summary>
    /// <param name="way">The way as planned, now or before a crash.</param>
    ValueTask<SendOutcome> SendAsync(OutgoingReply reply, string way, CancellationToken cancellation);
}

/// <summary>A reply that is to go out, with all a sender may need.</summary>
/// <param name="Reply">Null for the receipt.</param>
/// <param name="Contact">Null when the citizen left none.</param>
/// <param name="Id">The same for each try of the same message, 32 hex digits: by it a platform tells repeats.</param>
/// <param name="Code">The query code of the appeal.</param>
public sealed record OutgoingReply(Document<ReceivedAppeal> Appeal, ReplyDelivery Delivery, ReplyIssued? Reply, Contact? Contact, string Id, string Code)
{
    public string Number => Appeal.State.Appeal.Number;

    public string Text => Reply?.Text ?? "";
}

/// <summary>By which way a reply goes, or what becomes of it instead.</summary>
public sealed record SendingPlan(SendingWay? Way, SendOutcome? Instead = null)
{
    public static implicit operator SendingPlan(SendingWay way) => new(way);

    public static implicit operator SendingPlan(SendOutcome instead) => new(null, instead);
}

/// <summary>A way to send, and what may be done when it falls silent.</summary>
/// <param name="Name">Of the channel's own.</param>
/// <param name="Uses">Which part of the contact it uses: openid, phone, email; empty for none.</param>
public sealed record SendingWay(string Name, string Uses)
{
    /// <summary>For how long after the first call the platform drops a repeat by its id; zero when it never does: then silence is for a person.</summary>
    public TimeSpan RepeatFor { get; init; }

    /// <summary>Whether the platform shows what it has, so that silence is waited out.</summary>
    public bool Observed { get; init; }
}

/// <summary>What became of a call. Reasons are in zh-CN and say nothing of the citizen.</summary>
public abstract record SendOutcome
{
    /// <summary>The platform took it.</summary>
    /// <param name="PlatformId">Under which it will tell more; null when it will not.</param>
    public sealed record Sent(string? PlatformId = null) : SendOutcome;

    /// <summary>It is there, for certain.</summary>
    public sealed record Delivered : SendOutcome;

    /// <summary>Somebody else has answered.</summary>
    public sealed record Elsewhere(string Reason) : SendOutcome;

    /// <summary>It is not sent, on purpose.</summary>
    public sealed record Withheld(string Reason) : SendOutcome;

    /// <summary>It will not be taken, now or later.</summary>
    public sealed record Refused(string Reason) : SendOutcome;

    /// <summary>It was not sent, and may be later.</summary>
    /// <param name="ForAll">The same holds for all replies of the channel.</param>
    /// <param name="Pause">How long to wait; null for the worker's own pauses.</param>
    public sealed record Away(string Reason, bool ForAll = false, TimeSpan? Pause = null) : SendOutcome;

    /// <summary>Nobody knows whether it was sent.</summary>
    public sealed record Unknown(string Reason) : SendOutcome;

    /// <summary>It was not sent, but may go by another way at once.</summary>
    public sealed record ByOtherWay(SendingWay Way) : SendOutcome;
}
