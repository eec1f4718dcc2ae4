using System.Text.Json.Serialization;

namespace Hotline.Desk.Api;

/// <summary>What the pages read of work orders 工单: only what they show.</summary>
internal sealed record OrderPage(IReadOnlyList<OrderLine> Items, long? Next = null);

/// <summary>A line of a queue.</summary>
internal sealed record OrderLine(
    string Number,
    int Version,
    string State,
    string StateTitle,
    string Title,
    string Nature,
    string CategoryTitle,
    string Urgency,
    string Channel,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? DueAt = null,
    string? Color = null,
    string? ProposedUnit = null,
    IReadOnlyList<AssignmentLine>? Assignments = null);

/// <summary>A unit's share in a line of a queue.</summary>
internal sealed record AssignmentLine(int Assignment, string Unit, string UnitName, string Role, string State, string StateTitle, DateTimeOffset DueAt, int? Parent = null, string? Color = null);

/// <summary>A work order as its page shows it.</summary>
internal sealed record Order(
    string Number,
    int Version,
    string State,
    string StateTitle,
    string Channel,
    DateTimeOffset ReceivedAt,
    string Nature,
    string Category,
    string CategoryTitle,
    string Urgency,
    string Title,
    string Text,
    IReadOnlyList<OrderFile> Attachments,
    bool Anonymous,
    bool Confidential,
    OrderProposal Proposal,
    IReadOnlyList<OrderAssignment> Assignments,
    IReadOnlyList<OrderSupplement> Supplements,
    int Urges,
    string? Source = null,
    string? Addressee = null,
    string? Division = null,
    DateTimeOffset? DueAt = null,
    string? DueReason = null,
    OrderPlace? Place = null,
    DateTimeOffset? OccurredAt = null,
    IReadOnlyList<string>? Marks = null,
    OrderAnswer? Answer = null,
    string? PublicReply = null,
    OrderReview? Review = null,
    bool OversightWanted = false,
    OrderClosing? Closing = null);

/// <summary>What the rules proposed, and why.</summary>
internal sealed record OrderProposal(string Nature, string Category, string Urgency, double Confidence, string RuleVersion, IReadOnlyList<string> Reasons, string? Division = null, string? Unit = null);

internal sealed record OrderPlace(string? Text = null, double? Latitude = null, double? Longitude = null, string? Datum = null);

internal sealed record OrderFile(string Name, string MediaType, long Size, string? Refused = null);

internal sealed record OrderSupplement(Guid Id, DateTimeOffset At, string Text, IReadOnlyList<OrderFile> Attachments);

internal sealed record OrderAnswer(DateTimeOffset At, string By, string Text, string Basis);

/// <summary>What the citizen says against the handling 复核.</summary>
/// <param name="Ground">not-solved, not-content or reopened.</param>
internal sealed record OrderReview(DateTimeOffset At, string Ground, string? Text = null);

internal sealed record OrderClosing(DateTimeOffset At, string By, string Outcome, string? Note = null, string? Explanation = null);

/// <summary>One unit's share 转派件.</summary>
internal sealed record OrderAssignment(
    int Assignment,
    string Unit,
    string UnitName,
    string Role,
    string State,
    string StateTitle,
    DateTimeOffset DispatchedAt,
    DateTimeOffset DueAt,
    string DueReason,
    IReadOnlyList<OrderStep> History,
    int? Parent = null,
    string? Note = null,
    string? PublicReply = null,
    bool Issuing = false,
    OrderDraft? Draft = null,
    IReadOnlyList<OrderProof>? Proofs = null,
    IReadOnlyList<string>? ProofsWanted = null);

/// <summary>A unit's draft 拟办, before its head issues it.</summary>
internal sealed record OrderDraft(DateTimeOffset At, string By, string? PublicReply = null, string? Note = null, OrderClaim? Claim = null, DateOnly? PromisedFor = null);

/// <summary>What a unit says it did.</summary>
internal sealed record OrderClaim(bool? Contacted = null, DateTimeOffset? ContactedAt = null, bool? Solved = null, string? UnsolvedReason = null);

/// <summary>A photo or document 证明材料 of a unit's reply.</summary>
internal sealed record OrderProof(int Proof, string Kind, string KindTitle, string Name, string MediaType, long Size, DateTimeOffset At, string By, bool Replied = false, bool Removed = false);

internal sealed record OrderStep(DateTimeOffset At, string By, string State, string? Note = null, string? PublicReply = null, string? ProposedUnit = null);

/// <summary>The running clocks of an order, in words.</summary>
internal sealed record OrderClocks(IReadOnlyList<OrderClock> Clocks);

internal sealed record OrderClock(string Title, DateTimeOffset DueAt, string Color, string Reason, string? UnitName = null);

internal sealed record AcceptBody(string Nature, string Category, string Urgency, string? Division);

internal sealed record AnswerBody(string Text, string Basis, string? Article, int? ArticleVersion);

internal sealed record DispatchBody(string Unit, string Role, string? Note);

internal sealed record NoteBody(string? Note);

internal sealed record ReplyBody(
    string? PublicReply, string? Note, bool? Contacted = null, DateTimeOffset? ContactedAt = null, bool? Solved = null, string? UnsolvedReason = null, string? PromisedFor = null);

internal sealed record RedoBody(string Reason, string? Unit);

internal sealed record ExplainBody(string Explanation, string Evidence);

internal sealed record ReturnBody(string Note, string ProposedUnit);

/// <summary>An appeal as its citizen follows it.</summary>
internal sealed record FollowedAppeal(string Number, string Title, DateTimeOffset ReceivedAt, string StateTitle, IReadOnlyList<FollowedReply> Replies);

internal sealed record FollowedReply(DateTimeOffset At, string Text);

/// <summary>JSON of the services' API, as far as the pages speak it. A page that reads another service adds its records here.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ApiProblem))]
[JsonSerializable(typeof(OrderPage))]
[JsonSerializable(typeof(FollowedAppeal))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(OrderClocks))]
[JsonSerializable(typeof(AcceptBody))]
[JsonSerializable(typeof(AnswerBody))]
[JsonSerializable(typeof(DispatchBody))]
[JsonSerializable(typeof(NoteBody))]
[JsonSerializable(typeof(ReplyBody))]
[JsonSerializable(typeof(RedoBody))]
[JsonSerializable(typeof(ExplainBody))]
[JsonSerializable(typeof(ReturnBody))]
internal sealed partial class ApiJson : JsonSerializerContext;
