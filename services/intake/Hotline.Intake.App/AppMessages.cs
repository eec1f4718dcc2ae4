using System.Text.Json.Serialization;

namespace Hotline.Intake.App;

/// <summary>An appeal as the city's app sends it. Unknown fields are refused: a misspelt one would be lost in silence.</summary>
/// <remarks>Its properties can be set: through a constructor the JSON reader would box each value first, for every appeal.</remarks>
public sealed record AppAppeal
{
    /// <summary>2–5,000 characters.</summary>
    public string? Text { get; set; }

    /// <summary>Up to 100 characters; the first words of the text when it is left out.</summary>
    public string? Title { get; set; }

    /// <summary>consultation, help, complaint, report, suggestion or praise.</summary>
    public string? Nature { get; set; }

    /// <summary>A category the citizen chose from the list; the office decides.</summary>
    public string? Category { get; set; }

    public AppPlace? Place { get; set; }

    /// <summary>When it happened, with an offset.</summary>
    public DateTimeOffset? OccurredAt { get; set; }

    /// <summary>The phone's clock, with an offset.</summary>
    public DateTimeOffset? SubmittedAt { get; set; }

    public AppContact? Contact { get; set; }

    public bool Anonymous { get; set; }

    public bool Confidential { get; set; }
}

/// <summary>Where it is.</summary>
public sealed record AppPlace
{
    public string? Text { get; set; }

    public double? Latitude { get; set; }

    public double? Longitude { get; set; }

    /// <summary>wgs84 (a phone's own), gcj02 (Amap, Tencent, WeChat) or bd09 (Baidu); needed with coordinates.</summary>
    public string? Datum { get; set; }

    /// <summary>Administrative division code, 6 to 12 digits.</summary>
    public string? Division { get; set; }

    public string? Grid { get; set; }
}

/// <summary>How the citizen can be reached.</summary>
public sealed record AppContact
{
    public string? Name { get; set; }

    public string? Phone { get; set; }

    public string? Email { get; set; }

    public string? Address { get; set; }
}

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
