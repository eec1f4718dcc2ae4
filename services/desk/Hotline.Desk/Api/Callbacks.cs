using System.Text.Json.Serialization;

namespace Hotline.Desk.Api;

/// <summary>A page of the callback agents' list.</summary>
internal sealed record CallbackList(IReadOnlyList<CallbackLine> Items, long? Next = null);

/// <param name="Direct">It was answered directly; no unit handled it.</param>
/// <param name="CallFrom">From when on he may be called.</param>
internal sealed record CallbackLine(
    string Number, string Channel, string Title, int Round, bool Direct, DateTimeOffset CallFrom, bool Overdue, int Tries, DateTimeOffset? DueAt = null, string? ClaimedBy = null);

/// <summary>The callback of an order.</summary>
/// <param name="Told">What the citizen was told as the result.</param>
/// <param name="Together">Other orders of the same sender or phone that are asked in the same contact.</param>
internal sealed record OrderCallback(
    string Number,
    IReadOnlyList<CallbackPart> Parts,
    IReadOnlyList<CallbackRound> Rounds,
    IReadOnlyList<string> Together,
    string? Channel = null,
    string? Title = null,
    Guid? ContactRef = null,
    string? Told = null);

internal sealed record CallbackPart(int Round, string UnitName, bool Lead, UnitClaim? Claim = null);

/// <summary>What a unit says of its handling.</summary>
internal sealed record UnitClaim(bool? Contacted = null, DateTimeOffset? ContactedAt = null, bool? Solved = null, string? UnsolvedReason = null);

/// <param name="State">asking, answered, ended or over.</param>
/// <param name="RingingUntil">Until when a machine that was told to may ring; null when none was, or its call has ended.</param>
internal sealed record CallbackRound(
    int Round,
    string State,
    DateTimeOffset StartedAt,
    bool Direct,
    IReadOnlyList<CallbackTry> Tries,
    bool Contradiction,
    DateTimeOffset? DueAt = null,
    string? ClaimedBy = null,
    GivenAnswer? Answer = null,
    string? Outcome = null,
    DateTimeOffset? RingingUntil = null);

internal sealed record CallbackTry(DateTimeOffset At, string By, bool Reached, string Why);

internal sealed record GivenAnswer(DateTimeOffset At, string Way, string By, AnswersBody Answer);

/// <summary>The three answers 联系、解决、满意, and 话务满意.</summary>
internal sealed record AnswersBody(
    bool? Contacted = null,
    bool? Solved = null,
    string? UnsolvedReason = null,
    string? Satisfied = null,
    string? DissatisfiedReason = null,
    string? Service = null,
    string? Words = null);

internal sealed record TryBody(bool Reached, string Why);

internal sealed record RevealBody(string Reason);

/// <summary>A citizen's contact, for the person who gave a reason.</summary>
internal sealed record ShownContact(string? Name = null, string? Phone = null, string? Email = null, string? Address = null);

/// <summary>What units say and citizens deny 虚假办结.</summary>
internal sealed record ContradictionList(IReadOnlyList<ContradictionLine> Items, long? Next = null);

internal sealed record ContradictionLine(string Number, int Round, DateTimeOffset At, IReadOnlyList<ContradictingUnit> Units, bool Solved, bool? Contacted = null, string? UnsolvedReason = null, string? Words = null);

internal sealed record ContradictingUnit(string UnitName, UnitClaim Claim);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CallbackList))]
[JsonSerializable(typeof(OrderCallback))]
[JsonSerializable(typeof(AnswersBody))]
[JsonSerializable(typeof(TryBody))]
[JsonSerializable(typeof(RevealBody))]
[JsonSerializable(typeof(ShownContact))]
[JsonSerializable(typeof(ContradictionList))]
internal sealed partial class CallbackApiJson : JsonSerializerContext;
