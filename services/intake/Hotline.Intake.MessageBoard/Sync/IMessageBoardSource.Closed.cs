namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>No board at all: the channel is closed.</summary>
internal sealed class ClosedMessageBoardSource : IMessageBoardSource
{
    public ValueTask<BoardContents> OpenAsync(CancellationToken cancellation) => new(new BoardContents(null, []));

    public ValueTask<BoardPage> ListAsync(int fid, long? after, int size, CancellationToken cancellation) => new(new BoardPage([], []));

    public ValueTask<BoardDetail> DetailAsync(long tid, CancellationToken cancellation) => new(new BoardDetail.Unknown());

    public ValueTask<BoardSubmission> ReplyAsync(BoardReply reply, CancellationToken cancellation) => throw new BoardAwayException("留言板渠道尚未配置。");
}
