using System.Text.Json.Serialization;
using Hotline.Contracts;

namespace Hotline.Intake.Phone;

/// <summary>Something that happened to a call, as the telephone system tells it. There is no standard; every system can be made to post this.</summary>
/// <param name="CallId">The system's own id of the call, the same in all its events; 1–100 visible ASCII characters.</param>
/// <param name="State">queued, answered, abandoned, transferred, conferenced, ended, recorded or rated; others are kept and mean nothing yet.</param>
/// <param name="At">When it happened, with an offset.</param>
/// <param name="Caller">The caller's number; sealed.</param>
/// <param name="Agent">The account of the agent who has the call from here on.</param>
/// <param name="SkillGroup">Where the call is from here on.</param>
/// <param name="Recording">With recorded: where the recording lies.</param>
/// <param name="Rating">With rated: 话务满意, 1 (very bad) to 5.</param>
public sealed record CallEvent(
    string? CallId,
    string? State,
    DateTimeOffset? At,
    string? Caller = null,
    string? Callee = null,
    string? Agent = null,
    string? SkillGroup = null,
    Recording? Recording = null,
    int? Rating = null);

/// <param name="Address">Where the telephone system keeps it; sealed.</param>
/// <param name="Sha256">Of its bytes, lower-case hex.</param>
/// <param name="Seconds">How long it is.</param>
public sealed record Recording(string Address, string? Sha256 = null, int? Seconds = null);

/// <summary>A recording of a call, for whoever may hear it: it stays with the telephone system.</summary>
/// <param name="At">When we were told of it.</param>
public sealed record CallRecording(string CallId, DateTimeOffset At, Recording Recording);

/// <summary>Asks where the recordings of an appeal's calls lie.</summary>
/// <param name="Reason">Why they are needed, 4–200 characters; it goes on record with who and when.</param>
public sealed record RecordingsRequest(string? Reason);

/// <summary>What an agent writes down while the caller speaks: the five elements 五要素 are who, when, where, the cause and the course of events.</summary>
/// <param name="CallId">The call; null when it is written down afterwards.</param>
/// <param name="Text">经过 the course of events, 2–5,000 characters.</param>
/// <param name="Cause">起因.</param>
public sealed record PhoneAppeal(
    string? Text,
    string? CallId = null,
    string? Title = null,
    string? Cause = null,
    string? Nature = null,
    string? Category = null,
    Place? Place = null,
    DateTimeOffset? OccurredAt = null,
    PhoneContact? Contact = null,
    bool Anonymous = false,
    bool Confidential = false);

/// <param name="Phone">The number to call back; the caller's own when null.</param>
public sealed record PhoneContact(string? Name = null, string? Phone = null, string? Email = null, string? Address = null);

/// <summary>What a caller adds to an earlier appeal, or how he urges it.</summary>
/// <param name="Text">At most 5,000 characters; a supplement has at least 2.</param>
public sealed record PhoneAddition(string? Text);

/// <summary>What the agent reads out.</summary>
/// <param name="Missing">Elements nobody wrote down yet, in zh-CN.</param>
public sealed record PhoneReceipt(string Number, string Code, DateTimeOffset ReceivedAt, bool Repeated, IReadOnlyList<string> Missing);

/// <summary>A transfer: to a skill group by name, or to 110, 119, 120, 122.</summary>
public sealed record TransferRequest(string? To, string? Note = null);

/// <summary>What the agent's telephone dials.</summary>
public sealed record TransferTarget(string To, string Title, string Dial);

/// <summary>A call as the seats see it.</summary>
/// <param name="Caller">For the agent who has the call and nobody else; null for others.</param>
/// <param name="Earlier">The caller's earlier appeals by phone, latest first.</param>
public sealed record CallView(
    string CallId, string State, DateTimeOffset At, string? Agent, string? SkillGroup, string? Caller, int? Rating, bool Recorded, IReadOnlyList<LinkedAppeal> Appeals, IReadOnlyList<LinkedAppeal> Earlier);

/// <summary>An appeal of a call.</summary>
public sealed record LinkedAppeal(string Number, string Title, DateTimeOffset ReceivedAt);

/// <summary>A skill group and whether it is open now.</summary>
public sealed record SkillGroupView(string Name, string Title, string? Key, string? Hours, bool Open);

/// <summary>Figures of the call centre over calls that began in a span.</summary>
/// <param name="Offered">Calls that reached the queue.</param>
/// <param name="AnswerRate">接通率: answered ÷ offered; null without calls.</param>
/// <param name="InTime">Of those answered, how many within the limit (15 s).</param>
/// <param name="Satisfaction">话务满意: ratings of 4 and 5 ÷ ratings; null without ratings.</param>
public sealed record CallFigures(
    string? SkillGroup, int Offered, int Answered, int Abandoned, int InTime, int Transferred, int Rated, double? AnswerRate, double? InTimeRate, double? Satisfaction);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CallEvent))]
[JsonSerializable(typeof(PhoneAppeal))]
[JsonSerializable(typeof(PhoneAddition))]
[JsonSerializable(typeof(PhoneReceipt))]
[JsonSerializable(typeof(TransferRequest))]
[JsonSerializable(typeof(TransferTarget))]
[JsonSerializable(typeof(IReadOnlyList<CallRecording>))]
[JsonSerializable(typeof(RecordingsRequest))]
[JsonSerializable(typeof(CallView))]
[JsonSerializable(typeof(IReadOnlyList<CallView>))]
[JsonSerializable(typeof(IReadOnlyList<SkillGroupView>))]
[JsonSerializable(typeof(IReadOnlyList<CallFigures>))]
public sealed partial class PhoneJson : JsonSerializerContext;
