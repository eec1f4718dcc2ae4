using System.Text.Json.Serialization;
using Hotline.SupervisionLine.Mail;
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
/// <param name="Lacking">Thumbprints of current keys that some letter of it was not wrapped for.</param>
/// <param name="Marks">Blinded names of whom it concerns, among random ones: the station looks anew who is in conflict.</param>
public sealed record ReportLine(
    Guid Id, long Sequence, DateOnly Day, string State, string Title, string Sealed, int Letters, bool AwaitsOfficer, DateOnly Due, bool Overdue,
    IReadOnlyList<string> Lacking, IReadOnlyList<string> Excluded, IReadOnlyList<string> Marks);

/// <summary>A report as an officer opens it.</summary>
public sealed record OpenedReport(Guid Id, string State, string Title, IReadOnlyList<StateChoice> Next, string Sealed, bool ConsentAsked, bool? Consent, string ReplyKey, IReadOnlyList<string> Excluded, IReadOnlyList<string> Marks, IReadOnlyList<string> Recipients, string? UpwardBy, IReadOnlyList<ShownLetter> Letters);

public sealed record StateChoice(string State, string Title);

/// <summary>An officer's letter: an answer to the reporter, or a note among officers.</summary>
public sealed record OfficerLetter(SealedLetter? Letter = null);

/// <param name="Valid">有效 or 无效; needed where screening ends.</param>
public sealed record NewMove(string? State = null, bool? Valid = null);

/// <summary>The public keys of all officers, for the station's page.</summary>
/// <param name="Upward">The higher body's key; null when there is none.</param>
public sealed record OfficerList(IReadOnlyList<P256Key> Keys, IReadOnlyList<KeyOwner> Owners, P256Key? Upward);

/// <param name="Key">The thumbprint.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Escrow">Kept by two persons, no officer's.</param>
public sealed record KeyOwner(string Key, string Account, bool Escrow);

/// <summary>The wrapped keys of one letter, without the letter.</summary>
public sealed record LetterKeys(IReadOnlyList<LetterRecipient> Recipients);

/// <summary>Letters' keys wrapped anew, for one key.</summary>
/// <param name="Key">The thumbprint.</param>
public sealed record NewShares(string? Key = null, IReadOnlyList<LetterShare>? Shares = null);

/// <summary>Who is not to have a report any more.</summary>
/// <param name="Excluded">Accounts; takes the place of those before.</param>
/// <param name="Marks">Exactly <see cref="CustodyDesk.Marks"/>, base64url of 32 bytes each: how many are names and how many random, only officers can tell.</param>
public sealed record NewExclusion(IReadOnlyList<string>? Excluded = null, IReadOnlyList<string>? Marks = null);

/// <summary>The station has sealed a report to the higher body.</summary>
/// <param name="Letters">How many letters it sealed: all there are, else nothing is erased.</param>
public sealed record NewUpward(int Letters = 0);

/// <param name="Passed">False as long as a second officer has to confirm it.</param>
public sealed record UpwardAnswer(bool Passed);

/// <summary>The officers' register of who is related to whom, sealed to all of them.</summary>
/// <param name="Version">Of the one that is changed; 0 before the first.</param>
public sealed record SealedRegister(int Version = 0, SealedLetter? Letter = null);

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
[JsonSerializable(typeof(IReadOnlyList<LetterKeys>))]
[JsonSerializable(typeof(NewShares))]
[JsonSerializable(typeof(NewExclusion))]
[JsonSerializable(typeof(SealedRegister))]
[JsonSerializable(typeof(NewUpward))]
[JsonSerializable(typeof(UpwardAnswer))]
[JsonSerializable(typeof(LedgerView))]
[JsonSerializable(typeof(MailboxView))]
[JsonSerializable(typeof(ReleasedTotals))]
[JsonSerializable(typeof(IReadOnlyList<ReleasedTotals>))]
[JsonSerializable(typeof(PlainReport))]
[JsonSerializable(typeof(PlainAnswer))]
internal sealed partial class SupervisionJson : JsonSerializerContext;
