using System.Text.Json.Serialization;
using Hotline.Callback.Answers;
using Hotline.Callback.Calls;
using Hotline.Callback.Cases;
using Hotline.Callback.Figures;
using Hotline.Callback.Tasks;

namespace Hotline.Callback;

/// <summary>JSON of facts and of the API. Over HTTP the host's options hold, not this context's: what must be strict stands on the request records themselves.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OrderSeen))]
[JsonSerializable(typeof(CallbackClaimed))]
[JsonSerializable(typeof(LinkShared))]
[JsonSerializable(typeof(CallHeard))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(TryRequest))]
[JsonSerializable(typeof(AnswerRequest))]
[JsonSerializable(typeof(CallbackPage))]
[JsonSerializable(typeof(CallbackView))]
[JsonSerializable(typeof(ContradictionPage))]
[JsonSerializable(typeof(FiguresView))]
[JsonSerializable(typeof(CallbackCase))]
public sealed partial class CallbackJson : JsonSerializerContext;
