using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.PhotoReport;

/// <summary>What came with a report; the three places lie sealed beside it.</summary>
/// <param name="Photos">The photos taken up: 1, 2, … in the order they were sent.</param>
/// <param name="Joins">The appeal the citizen says it is like.</param>
public sealed record ReportReceived(IReadOnlyList<int> Photos, Guid? Joins = null);

/// <summary>What became of publishing a photo.</summary>
/// <param name="Copy">Where the published copy lies; null when it could not be made.</param>
/// <param name="Width">Pixels of the copy.</param>
/// <param name="Failed">Why, in zh-CN; null when it was made.</param>
public sealed record PhotoPublished(int Photo, string? Copy, string? Thumbnail, int Width, int Height, string? Failed = null);

/// <summary>The photo channel's own part of an appeal.</summary>
public sealed record ReportPart(ReportReceived Received)
{
    public const string ByPlace = "near";
    public const string Unpublished = "unpublished";
    public const string All = "all";
    private const string Closed = "closed";

    public ImmutableDictionary<int, PhotoPublished> Published { get; init; } = ImmutableDictionary<int, PhotoPublished>.Empty;

    /// <summary>The photos nobody has tried to publish yet.</summary>
    public IEnumerable<int> Waiting => Received.Photos.Where(photo => !Published.ContainsKey(photo));

    public static ChannelPart Channel { get; } = new(
        static facts => facts.Add("report-received", ReportPartJson.Default.ReportReceived).Add("photo-published", ReportPartJson.Default.PhotoPublished),
        static (part, fact) => (part as ReportPart, fact.Data) switch
        {
            (null, ReportReceived received) => new ReportPart(received),
            ({ } report, PhotoPublished published) => report with { Published = report.Published.SetItem(published.Photo, published) },
            var (report, _) => report,
        },
        [
            new DocumentIndex<ReceivedAppeal>(Unpublished, static appeal => appeal.Own is ReportPart part && part.Waiting.Any() ? [All] : []),
            new DocumentIndex<ReceivedAppeal>(ByPlace, static appeal => IsOpenToOthers(appeal) && PointOf(appeal.Appeal) is { } point ? [KeyOf(GeoCells.Of(point), appeal.Appeal.ReceivedAt)] : []),
        ]);

    /// <summary>The value of the index by place: a cell and the week of receipt, so that a look at some days does not read years.</summary>
    public static string KeyOf(string cell, DateTimeOffset receivedAt) => string.Create(CultureInfo.InvariantCulture, $"{cell}/{receivedAt.ToUnixTimeSeconds() / (7 * 86400)}");

    /// <summary>Where an appeal is; null when it has no coordinates that can be a place.</summary>
    public static Coordinate? PointOf(Appeal appeal) =>
        appeal.Place is { Latitude: { } latitude, Longitude: { } longitude, Datum: { } datum } && Coordinate.IsPlace(latitude, longitude) && Coordinate.IsDatum(datum)
            ? new Coordinate(latitude, longitude, datum)
            : null;

    private static bool IsOpenToOthers(ReceivedAppeal appeal) => appeal is { State: not Closed, WithdrawnAt: null, Appeal.Confidential: false };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportReceived))]
[JsonSerializable(typeof(PhotoPublished))]
internal sealed partial class ReportPartJson : JsonSerializerContext;
