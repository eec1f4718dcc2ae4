using System.Text.Json.Serialization;

namespace Hotline.Intake.PhotoReport;

/// <summary>A photo report 随手拍 as a phone sends it, with its photos beside it. Unknown fields are refused: a misspelt one would be lost in silence.</summary>
/// <param name="Text">Up to 5,000 characters; the photos may speak for themselves.</param>
/// <param name="Title">Up to 100 characters; the first words of the text when it is left out.</param>
/// <param name="Nature">consultation, help, complaint, report, suggestion or praise.</param>
/// <param name="Category">A category the citizen chose from the list; the office decides.</param>
/// <param name="Place">Where the citizen says it is: by words, or a pin on a map.</param>
/// <param name="Device">Where the phone says it is at the time of sending.</param>
/// <param name="OccurredAt">When it happened, with an offset.</param>
/// <param name="SubmittedAt">The phone's clock, with an offset.</param>
/// <param name="Join">A token from <c>nearby</c>: the citizen says it is the same matter as that report.</param>
public sealed record PhotoAppeal(
    string? Text = null,
    string? Title = null,
    string? Nature = null,
    string? Category = null,
    PhotoPlace? Place = null,
    DevicePlace? Device = null,
    DateTimeOffset? OccurredAt = null,
    DateTimeOffset? SubmittedAt = null,
    PhotoContact? Contact = null,
    bool Anonymous = false,
    bool Confidential = false,
    string? Join = null);

/// <param name="Datum">wgs84 (a phone's own), gcj02 (Amap, Tencent, WeChat) or bd09 (Baidu); needed with coordinates.</param>
/// <param name="Division">Administrative division code, 6 to 12 digits.</param>
public sealed record PhotoPlace(string? Text = null, double? Latitude = null, double? Longitude = null, string? Datum = null, string? Division = null, string? Grid = null);

/// <param name="Datum">wgs84, gcj02 or bd09.</param>
/// <param name="Accuracy">The radius in metres within which the phone says it is.</param>
public sealed record DevicePlace(double? Latitude = null, double? Longitude = null, string? Datum = null, double? Accuracy = null);

public sealed record PhotoContact(string? Name = null, string? Phone = null, string? Email = null, string? Address = null);

/// <summary>What the citizen adds 补充, with or without more photos.</summary>
public sealed record PhotoSupplement(string? Text);

/// <summary>Pressing for an answer 催单; the words may be left out.</summary>
public sealed record PhotoUrge(string? Text = null);

/// <summary>Taking it back 撤诉; the reason may be left out.</summary>
public sealed record PhotoWithdrawal(string? Reason = null);

/// <summary>The receipt.</summary>
/// <param name="Code">The query code, in header <c>Hotline-Code</c> for tracking and for the photos.</param>
/// <param name="Track">Path of the appeal.</param>
/// <param name="Repeated">True when the same submission had come before.</param>
public sealed record PhotoReceipt(string Number, string Code, DateTimeOffset ReceivedAt, string Track, bool Repeated, IReadOnlyList<PhotoLine> Photos);

/// <param name="Photo">1, 2, … in the order they were sent.</param>
/// <param name="State">pending, published, failed or refused.</param>
/// <param name="Reason">Why it was refused or could not be published; null otherwise.</param>
/// <param name="Width">Pixels of the published copy; null while there is none.</param>
public sealed record PhotoLine(int Photo, string Name, string State, string? Reason = null, int? Width = null, int? Height = null);

/// <summary>A report near a place, as another citizen may see it: nothing of what was written.</summary>
/// <param name="Metres">How far away, to ten metres.</param>
/// <param name="State">The work order's state as last told.</param>
/// <param name="Join">Sent as <c>join</c> by the same device it says that its report is about the same matter.</param>
public sealed record NearbyReport(int Metres, DateOnly ReceivedOn, string State, string? Category, string? Nature, string Join);

/// <summary>The three places of a report, and what each photo says, for the staff.</summary>
public sealed record ReportPlaces(PhotoPlace? Reported, DevicePlace? Device, IReadOnlyList<PhotoTestimony> Photos);

/// <param name="Photo">1, 2, … in the order they were sent.</param>
/// <param name="TakenAt">When it was taken, as it says.</param>
/// <param name="ZoneAssumed">The camera told no zone, so +08:00 was taken.</param>
public sealed record PhotoTestimony(int Photo, double? Latitude, double? Longitude, string? Datum, DateTimeOffset? TakenAt, bool ZoneAssumed);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PhotoAppeal))]
[JsonSerializable(typeof(PhotoSupplement))]
[JsonSerializable(typeof(PhotoUrge))]
[JsonSerializable(typeof(PhotoWithdrawal))]
[JsonSerializable(typeof(PhotoReceipt))]
[JsonSerializable(typeof(IReadOnlyList<PhotoLine>))]
[JsonSerializable(typeof(IReadOnlyList<NearbyReport>))]
[JsonSerializable(typeof(ReportPlaces))]
public sealed partial class PhotoReportJson : JsonSerializerContext;
