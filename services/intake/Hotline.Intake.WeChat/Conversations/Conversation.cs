using System.Collections.Immutable;
using Hotline.Ports;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>A citizen began to tell something; number and id of the appeal it will become are reserved.</summary>
/// <param name="Message">The push it began with.</param>
public sealed record ConversationOpened(Guid AppealId, string Number, Guid Message, DateTimeOffset At);

/// <summary>A further push belongs to it.</summary>
public sealed record MessageAdded(Guid Message, DateTimeOffset At);

/// <summary>Nothing is added from here on. Before the appeal is made, so that no message slips in between.</summary>
public sealed record ConversationEnding(DateTimeOffset At);

/// <summary>The appeal stands.</summary>
public sealed record ConversationEnded(DateTimeOffset At);

/// <summary>What a citizen sends about one matter, until he says it is all or falls silent: then it is one appeal.</summary>
public sealed record Conversation(Guid AppealId, string Number, ImmutableList<Guid> Messages, DateTimeOffset LastAt)
{
    public bool Ending { get; init; }

    public bool Ended { get; init; }

    public static DocumentType<Conversation> TypeFor(string service) => new(
        service,
        "conversations",
        new FactTypes()
            .Add("opened", ConversationJson.Default.ConversationOpened)
            .Add("message-added", ConversationJson.Default.MessageAdded)
            .Add("ending", ConversationJson.Default.ConversationEnding)
            .Add("ended", ConversationJson.Default.ConversationEnded),
        static (state, fact) => fact.Data switch
        {
            ConversationOpened opened => new Conversation(opened.AppealId, opened.Number, [opened.Message], opened.At),
            MessageAdded added => state! with { Messages = state.Messages.Add(added.Message), LastAt = added.At },
            ConversationEnding => state! with { Ending = true },
            ConversationEnded => state! with { Ending = true, Ended = true },
            _ => state!,
        },
        [new("open", static conversation => conversation.Ended ? [] : ["open"])]);
}
