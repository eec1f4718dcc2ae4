using System.Text.Json.Serialization;

namespace Hotline.Intake.App;

/// <summary>An appeal as the city's app sends it. Unknown fields are refused: a misspelt one would be lost in silence.</summary>
/// <param name="Title">Up to 100 characters; the first words of the text when it is left out.</param>
/// <param name="Text">2–5,000 characters.</param>
/// <param name="Nature">consultation, help, complaint, report, suggestion or praise.</param>
/// <param name="Category">A category the citizen chose from the list; the office decides.</param>
/// <param name="OccurredAt">When it happened, with an offset.</param>
/// <param name="SubmittedAt">The phone's clock, with an offset.</param>
public sealed record AppAppeal(
    string? Text,
    string? Title = null,
    string? Nature = null,
    string? Category = null,
    AppPlace? Place = null,
    DateTimeOffset? OccurredAt = null,
    DateTimeOffset? SubmittedAt = null,
    AppContact? Contact = null,
    bool Anonymous = false,
    bool Confidential = false);

/// <param name="Datum">wgs84 (a phone's own), gcj02 (Amap, Tencent, WeChat) or bd09 (Baidu); needed with coordinates.</param>
/// <param name="Division">Administrative division code, 6 to 12 digits.</param>
public sealed record AppPlace(string? Text = null, double? Latitude = null, double? Longitude = null, string? Datum = null, string? Division = null, string? Grid = null);

public sealed record AppContact(string? Name = null, string? Phone = null, string? Email = null, string? Address = null);

/// <summary>What the citizen adds 补充.</summary>
public sealed record AppSupplement(string? Text);

/// <summary>Pressing for an answer 催单; the words may be left out.</summary>
public sealed record AppUrge(string? Text = null);

/// <summary>Taking it back 撤诉; the reason may be left out.</summary>
public sealed record AppWithdrawal(string? Reason = null);

/// <summary>The receipt.</summary>
/// <param name="Code">The query code, in header <c>Hotline-Code</c> for tracking.</param>
/// <param name="Track">Path of the appeal.</param>
/// <param name="Repeated">True when the same submission had come before.</param>
public sealed record AppReceipt(string Number, string Code, DateTimeOffset ReceivedAt, string Track, bool Repeated, IReadOnlyList<AppFile> Attachments);

/// <param name="Refused">Why the file was not taken up; null when it was.</param>
public sealed record AppFile(string Name, string MediaType, long Size, string Sha256, string? Refused);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AppAppeal))]
[JsonSerializable(typeof(AppSupplement))]
[JsonSerializable(typeof(AppUrge))]
[JsonSerializable(typeof(AppWithdrawal))]
[JsonSerializable(typeof(AppReceipt))]
public sealed partial class AppJson : JsonSerializerContext;
