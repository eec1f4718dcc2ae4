using Hotline.Contracts;
using Hotline.Intake.MessageBoard.Replies;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>
/// One reading of the board in two passes: what is new, per forum from the top down to the watermark and the overlap below it; then a fresh look at each
/// message that is not final. The new watermark is taken before the first row and stored after the last one is durable.
/// </summary>
public sealed class MessageBoardSync
{
    private const int MostAtOnce = 16; // the store puts what is at work together into one commit
    private static readonly TimeSpan SlowRefresh = TimeSpan.FromDays(1);
    private readonly IMessageBoardSource _source;
    private readonly ThreadKeeper _threads;
    private readonly AppealIntake _intake;
    private readonly BoardReplies _replies;
    private readonly IDocumentStore<BoardMark> _marks;
    private readonly IIdSource _ids;
    private readonly TimeProvider _time;
    private readonly MessageBoardOptions _options;
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<long, DateTimeOffset> _askedAt = []; // forgotten at a restart: then all are asked once more

    public MessageBoardSync(
        IMessageBoardSource source,
        ThreadKeeper threads,
        [FromKeyedServices(MessageBoardChannel.Name)] AppealIntake intake,
        BoardReplies replies,
        IDocumentStores stores,
        IIdSource ids,
        TimeProvider time,
        IOptions<MessageBoardOptions> options)
    {
        (_source, _threads, _intake, _replies, _ids, _time, _options) = (source, threads, intake, replies, ids, time, options.Value);
        _marks = stores.Open(BoardMark.DocumentType);
    }

    /// <summary>Reads the board once. Two do not run at the same time.</summary>
    /// <exception cref="BoardAwayException">The board could not be read to the end; what was read is kept, and the next sync begins at the old watermark.</exception>
    /// <exception cref="EngineAwayException">The store could not be written; likewise.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var startedAt = _time.GetUtcNow();
            var contents = await _source.OpenAsync(cancellation);
            var changed = contents.Edition is null;
            var marks = new List<BoardMark>();
            foreach (var fid in contents.Forums)
            {
                var mark = await _marks.FindAsync(BoardMark.KeyOf(fid), cancellation);
                if (contents.Edition is null || mark?.State.Edition != contents.Edition)
                {
                    changed = true;
                    marks.Add(await ReadNewAsync(fid, mark?.State, contents.Edition, cancellation));
                    if (contents.Edition is null)
                    {
                        await MoveAsync(marks[^1], cancellation);
                    }
                }
            }

            if (changed)
            {
                await RefreshAsync(contents.Edition is not null, startedAt, cancellation);
            }

            await _replies.ObserveAsync(cancellation);

            // Where the source has editions, one is done with only when the second pass is.
            foreach (var mark in contents.Edition is null ? [] : marks)
            {
                await MoveAsync(mark, cancellation);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>How far each forum was read.</summary>
    /// <exception cref="EngineAwayException">The store cannot be read.</exception>
    public async ValueTask<IReadOnlyList<BoardMark>> MarksAsync(CancellationToken cancellation) =>
        [.. (await _marks.QueryAsync("all", "all", 0, 1000, cancellation)).Select(mark => mark.State).OrderBy(mark => mark.Fid)];

    private async ValueTask<BoardMark> ReadNewAsync(int fid, BoardMark? mark, string? edition, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var overlap = TimeSpan.FromDays(_options.OverlapDays);
        var floor = _options.Since is { } since ? new DateTimeOffset(since.ToDateTime(TimeOnly.MinValue), OfficeTime.Offset) - overlap : (DateTimeOffset?)null;
        var walk = new PageWalk(edition is null ? mark?.Tid ?? 0 : 0, _options.OverlapPages, now - overlap, edition is null ? floor : null);
        while (true)
        {
            var page = await _source.ListAsync(fid, walk.Cursor, _options.PageSize, cancellation);
            var step = walk.Take(page.Rows);
            if (step == PageStep.Doubtful)
            {
                throw new BoardAwayException($"留言板版块 {fid} 的列表没有读到上次的位置就结束或重复，暂不采信。");
            }

            await KeepAsync(fid, page, cancellation);
            if (step == PageStep.Done)
            {
                return new BoardMark(fid, Math.Max(walk.Top, mark?.Tid ?? 0), edition, now);
            }
        }
    }

    private async ValueTask KeepAsync(int fid, BoardPage page, CancellationToken cancellation)
    {
        foreach (var row in page.Unreadable)
        {
            await _intake.KeepForReviewAsync($"{MessageBoardChannel.Name}/{fid}", new Original(row, "application/json"), "留言板的一行数据无法读取。", cancellation);
        }

        var waiting = new System.Collections.Concurrent.ConcurrentBag<long>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(page.Rows.GroupBy(row => row.Tid), parallel, async (looks, token) =>
        {
            if ((await _threads.KeepAsync(looks.Key, [.. looks], token)).IsWaiting)
            {
                waiting.Add(looks.Key);
            }
        });
        foreach (var tid in waiting.Order())
        {
            await AskAsync(tid, cancellation);
        }
    }

    /// <summary>The second pass.</summary>
    /// <param name="all">Whether every message is to be looked at: asking a folder costs nothing.</param>
    /// <param name="startedAt">When this sync began: what it has asked for already is not asked for twice.</param>
    private async ValueTask RefreshAsync(bool all, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        await foreach (var thread in _threads.OfAsync(all ? "all" : "open", cancellation))
        {
            if (all || (IsDue(thread) && !(_askedAt.GetValueOrDefault(thread.Tid) >= startedAt)))
            {
                await AskAsync(thread.Tid, cancellation);
            }
        }
    }

    private bool IsDue(BoardThread thread)
    {
        var now = _time.GetUtcNow();
        var restsSince = thread.IsDeleted ? thread.LastMissedAt : thread.Status is { Value: BoardThread.Handled } handled && !thread.IsWaiting ? handled.At : null;
        if (restsSince < now.AddDays(-_options.RatingDays))
        {
            return false;
        }

        var every = restsSince is not null ? SlowRefresh : thread.IsWaiting ? TimeSpan.Zero : TimeSpan.FromMinutes(_options.RefreshMinutes);
        return !_askedAt.TryGetValue(thread.Tid, out var askedAt) || now - askedAt >= every;
    }

    private async ValueTask AskAsync(long tid, CancellationToken cancellation)
    {
        switch (await _source.DetailAsync(tid, cancellation))
        {
            case BoardDetail.Found { Sighting: var look }:
                await _threads.KeepAsync(tid, [look], cancellation);
                break;
            case BoardDetail.Gone { At: var at }:
                await _threads.MissAsync(tid, at, cancellation);
                break;
        }

        _askedAt[tid] = _time.GetUtcNow();
    }

    private async ValueTask MoveAsync(BoardMark mark, CancellationToken cancellation)
    {
        while (true)
        {
            var known = await _marks.FindAsync(BoardMark.KeyOf(mark.Fid), cancellation);
            if (known?.State is { } state && state.Tid >= mark.Tid && state.Edition == mark.Edition)
            {
                return;
            }

            NewFact[] moved = [new(mark, mark.At)];
            if (known is null
                ? (await _marks.AddOnceAsync(new NewDocument(_ids.Next(), BoardMark.KeyOf(mark.Fid), moved), cancellation)).Added
                : await _marks.AppendAsync(known, moved, cancellation) is not null)
            {
                return;
            }
        }
    }
}
