using System.Text.Json.Serialization;

namespace Hotline.Dispatch;

/// <summary>JSON of the staff API. Unknown and doubled members of requests are refused: a misspelt one would silently be missing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(AcceptRequest))]
[JsonSerializable(typeof(AnswerRequest))]
[JsonSerializable(typeof(DispatchRequest))]
[JsonSerializable(typeof(NoteRequest))]
[JsonSerializable(typeof(ReplyRequest))]
[JsonSerializable(typeof(ReturnRequest))]
[JsonSerializable(typeof(CloseRequest))]
[JsonSerializable(typeof(WorkOrderPage))]
[JsonSerializable(typeof(WorkOrderView))]
[JsonSerializable(typeof(ClocksView))]
public sealed partial class DispatchJson : JsonSerializerContext;
