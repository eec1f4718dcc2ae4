using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.Partners.Province;

/// <summary>
/// A work order as the province's platform pushes it. No schema of such an exchange is public: this one is ours to offer, and a platform's own adapter maps to it.
/// </summary>
/// <param name="ForeignId">The platform's own number of the order, 1–100 of letters, digits, dot, dash, underline. Pushed again with other content it is an edit.</param>
/// <param name="Deadline">When the platform wants it done, with an offset.</param>
/// <param name="Category">As the platform calls it.</param>
/// <param name="Attachments">Where the platform keeps the files; they are not fetched.</param>
public sealed record ProvinceOrder(
    string? ForeignId,
    string? Title,
    string? Content,
    string? Nature = null,
    string? Category = null,
    DateTimeOffset? Deadline = null,
    Place? Place = null,
    DateTimeOffset? OccurredAt = null,
    DateTimeOffset? SubmittedAt = null,
    SubmittedContact? Citizen = null,
    bool Confidential = false,
    IReadOnlyList<ProvinceFile>? Attachments = null);

/// <summary>A file the platform keeps.</summary>
public sealed record ProvinceFile(string? Name, string? Url, long? Size = null, string? Sha256 = null);

/// <summary>The platform takes an order back.</summary>
public sealed record ProvinceCancellation(string? Reason = null);

/// <summary>What became of a push.</summary>
/// <param name="Outcome">received, supplemented or repeated.</param>
/// <param name="Number">Ours.</param>
public sealed record ProvinceReceipt(string ForeignId, string Number, string Code, DateTimeOffset ReceivedAt, string Outcome);

/// <summary>Where an order stands, for the platform that polls.</summary>
/// <param name="State">pending, accepted, handling, handled, callback, closed, cancelled or returned.</param>
/// <param name="Reply">What the citizen was told last.</param>
/// <param name="ReturnReason">Why it was sent back 退回; null when it was not.</param>
public sealed record ProvinceStatus(
    string ForeignId, string Number, string State, string StateTitle, DateTimeOffset ReceivedAt, DateTimeOffset UpdatedAt, int Edits, string? Reply = null, string? ReturnReason = null);

/// <summary>An order as staff see it, with what the appeal does not hold.</summary>
public sealed record ProvinceOrderView(string ForeignId, DateTimeOffset? Deadline, string? Category, IReadOnlyList<ProvinceFile> Attachments, string? ReturnReason = null);

/// <summary>Asks to send an order back.</summary>
/// <param name="Reason">4–500 characters; the platform reads it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ProvinceReturn(string? Reason);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ProvinceOrder))]
[JsonSerializable(typeof(ProvinceCancellation))]
[JsonSerializable(typeof(ProvinceReceipt))]
[JsonSerializable(typeof(ProvinceStatus))]
[JsonSerializable(typeof(ProvinceOrderView))]
[JsonSerializable(typeof(ProvinceReturn))]
[JsonSerializable(typeof(OrderPushed))]
[JsonSerializable(typeof(OrderReturned))]
[JsonSerializable(typeof(IReadOnlyList<ProvinceFile>))]
public sealed partial class ProvinceJson : JsonSerializerContext;
