namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>What a source holds.</summary>
/// <param name="Edition">Changes with anything in it; null where the source cannot tell. What lies below the watermark is read again with each edition.</param>
/// <param name="Forums">The forums to be read.</param>
public sealed record BoardContents(string? Edition, IReadOnlyList<int> Forums);

/// <summary>A page of a forum's list, newest first. Several sightings of a message may stand on it, from looks at different times.</summary>
/// <param name="Unreadable">Rows that are none, as they came: for a person to look at.</param>
public sealed record BoardPage(IReadOnlyList<BoardSighting> Rows, IReadOnlyList<ReadOnlyMemory<byte>> Unreadable);

/// <summary>What became of asking for one message.</summary>
public abstract record BoardDetail
{
    /// <summary>It is there, and this is all of it.</summary>
    public sealed record Found(BoardSighting Sighting) : BoardDetail;

    /// <summary>It was there once and is gone: deleted, or hidden.</summary>
    public sealed record Gone(DateTimeOffset At) : BoardDetail;

    /// <summary>Nothing can be said of it now.</summary>
    public sealed record Unknown : BoardDetail;
}

/// <summary>An answer to be published below a message, word for word.</summary>
/// <param name="ReplyId">The same for a repeat, 32 hex digits.</param>
public sealed record BoardReply(long Tid, string ReplyId, string Content);

/// <summary>What became of submitting an answer. Whether it is published only the next look at the board tells.</summary>
public abstract record BoardSubmission
{
    /// <summary>The board has it.</summary>
    public sealed record Accepted : BoardSubmission;

    /// <summary>The board does not take it, now or later.</summary>
    /// <param name="Reason">In zh-CN, without a word of what citizens wrote.</param>
    public sealed record Refused(string Reason) : BoardSubmission;

    /// <summary>Nobody knows whether the board has it.</summary>
    public sealed record Unknown : BoardSubmission;
}

/// <summary>Where the board is read, and answered.</summary>
/// <remarks>Every member throws <see cref="BoardAwayException"/> when the board cannot be read just now.</remarks>
public interface IMessageBoardSource
{
    /// <summary>Looks what there is; called before each sync.</summary>
    ValueTask<BoardContents> OpenAsync(CancellationToken cancellation);

    /// <summary>A page of a forum's list.</summary>
    /// <param name="after">The number of the last row of the page before; null for the first page.</param>
    /// <param name="size">How many messages are wanted, 1–100.</param>
    /// <returns>No rows at the end of the list.</returns>
    ValueTask<BoardPage> ListAsync(int fid, long? after, int size, CancellationToken cancellation);

    /// <summary>One message whole.</summary>
    ValueTask<BoardDetail> DetailAsync(long tid, CancellationToken cancellation);

    /// <summary>Submits an answer, once.</summary>
    /// <exception cref="BoardAwayException">It was not submitted.</exception>
    ValueTask<BoardSubmission> ReplyAsync(BoardReply reply, CancellationToken cancellation);
}

/// <summary>The board cannot be read just now: refused, throttled, silent, or broken. It says nothing about the messages.</summary>
public sealed class BoardAwayException : Exception
{
    public BoardAwayException()
    {
    }

    /// <param name="message">Why, in zh-CN, without a word of what citizens wrote: staff read it, and the log.</param>
    public BoardAwayException(string message)
        : base(message)
    {
    }

    public BoardAwayException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>The board answered well, but with nothing in it.</summary>
    public bool IsEmptyAnswer { get; init; }

    /// <summary>How long the board asked us to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
