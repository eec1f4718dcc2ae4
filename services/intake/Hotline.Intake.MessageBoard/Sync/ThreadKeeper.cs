using System.Collections.Frozen;
using System.Globalization;
using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>
/// Keeps what looks at a message told, and hands it on: whole for the first time it becomes an appeal, changed a supplement to it. Each step is durable
/// before the next, and each can be done again: a crash in between costs nothing.
/// </summary>
public sealed class ThreadKeeper
{
    private const string Json = "application/json";
    private readonly IDocumentStore<BoardThread> _threads;
    private readonly AppealIntake _intake;
    private readonly AppealWatch _watch;
    private readonly IIdSource _ids;
    private readonly TimeProvider _time;
    private readonly FrozenDictionary<int, BoardForum> _forums;
    private readonly DateTimeOffset? _since;

    public ThreadKeeper(
        IDocumentStores stores,
        [FromKeyedServices(MessageBoardChannel.Name)] AppealIntake intake,
        [FromKeyedServices(MessageBoardChannel.Name)] AppealWatch watch,
        IIdSource ids,
        TimeProvider time,
        IOptions<MessageBoardOptions> options)
    {
        (_intake, _watch, _ids, _time) = (intake, watch, ids, time);
        _threads = stores.Open(BoardThread.DocumentType);
        _forums = options.Value.Forums.ToFrozenDictionary(forum => forum.Fid);
        _since = options.Value.Since is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), OfficeTime.Offset) : null;
    }

    /// <summary>The thread of a message; null when it was never seen.</summary>
    /// <exception cref="EngineAwayException">The store cannot be read.</exception>
    public async ValueTask<BoardThread?> FindAsync(long tid, CancellationToken cancellation) => (await _threads.FindAsync(KeyOf(tid), cancellation))?.State;

    /// <summary>Threads of a kind, oldest first: <c>all</c>, <c>open</c>, <c>waiting</c> or <c>deleted</c>.</summary>
    /// <exception cref="EngineAwayException">The store cannot be read.</exception>
    public async IAsyncEnumerable<BoardThread> OfAsync(string kind, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        const int Most = 500;
        long after = 0;
        while (await _threads.QueryAsync(kind, kind, after, Most, cancellation) is { Count: > 0 } page)
        {
            foreach (var thread in page)
            {
                yield return thread.State;
            }

            after = page[^1].Sequence;
        }
    }

    /// <summary>Keeps looks at one message. Durable when it returns, appeal, supplement and rating included.</summary>
    /// <exception cref="EngineAwayException">Part of it may be kept; doing it again is safe.</exception>
    public async ValueTask<BoardThread> KeepAsync(long tid, IReadOnlyList<BoardSighting> looks, CancellationToken cancellation)
    {
        var thread = await KeepTextAsync(tid, looks, cancellation);
        return thread.RatingToTell(_time.GetUtcNow()) is null ? thread : (await RecordAsync(tid, state => state?.RatingToTell(_time.GetUtcNow()) is { } rated ? [rated] : [], cancellation))!;
    }

    private async ValueTask<BoardThread> KeepTextAsync(long tid, IReadOnlyList<BoardSighting> looks, CancellationToken cancellation)
    {
        var thread = await RecordAsync(tid, state => BoardChanges.Of(state, looks).Facts, cancellation);
        if (thread!.Text is not { } text || thread.HasSent(text.Value.Hash) || thread.PublishedAt?.Value < _since)
        {
            return thread;
        }

        using var entry = _intake.Balance.Enter();
        var look = looks.LastOrDefault(look => !look.IsCut && look.Text == text.Value) ?? looks[^1];
        var original = new Original(look.Raw, Json);
        if (thread.Received is null)
        {
            var contact = looks.LastOrDefault(look => look.Contact?.Name is not null)?.Contact ?? look.Contact;
            var (_, appeal) = await _intake.ReceiveAsync(BoardNormalizer.Normalize(thread, contact, thread.Fid is { } fid ? _forums.GetValueOrDefault(fid.Value) : null), original, cancellation);
            var received = new BoardReceived(tid, _time.GetUtcNow(), appeal.Id, appeal.Number, BoardText.HashOf(appeal.Title, appeal.Text));
            thread = (await RecordAsync(tid, state => state?.Received is null ? [received] : [], cancellation))!;
        }

        return thread.Text is { } latest && !thread.HasSent(latest.Value.Hash) ? await SupplementAsync(thread, latest.Value, original, cancellation) : thread;
    }

    /// <summary>Keeps that a message is gone: a tombstone. What was received stays.</summary>
    /// <returns>The thread; null when it was never seen.</returns>
    /// <exception cref="EngineAwayException">The store cannot be written.</exception>
    public ValueTask<BoardThread?> MissAsync(long tid, DateTimeOffset at, CancellationToken cancellation) =>
        RecordAsync(tid, state => state is not null && BoardChanges.Gone(state, at) is { } gone ? [gone] : [], cancellation);

    private async ValueTask<BoardThread> SupplementAsync(BoardThread thread, BoardText text, Original original, CancellationToken cancellation)
    {
        var appeal = await _intake.GetAsync(thread.Received!.AppealId, cancellation) ?? throw new InvalidOperationException("A thread names an appeal that is not there.");
        var words = $"网民在留言板上修改了留言，现为：\n{text.Subject}\n{text.Content}";
        await _intake.SupplementAsync(appeal, text.Hash, words, [], original, cancellation);
        _watch.Changed(appeal.Id);
        return (await RecordAsync(
            thread.Tid, state => state!.Supplements.Contains(text.Hash) ? [] : [new BoardSupplemented(thread.Tid, _time.GetUtcNow(), text.Hash)], cancellation))!;
    }

    private async ValueTask<BoardThread?> RecordAsync(long tid, Func<BoardThread?, IReadOnlyList<object>> decide, CancellationToken cancellation)
    {
        while (true)
        {
            var known = await _threads.FindAsync(KeyOf(tid), cancellation);
            var facts = decide(known?.State);
            if (facts.Count == 0)
            {
                return known?.State;
            }

            var now = _time.GetUtcNow();
            IReadOnlyList<NewFact> news = [.. facts.Select(fact => fact is AppealRated rated ? new NewFact(fact, now, Topics.Appeals, rated.AppealId) : new NewFact(fact, now))];
            if (known is not null)
            {
                if (await _threads.AppendAsync(known, news, cancellation) is { } after)
                {
                    return after.State;
                }
            }
            else if (await _threads.AddOnceAsync(new NewDocument(_ids.Next(), KeyOf(tid), news), cancellation) is { Added: true } added)
            {
                return added.Document.State;
            }
        }
    }

    private static string KeyOf(long tid) => tid.ToString(CultureInfo.InvariantCulture);
}
