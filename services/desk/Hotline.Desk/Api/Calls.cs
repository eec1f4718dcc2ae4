using System.Text.Json.Serialization;

namespace Hotline.Desk.Api;

/// <summary>A call as the seats see it: what the pages show of it.</summary>
/// <param name="State">ringing, live or over.</param>
/// <param name="Caller">For the agent who has the call alone.</param>
/// <param name="Appeals">Written down in this call.</param>
/// <param name="Earlier">The caller's earlier ones by phone, latest first.</param>
internal sealed record CallLine(
    string CallId,
    string State,
    DateTimeOffset At,
    IReadOnlyList<CallAppeal> Appeals,
    IReadOnlyList<CallAppeal> Earlier,
    string? Agent = null,
    string? SkillGroup = null,
    string? Caller = null);

internal sealed record CallAppeal(string Number, string Title, DateTimeOffset ReceivedAt);

internal sealed record SkillGroupLine(string Name, string Title, bool Open, string? Hours = null);

internal sealed record TransferBody(string To, string? Note);

/// <summary>What the agent's telephone dials.</summary>
internal sealed record TransferDone(string To, string Title, string Dial);

/// <summary>What an agent writes down.</summary>
internal sealed record EntryBody(
    string Text,
    string? CallId,
    string? Title,
    string? Cause,
    string? Nature,
    string? Category,
    EntryPlace? Place,
    DateTimeOffset? OccurredAt,
    EntryContact? Contact,
    bool Anonymous,
    bool Confidential);

/// <summary>A step that needs no word.</summary>
internal sealed record NoBody;

internal sealed record AdditionBody(string Text);

internal sealed record EntryPlace(string? Text, string? Division);

internal sealed record EntryContact(string? Name, string? Phone);

/// <summary>What the agent reads out.</summary>
internal sealed record EntryReceipt(string Number, string Code, DateTimeOffset ReceivedAt, bool Repeated);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallLine))]
[JsonSerializable(typeof(List<CallLine>))]
[JsonSerializable(typeof(List<SkillGroupLine>))]
[JsonSerializable(typeof(TransferBody))]
[JsonSerializable(typeof(TransferDone))]
[JsonSerializable(typeof(EntryBody))]
[JsonSerializable(typeof(NoBody))]
[JsonSerializable(typeof(AdditionBody))]
[JsonSerializable(typeof(EntryReceipt))]
internal sealed partial class CallApiJson : JsonSerializerContext;
