using System.Globalization;
using Hotline.Intake.MessageBoard.Sync;
using Hotline.Intake.Replies;

namespace Hotline.Intake.MessageBoard.Replies;

/// <summary>Holds what the board shows against the answers that are on their way to it: the board's own page is the only receipt there is.</summary>
public sealed class BoardReplies([FromKeyedServices(MessageBoardChannel.Name)] AppealIntake intake, ThreadKeeper threads)
{
    private const int PageSize = 200;

    /// <summary>The number of the message an appeal came of.</summary>
    public static long TidOf(ReceivedAppeal appeal) => long.Parse(appeal.Appeal.SourceId, CultureInfo.InvariantCulture);

    /// <summary>What the answer that stands on the board means for one of ours.</summary>
    /// <param name="shown">Null when none stands there.</param>
    /// <returns>Delivered when it is ours, Elsewhere when it is nobody's of ours; null when ours is still to come.</returns>
    public static DeliveryState? Judge(ReceivedAppeal appeal, int version, BoardAnswer? shown)
    {
        if (shown is null || appeal.Replies.Find(reply => reply.Version == version) is not { } ours)
        {
            return null;
        }

        var text = Dense(shown.Text);
        return text.Contains(Dense(ours.Text), StringComparison.Ordinal) ? DeliveryState.Delivered
            : appeal.Replies.Any(reply => reply.Version < version && ReplyKinds.ArePublished(reply.Kind) && text.Contains(Dense(reply.Text), StringComparison.Ordinal)) ? null
            : DeliveryState.Elsewhere;
    }

    /// <summary>Looks through all that are on their way, after each reading of the board.</summary>
    public async ValueTask ObserveAsync(CancellationToken cancellation)
    {
        long after = 0;
        while (await intake.Replies.PageAsync(ReplyDelivery.Open, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var appeal in page)
            {
                var shown = (await threads.FindAsync(TidOf(appeal.State), cancellation))?.Answer?.Value;
                foreach (var delivery in appeal.State.Deliveries.Where(static delivery => delivery.IsOpen))
                {
                    if (Judge(appeal.State, delivery.Version, shown) is { } state)
                    {
                        await intake.Replies.RecordAsync(appeal.Id, delivery.Version, (known, now) => new ReplyEnded(
                            known.Version, now, state, state is DeliveryState.Elsewhere ? BoardReplySender.AnsweredElsewhere : null), cancellation);
                    }
                }
            }

            after = page[^1].Sequence;
        }
    }

    /// <summary>The board sets white space as it likes.</summary>
    private static string Dense(string text) => string.Concat(text.Where(static letter => !char.IsWhiteSpace(letter)));
}
