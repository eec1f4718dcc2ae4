using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.SupervisionLine.Mail;

/// <summary>
/// Empties the line's mailbox for as long as the service runs: each letter is fetched whole, sealed, made durable, and only then removed for good. A
/// crash anywhere in between only repeats. No log line tells of a letter that goes its way, and none what is in one.
/// </summary>
internal sealed partial class MailboxReader(SupervisionMailbox account, MailReceiver receiver, MailboxState state, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(9); // servers hang up after 30 minutes (RFC 2177), routers earlier
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestLetterPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(1); // a server that has news with every answer must not have us run in circles
    private readonly Dictionary<uint, Trouble> _troubled = [];
    private uint? _validity;
    private int _failures;
    private bool _isFull;
    private string _told = "";

    /// <summary>What hinders a letter.</summary>
    private enum Hindrance
    {
        None,
        TooLarge,
        NotGiven,
        NotRemoved,
        Failed,
    }

    /// <summary>Returns when cancelled; whatever server and store do, it goes on.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var isRefused = false;
            try
            {
                await ReadAsync(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception away) when (away is IOException or SocketException or AuthenticationException or EngineAwayException)
            {
                state.Say(new("waiting", away is EngineAwayException ? "专线的存储不可用。" : "邮箱服务器连不上、拒绝登录或中断了连接，请查看日志。"));
                LogWaits(away is EngineAwayException ? "the store is away" : away.Message);
                isRefused = away is ImapException { IsLoginRefused: true };
            }
#pragma warning disable CA1031 // nobody would start it again
            catch (Exception failure)
#pragma warning restore CA1031
            {
                state.Say(new("waiting", "读取邮箱时出错，请查看日志。"));
                LogFailure(failure.GetType().Name, failure.StackTrace); // its message may quote a letter
            }

            var pause = isRefused ? LongestPause : Pause(TimeSpan.FromSeconds(Math.Min(account.PollSeconds, 5)), _failures++, LongestPause);
            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan Pause(TimeSpan first, int failures, TimeSpan longest) =>
        TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(failures, 16)));

    private async Task ReadAsync(CancellationToken cancellation)
    {
        await using var session = await ImapSession.OpenAsync(account, time, cancellation);
        if (_validity != session.Folder.Validity)
        {
            _troubled.Clear();
            _validity = session.Folder.Validity;
        }

        while (true)
        {
            session.HasNews = false;
            await SweepAsync(session, cancellation);
            _failures = 0;
            Say();
            await (session.HasNews ? Task.Delay(BetweenSweeps, time, cancellation) : WaitAsync(session, cancellation));
        }
    }

    private async Task WaitAsync(ImapSession session, CancellationToken cancellation)
    {
        var next = _troubled.Values.Select(trouble => trouble.Next - time.GetUtcNow()).DefaultIfEmpty(LongestIdle).Min();
        var longest = session.CanIdle && !_isFull ? LongestIdle : TimeSpan.FromSeconds(account.PollSeconds); // no server tells of what has waited
        var pause = TimeSpan.FromTicks(Math.Clamp(next.Ticks, TimeSpan.TicksPerSecond, longest.Ticks));
        await (session.CanIdle ? session.IdleAsync(pause, cancellation) : Task.Delay(pause, time, cancellation));
    }

    /// <summary>Everything in the folder: a letter read by somebody, or marked as deleted by somebody, is a report all the same.</summary>
    private async Task SweepAsync(ImapSession session, CancellationToken cancellation)
    {
        var all = await session.SearchAsync("ALL", cancellation);
        foreach (var gone in _troubled.Keys.Except(all).ToList())
        {
            _troubled.Remove(gone);
        }

        _isFull = false;
        var marked = new HashSet<uint>();
        foreach (var uid in all.OrderBy(uid => _troubled.GetValueOrDefault(uid)?.Tries ?? 0).ThenBy(uid => uid).ToList())
        {
            if (_troubled.GetValueOrDefault(uid)?.Next > time.GetUtcNow())
            {
                continue;
            }

            _isFull = receiver.IsFull;
            if (_isFull)
            {
                break; // without a try counted, so that what came first goes first when it goes on
            }

            // Before anything can go wrong: a letter at which server or connection breaks each time must not stand before the others.
            var tries = (_troubled.GetValueOrDefault(uid)?.Tries ?? 0) + 1;
            var trouble = new Trouble(tries, time.GetUtcNow() + Pause(TimeSpan.FromSeconds(account.PollSeconds), tries - 1, LongestLetterPause), Hindrance.Failed);
            _troubled[uid] = trouble;
            var hindrance = await TakeAsync(session, uid, marked, cancellation);
            _troubled[uid] = trouble with { Hindrance = hindrance };
            if (hindrance == Hindrance.None)
            {
                _troubled.Remove(uid);
            }
        }

        await ExpungeAllAsync(session, marked, cancellation);
    }

    private async Task<Hindrance> TakeAsync(ImapSession session, uint uid, HashSet<uint> marked, CancellationToken cancellation)
    {
        if (await session.FactsAsync(uid, cancellation) is not { } facts)
        {
            return Hindrance.NotGiven; // gone, most likely: then the next search does not name it
        }

        var place = receiver.Marks.OfPlace(account, session.Folder.Validity, uid, facts);
        if (!await receiver.HasAsync(place, cancellation))
        {
            if (facts.Size > account.MostBytes)
            {
                return Hindrance.TooLarge;
            }

            if (await session.FetchAsync(uid, facts.Size, account.MostBytes, cancellation) is not { } letter)
            {
                return Hindrance.NotGiven;
            }

            if (letter.Length < facts.Size / 2) // a server's sizes are not always exact; an empty letter is no letter
            {
                CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(letter).Span);
                return Hindrance.NotGiven;
            }

            if (await ReceiveAsync(letter, place, cancellation) is var hindrance and not Hindrance.None)
            {
                return hindrance;
            }
        }

        // It is durable: now it may go.
        if (!await session.MarkDeletedAsync(uid, cancellation))
        {
            return Hindrance.NotRemoved;
        }

        marked.Add(uid);
        return !session.CanExpungeOne || await session.ExpungeAsync(uid, cancellation) ? Hindrance.None : Hindrance.NotRemoved;
    }

    private async Task<Hindrance> ReceiveAsync(ReadOnlyMemory<byte> letter, string place, CancellationToken cancellation)
    {
        try
        {
            return letter.Length > account.MostBytes ? Hindrance.TooLarge // the server said another size
                : await receiver.ReceiveAsync(letter, place, cancellation) ? Hindrance.None : Hindrance.Failed;
        }
#pragma warning disable CA1031 // one letter that fails must not hold up the others; it stays and is tried again
        catch (Exception failure) when (failure is not (OperationCanceledException or EngineAwayException))
#pragma warning restore CA1031
        {
            LogFailure(failure.GetType().Name, failure.StackTrace);
            return Hindrance.Failed;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(letter).Span);
        }
    }

    /// <summary>Where the server cannot remove one letter alone, all marked ones go at once, but only if each of them is sealed here.</summary>
    private async Task ExpungeAllAsync(ImapSession session, HashSet<uint> marked, CancellationToken cancellation)
    {
        if (session.CanExpungeOne || marked.Count == 0)
        {
            return;
        }

        // Also those of earlier sweeps that could not be removed then: they are sealed, and else each sweep's would wait for the other's.
        bool IsOurs(uint uid) => marked.Contains(uid) || _troubled.GetValueOrDefault(uid) is { Hindrance: Hindrance.NotRemoved };
        var deleted = await session.SearchAsync("DELETED", cancellation);
        if (deleted.All(IsOurs) && await session.ExpungeAsync(0, cancellation))
        {
            foreach (var uid in deleted)
            {
                _troubled.Remove(uid);
            }
        }
        else
        {
            foreach (var uid in marked)
            {
                _troubled[uid] = new Trouble(1, time.GetUtcNow() + TimeSpan.FromSeconds(account.PollSeconds), Hindrance.NotRemoved);
            }
        }
    }

    private void Say()
    {
        int Count(Hindrance hindrance) => _troubled.Values.Count(trouble => trouble.Hindrance == hindrance);
        var (tooLarge, kept, others) = (Count(Hindrance.TooLarge), Count(Hindrance.NotRemoved), Count(Hindrance.NotGiven) + Count(Hindrance.Failed));
        var why = kept > 0 ? "邮箱服务器不让删除已密封的邮件，请检查邮箱的权限。" : others > 0 ? "有的邮件暂时取不到或存不下，稍后重试。" : _isFull ? "来信太多，其余的留在邮箱中，稍后接着收。" : null;
        state.Say(new("open", why, tooLarge, kept));
        var told = $"{(tooLarge > 0 ? "a letter is too large to be sealed and stays; " : "")}{(kept > 0 ? "the server does not let us remove what is sealed; " : "")}{(others > 0 ? "a letter is not given or cannot be stored, and is tried again; " : "")}{(_isFull ? "more letters than it may take in an hour, the others stay meanwhile; " : "")}";
        if (told != _told && told.Length > 0)
        {
            LogHindered(told.TrimEnd(' ', ';'));
        }

        _told = told;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The supervision line's mailbox waits: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The supervision line's mailbox: {Hindrances}")]
    private partial void LogHindered(string hindrances);

    [LoggerMessage(Level = LogLevel.Error, Message = "The supervision line's mailbox failed and is tried again: {Failure}{StackTrace}")]
    private partial void LogFailure(string failure, string? stackTrace);

    /// <summary>How often a letter was tried in vain, when to try again, and what hinders it.</summary>
    private sealed record Trouble(int Tries, DateTimeOffset Next, Hindrance Hindrance);
}
