using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine.Reports;

/// <summary>Where a letter's ciphertext lies, and who wrote it.</summary>
/// <param name="Kind">One of <see cref="LetterKinds"/>.</param>
/// <param name="Blob">The address of its JSON, under the report's key.</param>
/// <param name="Day">In the office's time; nothing finer is kept.</param>
/// <param name="Digest">SHA-256 of the ciphertext as it came: the same letter a second time is known by it.</param>
/// <param name="Keys">Thumbprints of the keys it can be opened with.</param>
public sealed record LetterEntry(string Kind, string Blob, DateOnly Day, string Digest, IReadOnlyList<string> Keys);

/// <summary>A report was handed in.</summary>
/// <param name="Verifier">PBKDF2 of the proof the receipt code yields.</param>
/// <param name="ReplyKey">The thumbprint of the key answers are sealed to.</param>
/// <param name="LockedKey">Its private half, locked by the receipt code.</param>
/// <param name="Sealed">Where it was sealed: one of <see cref="SealedAt"/>.</param>
/// <param name="Key">The number of the report's key.</param>
/// <param name="Mail">By which keyed hashes the mail it was is known again; null for any other.</param>
public sealed record ReportReceived(LetterEntry Letter, CodeVerifier Verifier, string ReplyKey, string LockedKey, string Sealed, int Key, IReadOnlyList<string>? Mail = null);

/// <summary>Where a report was sealed: whose memory has seen it in clear.</summary>
public static class SealedAt
{
    public const string Browser = "browser";
    public const string Receipt = "receipt";

    /// <summary>From the line's mailbox, where it lay in clear.</summary>
    public const string Mail = "mail";

    /// <summary>The same, and it says itself that a program sent it: a bounce, an automatic answer, a list.</summary>
    public const string AutomaticMail = "automatic-mail";
}

/// <summary>The reporter added to it, or an officer answered or noted.</summary>
public sealed record LetterAdded(LetterEntry Letter);

/// <summary>An officer moved it on.</summary>
/// <param name="Valid">有效 or 无效, once it is decided; null before.</param>
public sealed record ReportMoved(string State, bool? Valid);

/// <summary>An officer asked the reporter whether it may be returned as an ordinary appeal.</summary>
public sealed record ConsentRequested(DateOnly Day);

/// <summary>The reporter said so.</summary>
public sealed record ConsentAnswered(bool Given, DateOnly Day);

/// <summary>Letters were wrapped for one more key, by the station of an officer who could open them.</summary>
/// <param name="Blob">The address of the wrapped keys, under the report's key.</param>
/// <param name="Key">Whose they are: a thumbprint.</param>
/// <param name="Letters">Which letters, from 0.</param>
public sealed record SharesAdded(string Blob, string Key, IReadOnlyList<int> Letters);

/// <summary>Officers said who may not have it; takes the place of what was said before.</summary>
/// <param name="Excluded">Accounts.</param>
/// <param name="Marks">Blinded names of whom it concerns, among random ones.</param>
public sealed record OfficersExcluded(IReadOnlyList<string> Excluded, IReadOnlyList<string> Marks);

/// <summary>An officer has sealed it to the higher body and asks a second to confirm.</summary>
/// <param name="Letters">How many letters he sealed.</param>
public sealed record UpwardProposed(string Account, int Letters);

/// <summary>What is known of a report without an officer's key.</summary>
/// <param name="Consent">To its return as an ordinary appeal: null before he was asked or before he answered.</param>
/// <param name="Key">The number of its key in <see cref="ReportKeys"/>.</param>
/// <param name="Shares">Where keys wrapped later lie.</param>
public sealed record Report(
    DateOnly Day, CodeVerifier Verifier, string ReplyKey, string LockedKey, string Sealed, int Key, string State, bool? Valid, bool ConsentAsked, bool? Consent,
    IReadOnlyList<LetterEntry> Letters, IReadOnlyList<string> Shares, IReadOnlyList<string> Excluded, IReadOnlyList<string> Marks, UpwardProposed? Upward, IReadOnlyList<string> Mail)
{
    /// <summary>Of every report there is.</summary>
    internal const string All = "all";

    /// <summary>Of those officers see.</summary>
    internal const string Listed = "listed";

    /// <summary>Of those that went to the higher body.</summary>
    internal const string Gone = "upward";

    public bool IsUpward => State == ReportState.PassedUpward;

    /// <summary>A program's mail is none, unless an officer says so.</summary>
    public bool Counts => Sealed != SealedAt.AutomaticMail || Valid == true;

    public int ByReporter => Letters.Count(letter => letter.Kind == LetterKinds.Report);

    /// <summary>Whether the last word is the reporter's.</summary>
    public bool AwaitsOfficer => Letters.LastOrDefault(letter => letter.Kind != LetterKinds.Note) is { Kind: LetterKinds.Report };

    public static string MonthOf(DateOnly day) => day.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);

    internal static DocumentType<Report> TypeFor(string service) => new(
        service,
        "report",
        new FactTypes()
            .Add("ReportReceived", ReportJson.Default.ReportReceived)
            .Add("LetterAdded", ReportJson.Default.LetterAdded)
            .Add("ReportMoved", ReportJson.Default.ReportMoved)
            .Add("ConsentRequested", ReportJson.Default.ConsentRequested)
            .Add("ConsentAnswered", ReportJson.Default.ConsentAnswered)
            .Add("SharesAdded", ReportJson.Default.SharesAdded)
            .Add("UpwardProposed", ReportJson.Default.UpwardProposed)
            .Add("OfficersExcluded", ReportJson.Default.OfficersExcluded),
        Fold,
        [new("in", report => [All, report.IsUpward ? Gone : Listed]), new("month", report => [MonthOf(report.Day)]), new("mail", report => report.Mail)]);

    private static Report Fold(Report? report, Fact fact) => fact.Data switch
    {
        ReportReceived received => new Report(
            received.Letter.Day, received.Verifier, received.ReplyKey, received.LockedKey, received.Sealed, received.Key, ReportState.Registered, null, false, null, [received.Letter], [], [], [], null, received.Mail ?? []),
        LetterAdded added => report! with { Letters = [.. report.Letters, added.Letter] },
        ReportMoved moved => report! with { State = moved.State, Valid = moved.Valid ?? report.Valid },
        ConsentRequested => report! with { ConsentAsked = true, Consent = null },
        ConsentAnswered answered => report! with { Consent = answered.Given },
        SharesAdded added => report! with { Letters = [.. report.Letters.Select((letter, i) => added.Letters.Contains(i) ? letter with { Keys = [.. letter.Keys, added.Key] } : letter)], Shares = [.. report.Shares, added.Blob] },
        OfficersExcluded said => report! with { Excluded = said.Excluded, Marks = said.Marks },
        UpwardProposed proposed => report! with { Upward = proposed },
        _ => throw new InvalidOperationException($"A report has no fact {fact.Type}."),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ReportReceived))]
[JsonSerializable(typeof(LetterAdded))]
[JsonSerializable(typeof(ReportMoved))]
[JsonSerializable(typeof(ConsentRequested))]
[JsonSerializable(typeof(ConsentAnswered))]
[JsonSerializable(typeof(SharesAdded))]
[JsonSerializable(typeof(OfficersExcluded))]
[JsonSerializable(typeof(UpwardProposed))]
[JsonSerializable(typeof(RegisterSaved))]
[JsonSerializable(typeof(IReadOnlyList<LetterShare>))]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(ReleasedTotals))]
internal sealed partial class ReportJson : JsonSerializerContext;
