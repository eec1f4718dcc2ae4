using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine.Reports;

/// <summary>Where a letter's ciphertext lies, and who wrote it.</summary>
/// <param name="Kind">One of <see cref="LetterKinds"/>.</param>
/// <param name="Blob">The address of its JSON.</param>
/// <param name="Day">In the office's time; nothing finer is kept.</param>
public sealed record LetterEntry(string Kind, string Blob, DateOnly Day);

/// <summary>A report was handed in.</summary>
/// <param name="Verifier">PBKDF2 of the proof the receipt code yields.</param>
/// <param name="ReplyKey">The thumbprint of the key answers are sealed to.</param>
/// <param name="LockedKey">Its private half, locked by the receipt code.</param>
/// <param name="Sealed">Where it was sealed: one of <see cref="SealedAt"/>.</param>
public sealed record ReportReceived(LetterEntry Letter, CodeVerifier Verifier, string ReplyKey, string LockedKey, string Sealed);

/// <summary>Where a report was sealed: whose memory has seen it in clear.</summary>
public static class SealedAt
{
    public const string Browser = "browser";
    public const string Receipt = "receipt";
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

/// <summary>What is known of a report without an officer's key.</summary>
/// <param name="Consent">To its return as an ordinary appeal: null before he was asked or before he answered.</param>
public sealed record Report(
    DateOnly Day, CodeVerifier Verifier, string ReplyKey, string LockedKey, string Sealed, string State, bool? Valid, bool ConsentAsked, bool? Consent, IReadOnlyList<LetterEntry> Letters)
{
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
            .Add("ConsentAnswered", ReportJson.Default.ConsentAnswered),
        Fold,
        [new("all", _ => ["all"]), new("month", report => [MonthOf(report.Day)])]);

    private static Report Fold(Report? report, Fact fact) => fact.Data switch
    {
        ReportReceived received => new Report(
            received.Letter.Day, received.Verifier, received.ReplyKey, received.LockedKey, received.Sealed, ReportState.Registered, null, false, null, [received.Letter]),
        LetterAdded added => report! with { Letters = [.. report.Letters, added.Letter] },
        ReportMoved moved => report! with { State = moved.State, Valid = moved.Valid ?? report.Valid },
        ConsentRequested => report! with { ConsentAsked = true, Consent = null },
        ConsentAnswered answered => report! with { Consent = answered.Given },
        _ => throw new InvalidOperationException($"A report has no fact {fact.Type}."),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ReportReceived))]
[JsonSerializable(typeof(LetterAdded))]
[JsonSerializable(typeof(ReportMoved))]
[JsonSerializable(typeof(ConsentRequested))]
[JsonSerializable(typeof(ConsentAnswered))]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(ReleasedTotals))]
internal sealed partial class ReportJson : JsonSerializerContext;
