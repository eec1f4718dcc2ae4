using Hotline.Contracts;
using Hotline.Intake.MessageBoard.Sync;
using Hotline.Intake.Replies;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.MessageBoard.Replies;

/// <summary>
/// The office's answers onto the board, word for word. The board is looked at before, for somebody may have answered there, and after: what it shows is
/// delivered. A submission that fell silent is never made again; the next readings tell what became of it.
/// </summary>
internal sealed class BoardReplySender(IMessageBoardSource source, ThreadKeeper threads, IOptions<MessageBoardOptions> options) : IReplySender
{
    public const string AnsweredElsewhere = "留言板上已有其他答复。";

    private static readonly SendingWay Board = new("board", "") { Observed = true };

    public string? Closed => options.Value.Source == BoardSourceKind.None ? $"{MessageBoardOptions.Section}:Source" : null;

    public bool Carries(Appeal appeal, string kind) => ReplyKinds.ArePublished(kind);

    public async ValueTask<SendingPlan> PlanAsync(OutgoingReply reply, CancellationToken cancellation)
    {
        var thread = await threads.FindAsync(BoardReplies.TidOf(reply.Appeal.State), cancellation);
        return thread is null or { IsDeleted: true } ? new SendOutcome.Refused("留言已不在留言板上。") : Settled(reply, thread.Answer?.Value) is { } settled ? settled : Board;
    }

    public async ValueTask<SendOutcome> SendAsync(OutgoingReply reply, string way, CancellationToken cancellation)
    {
        var tid = BoardReplies.TidOf(reply.Appeal.State);
        try
        {
            switch (await source.DetailAsync(tid, cancellation))
            {
                case BoardDetail.Gone:
                    return new SendOutcome.Refused("留言已不在留言板上。");
                case BoardDetail.Found { Sighting.Answer: { } shown } when Settled(reply, shown) is { } settled:
                    return settled;
            }

            return await source.ReplyAsync(new BoardReply(tid, reply.Id, reply.Text), cancellation) switch
            {
                BoardSubmission.Accepted => new SendOutcome.Sent(),
                BoardSubmission.Refused refused => new SendOutcome.Refused(refused.Reason),
                _ => new SendOutcome.Unknown("留言板没有回答，等下次读取时核对。"),
            };
        }
        catch (BoardAwayException away)
        {
            return new SendOutcome.Away(away.Message, ForAll: true, away.RetryAfter is { } asked && asked > TimeSpan.Zero && asked < TimeSpan.FromDays(1) ? asked : null);
        }
    }

    private static SendOutcome? Settled(OutgoingReply reply, BoardAnswer? shown) => BoardReplies.Judge(reply.Appeal.State, reply.Delivery.Version, shown) switch
    {
        DeliveryState.Delivered => new SendOutcome.Delivered(),
        DeliveryState.Elsewhere => new SendOutcome.Elsewhere(AnsweredElsewhere),
        _ => null,
    };
}
