using System.Text.Json.Serialization;

namespace Hotline.Hosting;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<DeadLetterLine>))]
[JsonSerializable(typeof(AppealTrack))]
[JsonSerializable(typeof(TrackedReply))]
[JsonSerializable(typeof(RevealRequest))]
[JsonSerializable(typeof(RevealedContact))]
[JsonSerializable(typeof(IReadOnlyList<ReviewLine>))]
[JsonSerializable(typeof(IReadOnlyList<DeliveryLine>))]
[JsonSerializable(typeof(DeliveryNote))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class HostingJson : JsonSerializerContext;
