using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Intake.Email.Imap;

/// <summary>
/// Reads one mailbox for as long as the service runs. A letter is marked as seen once it is durable, and remembered by UIDVALIDITY and UID, so that one
/// which a person reads first is not missed either; a crash anywhere in between only repeats, and the receiver tells repeats by what the letter says.
/// </summary>
internal sealed partial class ImapMailbox(int number, AddressedMailbox account, EmailReceiver receiver, ImapMarks marks, int mostBytes, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(9); // servers hang up after 30 minutes (RFC 2177), routers earlier
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(10); // the server's clock is another, and tells whole seconds
    private static readonly TimeSpan LongestLetterPause = TimeSpan.FromHours(1);
    private readonly string _name = ImapMarks.NameOf(account);
    private readonly Dictionary<uint, Trouble> _troubled = [];
    private readonly HashSet<uint> _told = [];
    private Dictionary<uint, long> _taken = []; // the sizes, by UID
    private uint? _validity;
    private uint _low; // every letter from its UID on is looked at, seen or not
    private int _failures;

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
                LogWaits(number, away is EngineAwayException ? "the store is away" : away.Message);
                isRefused = away is ImapException { IsLoginRefused: true };
            }
#pragma warning disable CA1031 // nobody would start it again
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogFailure(number, failure.GetType().Name, failure.StackTrace); // its message may quote a letter
            }

            var pause = isRefused ? LongestPause : Pause(TimeSpan.FromSeconds(Math.Min(account.PollSeconds, 5)), _failures++, LongestPause);
            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A server that has news with every answer must not have us run in circles.</summary>
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromSeconds(1);

    private static TimeSpan Pause(TimeSpan first, int failures, TimeSpan longest) =>
        TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(failures, 16)));

    private async Task ReadAsync(CancellationToken cancellation)
    {
        await using var session = await ImapSession.OpenAsync(account, time, cancellation);
        var (first, now) = await marks.BeginAsync(_name, session.Folder, cancellation);
        if (_validity != now.Validity)
        {
            _taken = await marks.TakenAsync(_name, now.Validity, cancellation);
            _troubled.Clear();
            (_validity, _low) = (now.Validity, first.Validity == now.Validity ? now.Next : 1);
        }

        while (true)
        {
            session.HasNews = false;
            await SweepAsync(session, first, cancellation);
            _failures = 0;
            await (session.HasNews ? Task.Delay(BetweenSweeps, time, cancellation) : WaitAsync(session, cancellation));
        }
    }

    private async Task WaitAsync(ImapSession session, CancellationToken cancellation)
    {
        var next = _troubled.Values.Select(trouble => trouble.Next - time.GetUtcNow()).DefaultIfEmpty(LongestIdle).Min();
        var longest = session.CanIdle ? LongestIdle : TimeSpan.FromSeconds(account.PollSeconds);
        var pause = TimeSpan.FromTicks(Math.Clamp(next.Ticks, TimeSpan.TicksPerSecond, longest.Ticks));
        await (session.CanIdle ? session.IdleAsync(pause, cancellation) : Task.Delay(pause, time, cancellation));
    }

    private async Task SweepAsync(ImapSession session, FolderBegun first, CancellationToken cancellation)
    {
        // Under a new UIDVALIDITY all letters are numbered anew: what came since the beginning is read again.
        var renumberedSince = first.Validity == _validity ? (DateTimeOffset?)null : first.At - ClockSlack;
        var since = renumberedSince is { } at ? string.Create(CultureInfo.InvariantCulture, $" SINCE {at.AddDays(-1):d-MMM-yyyy}") : "";
        var unseen = (await session.SearchAsync("UNSEEN", cancellation)).ToHashSet();
        var fresh = (await session.SearchAsync($"UID {_low}:*{since}", cancellation)).Where(uid => uid >= _low).ToList();
        foreach (var uid in unseen.Union(fresh).OrderBy(uid => _troubled.GetValueOrDefault(uid)?.Tries ?? 0).ThenBy(uid => uid).ToList())
        {
            if ((!_taken.ContainsKey(uid) || unseen.Contains(uid)) && !(_troubled.GetValueOrDefault(uid)?.Next > time.GetUtcNow()))
            {
                await TakeAsync(session, uid, unseen.Contains(uid), renumberedSince, cancellation);
            }
        }

        foreach (var gone in _troubled.Keys.Where(uid => !unseen.Contains(uid) && !fresh.Contains(uid)).ToList())
        {
            _troubled.Remove(gone);
        }

        _low = fresh.Where(uid => !_taken.ContainsKey(uid)).Append(fresh.Count > 0 ? fresh[^1] + 1 : _low).Min();
    }

    private async Task TakeAsync(ImapSession session, uint uid, bool isUnseen, DateTimeOffset? renumberedSince, CancellationToken cancellation)
    {
        // Before anything can go wrong: a letter at which server or connection breaks each time must not stand before the others.
        var tries = (_troubled.GetValueOrDefault(uid)?.Tries ?? 0) + 1;
        _troubled[uid] = new Trouble(tries, time.GetUtcNow() + Pause(TimeSpan.FromSeconds(account.PollSeconds), tries - 1, LongestLetterPause));
        if (await session.FactsAsync(uid, cancellation) is not { } facts)
        {
            return; // gone, most likely: then the next search does not name it
        }

        var isTaken = _taken.TryGetValue(uid, out var size) && size == facts.Size;
        if (isTaken || (!isUnseen && facts.ArrivedAt < renumberedSince))
        {
            await DoneAsync(session, uid, facts.Size, isUnseen, cancellation);
            return;
        }

        if (facts.Size > mostBytes)
        {
            Tell(uid, "too large");
            return;
        }

        if (await session.FetchAsync(uid, facts.Size, mostBytes, cancellation) is not { } letter)
        {
            Tell(uid, "not given by the server");
            return;
        }

        if (await ReceiveAsync(uid, letter, cancellation) is { } receipt)
        {
            await marks.TakeAsync(_name, _validity!.Value, uid, facts.Size, receipt.Outcome, cancellation);
            await DoneAsync(session, uid, facts.Size, isUnseen, cancellation);
        }
    }

    /// <returns>Null when this letter cannot be stored; it stays as it is.</returns>
    private async Task<MailReceipt?> ReceiveAsync(uint uid, ReadOnlyMemory<byte> letter, CancellationToken cancellation)
    {
        try
        {
            return await receiver.ReceiveAsync(letter, account.Addressee.Length > 0 ? account.Addressee : null, cancellation);
        }
        catch (EngineAwayException)
        {
            _troubled.Remove(uid); // not the letter's fault
            throw;
        }
#pragma warning disable CA1031 // one letter that fails must not hold up the others; it stays and is told of
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Tell(uid, failure.GetType().Name);
            return null;
        }
    }

    private async Task DoneAsync(ImapSession session, uint uid, long size, bool isUnseen, CancellationToken cancellation)
    {
        _taken[uid] = size;
        _troubled.Remove(uid);
        if (isUnseen && !await session.MarkSeenAsync(uid, cancellation) && _told.Add(0))
        {
            LogUnmarked(number);
        }
    }

    /// <summary>Once for each letter, not at each try.</summary>
    private void Tell(uint uid, string why)
    {
        if (_told.Add(uid))
        {
            LogStays(number, uid, why);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "IMAP mailbox {Number} waits: {Reason}")]
    private partial void LogWaits(int number, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "IMAP mailbox {Number} failed and is tried again: {Failure}{StackTrace}")]
    private partial void LogFailure(int number, string failure, string? stackTrace);

    [LoggerMessage(Level = LogLevel.Error, Message = "IMAP mailbox {Number}: letter {Uid} stays unseen and is tried again: {Why}")]
    private partial void LogStays(int number, uint uid, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "IMAP mailbox {Number} does not let us mark letters as seen; they are received once all the same")]
    private partial void LogUnmarked(int number);

    /// <summary>How often a letter was tried in vain, and when to try again.</summary>
    private sealed record Trouble(int Tries, DateTimeOffset Next);
}
