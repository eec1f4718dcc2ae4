using System.Text.Json.Serialization;
using Hotline.Dispatch.Cases;

namespace Hotline.Dispatch;

/// <summary>JSON of the staff API. Over HTTP the host's options hold, not this context's: what must be strict stands on the request records themselves.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AcceptRequest))]
[JsonSerializable(typeof(AnswerRequest))]
[JsonSerializable(typeof(DispatchRequest))]
[JsonSerializable(typeof(NoteRequest))]
[JsonSerializable(typeof(ReplyRequest))]
[JsonSerializable(typeof(ReturnRequest))]
[JsonSerializable(typeof(RedoRequest))]
[JsonSerializable(typeof(ExplainRequest))]
[JsonSerializable(typeof(WorkOrderPage))]
[JsonSerializable(typeof(WorkOrderView))]
[JsonSerializable(typeof(ClocksView))]
[JsonSerializable(typeof(DispatchCase))]
[JsonSerializable(typeof(CaseContact))]
public sealed partial class DispatchJson : JsonSerializerContext;
