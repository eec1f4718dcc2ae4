using System.Text.Json.Serialization;

namespace Hotline.Intake.Replies;

/// <summary>A reply is to be carried to the citizen; in one commit with the reply itself.</summary>
/// <param name="Version">Of the reply; 0 for the receipt, which is no reply of the office.</param>
public sealed record ReplyQueued(int Version, string Kind, DateTimeOffset At);

/// <summary>A call of the platform begins: recorded before it, so that a crash is seen for what it is.</summary>
/// <param name="Way">By which of the channel's ways.</param>
/// <param name="Uses">Which part of the contact is used for it, openid, phone or email: the record that somebody's contact was used, and for what.</param>
/// <param name="RepeatUntil">Until when the same call may be made again though its outcome is unknown; null for never.</param>
/// <param name="Observed">Whether the platform shows by itself what it has taken.</param>
public sealed record ReplySending(int Version, DateTimeOffset At, string Way, string Uses, DateTimeOffset? RepeatUntil, bool Observed);

/// <summary>It did not go out, or nobody knows; it is tried again.</summary>
/// <param name="Reason">Why, in zh-CN, without anything of the citizen.</param>
/// <param name="Unsure">It may have gone out.</param>
public sealed record ReplyPostponed(int Version, DateTimeOffset At, string Reason, DateTimeOffset NotBefore, bool Unsure);

/// <summary>The platform took it.</summary>
/// <param name="PlatformId">Under which the platform will tell more of it; null where it will not.</param>
/// <param name="Reason">What is still in doubt; null when nothing is.</param>
public sealed record ReplySent(int Version, DateTimeOffset At, string? PlatformId = null, string? Reason = null);

/// <summary>Nothing more is to be done by itself.</summary>
/// <param name="State">Delivered, Elsewhere, Withheld or Failed.</param>
public sealed record ReplyEnded(int Version, DateTimeOffset At, DeliveryState State, string? Reason = null);

/// <summary>A person took up what could not be delivered.</summary>
/// <param name="Again">He has it sent again; else he told the citizen otherwise.</param>
public sealed record ReplyTakenUp(int Version, DateTimeOffset At, string By, string Note, bool Again);

/// <summary>How far a reply is on its way to the citizen.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryState>))]
public enum DeliveryState
{
    /// <summary>To be sent.</summary>
    Queued,

    /// <summary>The platform is being called.</summary>
    Sending,

    /// <summary>The platform took it; where it tells nothing more this is the end.</summary>
    Sent,

    /// <summary>The platform says that it arrived, or shows it.</summary>
    Delivered,

    /// <summary>Another answer stands there: answered elsewhere, ours is not needed.</summary>
    Elsewhere,

    /// <summary>Not sent, on purpose.</summary>
    Withheld,

    /// <summary>A person must tell the citizen.</summary>
    Failed,

    /// <summary>A person told the citizen otherwise.</summary>
    Settled,
}
