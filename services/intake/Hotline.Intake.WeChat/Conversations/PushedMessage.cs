using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Intake.WeChat.Media;
using Hotline.Ports;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>A push that is on stable storage; what it says is sealed beside the fact, for it names its sender.</summary>
/// <param name="Json">The platform sent JSON, else XML.</param>
/// <param name="Media">It points to a photo, a recording or a video that lies with the platform.</param>
public sealed record PushStored(string Type, bool Json, bool Media = false);

/// <summary>The media a push points to are on stable storage.</summary>
/// <param name="Attachment">As the appeal shows it.</param>
/// <param name="Push">The push's id, under which they are kept.</param>
public sealed record MediaKept(Attachment Attachment, Guid Push, string Blob, DateTimeOffset At);

/// <summary>The media a push points to cannot be had any more.</summary>
/// <param name="Reason">Why, in zh-CN, for whoever handles the appeal.</param>
public sealed record MediaGone(string Reason, DateTimeOffset At);

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

    /// <summary>It points to media of which it is not yet known what becomes of them.</summary>
    public bool MediaWaiting { get; init; }

    /// <summary>The media it pointed to, as the appeal shows them: kept, or refused with the reason. Null while they wait, and where there are none.</summary>
    public ReceivedFile? Media { get; init; }

    public static DocumentType<PushedMessage> TypeFor(string service) => new(
        service,
        "pushes",
        new FactTypes()
            .Add("stored", ConversationJson.Default.PushStored)
            .Add("answered", ConversationJson.Default.PushAnswered)
            .Add("media-kept", ConversationJson.Default.MediaKept)
            .Add("media-gone", ConversationJson.Default.MediaGone),
        static (state, fact) => fact.Data switch
        {
            PushStored stored => new PushedMessage(stored.Type, stored.Json) { MediaWaiting = stored.Media },
            PushAnswered answered => state! with { Outcome = answered.Outcome },
            MediaKept kept => state! with { MediaWaiting = false, Media = new ReceivedFile(kept.Attachment, 0, 0) { Kept = new KeptFile(kept.Push, kept.Blob) } },
            MediaGone gone => state! with { MediaWaiting = false, Media = new ReceivedFile(MediaFile.Missing(state.Type, gone.Reason), 0, 0) },
            _ => state!,
        },
        [new("open", static push => push.Outcome is null ? ["open"] : []), new("media", static push => push.MediaWaiting ? ["waiting"] : [])]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PushStored))]
[JsonSerializable(typeof(PushAnswered))]
[JsonSerializable(typeof(MediaKept))]
[JsonSerializable(typeof(MediaGone))]
[JsonSerializable(typeof(MediaChosen))]
[JsonSerializable(typeof(MediaDelivered))]
[JsonSerializable(typeof(ConversationOpened))]
[JsonSerializable(typeof(MessageAdded))]
[JsonSerializable(typeof(ConversationEnding))]
[JsonSerializable(typeof(ConversationEnded))]
internal sealed partial class ConversationJson : JsonSerializerContext;
