using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>
/// Conversations by citizen, numbered 0, 1, … for each; the last one may be open. Adding is atomic however many pushes of one citizen come at
/// once: a new conversation by the store's add-once, an addition by its version.
/// </summary>
internal sealed class ConversationStore(
    IDocumentStore<Conversation> conversations, AppealIntake intake, IIdSource ids, IOptions<WeChatOptions> options, TimeProvider time)
{
    /// <summary>How many conversations back a message that is dealt with again is looked for.</summary>
    private const int LookBack = 5;

    private const int PageSize = 200;

    private TimeSpan Quiet => TimeSpan.FromMinutes(options.Value.QuietMinutes);

    /// <summary>The citizen's conversation that still takes messages; null when there is none.</summary>
    public async ValueTask<Document<Conversation>?> OpenOfAsync(string openid, CancellationToken cancellation)
    {
        var (_, latest) = await LatestAsync(openid, cancellation);
        return latest is not null && !IsOver(latest.State) ? latest : null;
    }

    /// <summary>Adds a message to the open conversation or to a new one, once however often it is done.</summary>
    public async ValueTask<Document<Conversation>> AddAsync(string openid, Document<PushedMessage> push, CancellationToken cancellation)
    {
        var (message, media) = (push.Id, push.State.MediaWaiting || push.State.Media is not null);
        while (true)
        {
            var (count, latest) = await LatestAsync(openid, cancellation);
            for (var back = 1; back <= LookBack && count - back >= 0; back++)
            {
                var earlier = back == 1 ? latest! : (await conversations.FindAsync(KeyOf(openid, count - back), cancellation))!;
                if (earlier.State.Messages.Contains(message))
                {
                    return earlier;
                }
            }

            var now = time.GetUtcNow();
            if (latest is not null && !IsOver(latest.State))
            {
                if (await conversations.AppendAsync(latest, [new NewFact(new MessageAdded(message, now, media), now)], cancellation) is { } after)
                {
                    return after;
                }

                continue;
            }

            var reserved = await intake.ReserveAsync(cancellation);
            var opened = new NewFact(new ConversationOpened(reserved.Id, reserved.Number, message, now, media), now);
            var (added, document) = await conversations.AddOnceAsync(new NewDocument(ids.Next(), KeyOf(openid, count), [opened]), cancellation);
            if (added)
            {
                return document;
            }
        }
    }

    /// <summary>Takes no more messages for it.</summary>
    /// <returns>The conversation as it stands then, complete.</returns>
    public ValueTask<Document<Conversation>> EndAsync(Document<Conversation> conversation, CancellationToken cancellation) =>
        MarkAsync(conversation, static state => state.Ending, static now => new ConversationEnding(now), cancellation);

    /// <summary>Notes that its appeal stands.</summary>
    public ValueTask<Document<Conversation>> FinishAsync(Document<Conversation> conversation, CancellationToken cancellation) =>
        MarkAsync(conversation, static state => state.Ended, static now => new ConversationEnded(now), cancellation);

    /// <summary>Notes which media its appeal comes with; of two at once the first counts.</summary>
    public ValueTask<Document<Conversation>> ChooseMediaAsync(Document<Conversation> conversation, IReadOnlyList<Guid> chosen, CancellationToken cancellation) =>
        MarkAsync(conversation, static state => state.MediaChosen is not null, now => new MediaChosen(chosen, now), cancellation);

    /// <summary>Notes that media that came late stand as a supplement.</summary>
    public ValueTask<Document<Conversation>> DeliverMediaAsync(Document<Conversation> conversation, Guid push, CancellationToken cancellation) =>
        MarkAsync(conversation, state => !state.MediaOwed.Contains(push), now => new MediaDelivered(push, now), cancellation);

    /// <summary>The citizen's conversation of a number that takes no more messages and is no appeal yet; null when there is none.</summary>
    public async ValueTask<Document<Conversation>?> EndingOfAsync(string openid, string number, CancellationToken cancellation)
    {
        var (count, _) = await LatestAsync(openid, cancellation);
        for (var back = 1; back <= LookBack && count - back >= 0; back++)
        {
            if (await conversations.FindAsync(KeyOf(openid, count - back), cancellation) is { State: { Ending: true, Ended: false } state } ending && state.Number == number)
            {
                return ending;
            }
        }

        return null;
    }

    /// <summary>Conversations whose appeal is due: quiet for long enough, or ended and then interrupted; and those whose appeal awaits media.</summary>
    /// <param name="onlyEnding">Leaves out those that are merely quiet.</param>
    public async ValueTask<IReadOnlyList<Document<Conversation>>> DueAsync(bool onlyEnding, CancellationToken cancellation)
    {
        var due = new List<Document<Conversation>>();
        long after = 0;
        while (await conversations.QueryAsync("open", onlyEnding ? "ending" : "open", after, PageSize, cancellation) is { Count: > 0 } page)
        {
            due.AddRange(page.Where(conversation => IsOver(conversation.State)));
            after = page[^1].Sequence;
        }

        return due;
    }

    private async ValueTask<Document<Conversation>> MarkAsync(
        Document<Conversation> conversation, Func<Conversation, bool> isMarked, Func<DateTimeOffset, object> mark, CancellationToken cancellation)
    {
        while (!isMarked(conversation.State))
        {
            var now = time.GetUtcNow();
            conversation = await conversations.AppendAsync(conversation, [new NewFact(mark(now), now)], cancellation)
                ?? await conversations.GetAsync(conversation.Id, cancellation)
                ?? throw new InvalidOperationException("A conversation vanished.");
        }

        return conversation;
    }

    private bool IsOver(Conversation state) => state.Ending || state.Messages.Count >= options.Value.MostMessages || time.GetUtcNow() - state.LastAt >= Quiet;

    private async ValueTask<(int Count, Document<Conversation>? Latest)> LatestAsync(string openid, CancellationToken cancellation)
    {
        Document<Conversation>? latest = null;
        var latestAt = -1;
        var count = await FirstFree.FindAsync(async number =>
        {
            var found = await conversations.FindAsync(KeyOf(openid, number), cancellation);
            (latest, latestAt) = found is not null && number > latestAt ? (found, number) : (latest, latestAt);
            return found is not null;
        });
        return (count, latest);
    }

    private static string KeyOf(string openid, int number) => $"{openid}/{number}";
}
