using System.Text.Json.Serialization;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine;

/// <summary>What shows that somebody holds a receipt code without telling it; both base64url.</summary>
public interface ICodeHolder
{
    string? Locator { get; }

    string? Proof { get; }
}

/// <summary>A report sealed in the browser.</summary>
/// <param name="ReplyKey">The thumbprint of the reporter's own key; the key itself lies inside the seal.</param>
/// <param name="LockedKey">Its private half, a compact JWE under the receipt code.</param>
public sealed record NewReport(string? Locator = null, string? Proof = null, string? ReplyKey = null, string? LockedKey = null, SealedLetter? Letter = null) : ICodeHolder;

/// <summary>The holder of a code asks for his conversation.</summary>
public sealed record ConversationAsked(string? Locator = null, string? Proof = null) : ICodeHolder;

/// <summary>The holder of a code adds a letter.</summary>
public sealed record NewLetter(string? Locator = null, string? Proof = null, SealedLetter? Letter = null) : ICodeHolder;

/// <summary>The holder of a code consents to a return as an ordinary appeal, or does not.</summary>
public sealed record NewConsent(string? Locator = null, string? Proof = null, bool? Given = null) : ICodeHolder;

/// <summary>What the holder of a code is shown.</summary>
/// <param name="Pad">Spaces: answers are of a few lengths only.</param>
public sealed record Conversation(string State, DateOnly Day, string LockedKey, bool ConsentAsked, bool? Consent, IReadOnlyList<ShownLetter> Letters, string? Pad = null);

/// <param name="Letter">The sealed letter; null for the reporter's own, which only officers can open.</param>
public sealed record ShownLetter(string Kind, DateOnly Day, SealedLetter? Letter);

/// <summary>A report in the officers' list.</summary>
public sealed record ReportLine(Guid Id, long Sequence, DateOnly Day, string State, string Title, string Sealed, int Letters, bool AwaitsOfficer, DateOnly Due, bool Overdue);

/// <summary>A report as an officer opens it.</summary>
public sealed record OpenedReport(Guid Id, string State, string Title, IReadOnlyList<StateChoice> Next, string Sealed, bool ConsentAsked, bool? Consent, string ReplyKey, IReadOnlyList<ShownLetter> Letters);

public sealed record StateChoice(string State, string Title);

/// <summary>An officer's letter: an answer to the reporter, or a note among officers.</summary>
public sealed record OfficerLetter(SealedLetter? Letter = null);

/// <param name="Valid">有效 or 无效; needed where screening ends.</param>
public sealed record NewMove(string? State = null, bool? Valid = null);

/// <summary>The public keys of all officers, for the station's page.</summary>
public sealed record OfficerList(IReadOnlyList<P256Key> Keys);

/// <param name="Broken">The first number at which the chain does not hold; null when it holds.</param>
public sealed record LedgerView(IReadOnlyList<LedgerEntry> Entries, long? Broken);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(NewReport))]
[JsonSerializable(typeof(ConversationAsked))]
[JsonSerializable(typeof(NewLetter))]
[JsonSerializable(typeof(NewConsent))]
[JsonSerializable(typeof(Conversation))]
[JsonSerializable(typeof(IReadOnlyList<ReportLine>))]
[JsonSerializable(typeof(OpenedReport))]
[JsonSerializable(typeof(OfficerLetter))]
[JsonSerializable(typeof(NewMove))]
[JsonSerializable(typeof(OfficerList))]
[JsonSerializable(typeof(LedgerView))]
[JsonSerializable(typeof(ReleasedTotals))]
[JsonSerializable(typeof(IReadOnlyList<ReleasedTotals>))]
[JsonSerializable(typeof(PlainReport))]
[JsonSerializable(typeof(PlainAnswer))]
internal sealed partial class SupervisionJson : JsonSerializerContext;
