using System.Collections.Immutable;
using Hotline.Ports;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>A citizen began to tell something; number and id of the appeal it will become are reserved.</summary>
/// <param name="Message">The push it began with.</param>
/// <param name="Media">That push points to media.</param>
public sealed record ConversationOpened(Guid AppealId, string Number, Guid Message, DateTimeOffset At, bool Media = false);

/// <summary>A further push belongs to it.</summary>
/// <param name="Media">It points to media.</param>
public sealed record MessageAdded(Guid Message, DateTimeOffset At, bool Media = false);

/// <summary>Nothing is added from here on. Before the appeal is made, so that no message slips in between.</summary>
public sealed record ConversationEnding(DateTimeOffset At);

/// <summary>Which media the appeal comes with. Before the appeal is made, so that whoever makes it makes the same; the others become supplements.</summary>
/// <param name="Pushes">The pushes that point to them.</param>
public sealed record MediaChosen(IReadOnlyList<Guid> Pushes, DateTimeOffset At);

/// <summary>Media that came too late for the appeal stand as its supplement.</summary>
public sealed record MediaDelivered(Guid Push, DateTimeOffset At);

/// <summary>The appeal stands.</summary>
public sealed record ConversationEnded(DateTimeOffset At);

/// <summary>What a citizen sends about one matter, until he says it is all or falls silent: then it is one appeal.</summary>
public sealed record Conversation(Guid AppealId, string Number, ImmutableList<Guid> Messages, DateTimeOffset LastAt)
{
    /// <summary>Since when it takes no more messages; null while it does.</summary>
    public DateTimeOffset? EndingAt { get; init; }

    public bool Ending => EndingAt is not null;

    /// <summary>Its messages whose media are neither with the appeal nor a supplement of it.</summary>
    public ImmutableList<Guid> MediaOwed { get; init; } = [];

    /// <summary>The messages whose media the appeal comes with; null until that is decided.</summary>
    public IReadOnlyList<Guid>? MediaChosen { get; init; }

    public bool Ended { get; init; }

    public static DocumentType<Conversation> TypeFor(string service) => new(
        service,
        "conversations",
        new FactTypes()
            .Add("opened", ConversationJson.Default.ConversationOpened)
            .Add("message-added", ConversationJson.Default.MessageAdded)
            .Add("ending", ConversationJson.Default.ConversationEnding)
            .Add("media-chosen", ConversationJson.Default.MediaChosen)
            .Add("media-delivered", ConversationJson.Default.MediaDelivered)
            .Add("ended", ConversationJson.Default.ConversationEnded),
        static (state, fact) => fact.Data switch
        {
            ConversationOpened opened => new Conversation(opened.AppealId, opened.Number, [opened.Message], opened.At) { MediaOwed = opened.Media ? [opened.Message] : [] },
            MessageAdded added => state! with
            {
                Messages = state.Messages.Add(added.Message),
                LastAt = added.At,
                MediaOwed = added.Media ? state.MediaOwed.Add(added.Message) : state.MediaOwed,
            },
            ConversationEnding ending => state! with { EndingAt = ending.At },
            MediaChosen chosen => state! with { MediaChosen = chosen.Pushes, MediaOwed = state.MediaOwed.RemoveRange(chosen.Pushes) },
            MediaDelivered delivered => state! with { MediaOwed = state.MediaOwed.Remove(delivered.Push) },
            ConversationEnded ended => state! with { EndingAt = state.EndingAt ?? ended.At, Ended = true },
            _ => state!,
        },
        [new("open", static conversation => conversation switch
        {
            { Ended: true, MediaOwed.Count: 0 } => [],
            { Ending: true } => ["open", "ending"],
            _ => ["open"],
        })]);
}
