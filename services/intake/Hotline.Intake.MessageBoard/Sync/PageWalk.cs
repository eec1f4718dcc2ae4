namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>What to do after a page.</summary>
public enum PageStep
{
    /// <summary>Read the next page.</summary>
    Next,

    /// <summary>All that is new was read, and the overlap.</summary>
    Done,

    /// <summary>The list ended, or turned in a circle, before it came to what is known to be there: do not believe it.</summary>
    Doubtful,
}

/// <summary>
/// The way down one forum's list: from the newest to the watermark, and the overlap below it. A lower number may have been published since, for
/// moderation takes days. Knows no clock and no source.
/// </summary>
/// <param name="watermark">The number that was at the top last time; 0 when the list was never read to its end.</param>
/// <param name="overlapPages">Pages to be read below the one that reaches the watermark.</param>
/// <param name="overlapFrom">Below the watermark, what was published since is read again.</param>
/// <param name="floor">Nothing published before is asked for; null reads to the end of the list.</param>
public sealed class PageWalk(long watermark, int overlapPages, DateTimeOffset overlapFrom, DateTimeOffset? floor)
{
    private readonly HashSet<long> _cursors = [];
    private int _below = -1;

    /// <summary>The cursor for the next page; null for the first.</summary>
    public long? Cursor { get; private set; }

    /// <summary>The greatest number on the first page: the next watermark, once all is durable.</summary>
    public long Top { get; private set; }

    /// <summary>Takes a page in.</summary>
    public PageStep Take(IReadOnlyList<BoardSighting> page)
    {
        if (page.Count == 0)
        {
            return watermark == 0 || _below >= 0 ? PageStep.Done : PageStep.Doubtful;
        }

        if (Cursor is null)
        {
            Top = page.Max(row => row.Tid);
        }

        Cursor = page[^1].Tid;
        if (!_cursors.Add(Cursor.Value))
        {
            return PageStep.Doubtful;
        }

        if (_below >= 0 || (watermark > 0 && page.Min(row => row.Tid) <= watermark))
        {
            _below++;
        }

        var newest = page.Max(row => row.PublishedAt);
        return (_below >= overlapPages && !(newest >= overlapFrom)) || newest < floor ? PageStep.Done : PageStep.Next;
    }
}
