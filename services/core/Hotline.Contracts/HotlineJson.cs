using System.Text.Json.Serialization;

namespace Hotline.Contracts;

/// <summary>JSON of everything on the topics: camelCase, nulls left out, unknown fields skipped (they are a newer writer's).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(Appeal))]
[JsonSerializable(typeof(AppealSupplemented))]
[JsonSerializable(typeof(AppealUrged))]
[JsonSerializable(typeof(AppealWithdrawn))]
[JsonSerializable(typeof(AppealRated))]
[JsonSerializable(typeof(AppealCalled))]
[JsonSerializable(typeof(WorkOrderOpened))]
[JsonSerializable(typeof(WorkOrderAccepted))]
[JsonSerializable(typeof(WorkOrderAnswered))]
[JsonSerializable(typeof(WorkOrderDispatched))]
[JsonSerializable(typeof(AssignmentChanged))]
[JsonSerializable(typeof(WorkOrderHandled))]
[JsonSerializable(typeof(WorkOrderCallbackStarted))]
[JsonSerializable(typeof(WorkOrderPromised))]
[JsonSerializable(typeof(WorkOrderReviewOpened))]
[JsonSerializable(typeof(WorkOrderRedone))]
[JsonSerializable(typeof(OversightWanted))]
[JsonSerializable(typeof(WorkOrderSupplemented))]
[JsonSerializable(typeof(WorkOrderUrged))]
[JsonSerializable(typeof(WorkOrderAnswerChanged))]
[JsonSerializable(typeof(WorkOrderClosed))]
[JsonSerializable(typeof(CallbackAsked))]
[JsonSerializable(typeof(CallbackCallOrdered))]
[JsonSerializable(typeof(CallbackCallWithdrawn))]
[JsonSerializable(typeof(CallbackTried))]
[JsonSerializable(typeof(CallbackAnswered))]
[JsonSerializable(typeof(CallbackEnded))]
[JsonSerializable(typeof(ArticlePublished))]
[JsonSerializable(typeof(ArticleWithdrawn))]
[JsonSerializable(typeof(AnswerProposed))]
[JsonSerializable(typeof(AnswerRecalled))]
[JsonSerializable(typeof(ReplyIssued))]
[JsonSerializable(typeof(DeadLettered))]
public sealed partial class HotlineJson : JsonSerializerContext;
