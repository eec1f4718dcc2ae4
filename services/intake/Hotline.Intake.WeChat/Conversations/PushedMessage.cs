using System.Text.Json.Serialization;
using Hotline.Ports;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>A push that is on stable storage; what it says is sealed beside the fact, for it names its sender.</summary>
/// <param name="Json">The platform sent JSON, else XML.</param>
public sealed record PushStored(string Type, bool Json);

/// <summary>What became of it; the reply is sealed beside the fact, for it tells a query code.</summary>
public sealed record PushAnswered(PushOutcome Outcome, DateTimeOffset At);

/// <summary>What a push became; each is counted in the channel's balance.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PushOutcome>))]
public enum PushOutcome
{
    /// <summary>Part of an appeal.</summary>
    Appeal,

    /// <summary>Added to an appeal received before.</summary>
    Supplement,

    /// <summary>A question, an event or a greeting that was answered.</summary>
    Command,
}

/// <summary>A push as the store knows it.</summary>
public sealed record PushedMessage(string Type, bool Json)
{
    /// <summary>Null until it was dealt with: a crash in between is made good by the sweep.</summary>
    public PushOutcome? Outcome { get; init; }

    public static DocumentType<PushedMessage> TypeFor(string service) => new(
        service,
        "pushes",
        new FactTypes().Add("stored", ConversationJson.Default.PushStored).Add("answered", ConversationJson.Default.PushAnswered),
        static (state, fact) => fact.Data switch
        {
            PushStored stored => new PushedMessage(stored.Type, stored.Json),
            PushAnswered answered => state! with { Outcome = answered.Outcome },
            _ => state!,
        },
        [new("open", static push => push.Outcome is null ? ["open"] : [])]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PushStored))]
[JsonSerializable(typeof(PushAnswered))]
[JsonSerializable(typeof(ConversationOpened))]
[JsonSerializable(typeof(MessageAdded))]
[JsonSerializable(typeof(ConversationEnding))]
[JsonSerializable(typeof(ConversationEnded))]
internal sealed partial class ConversationJson : JsonSerializerContext;
