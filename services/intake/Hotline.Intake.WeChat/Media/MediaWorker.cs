using System.Collections.Concurrent;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat.Conversations;
using Hotline.Intake.WeChat.Platform;
using Hotline.Intake.WeChat.Protocol;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Media;

/// <summary>
/// Fetches what citizens photographed and recorded before the platform deletes it. What waits is what the store of pushes says, so a restart forgets
/// nothing but how often something was tried.
/// </summary>
internal sealed partial class MediaWorker(
    PushStore pushes,
    MediaFetcher fetcher,
    WeChatApi api,
    [FromKeyedServices(WeChatChannel.Name)] AppealIntake intake,
    ConversationSweep sweep,
    Bell bell,
    IOptions<WeChatOptions> options,
    TimeProvider time,
    ILogger<MediaWorker> logger)
    : BackgroundService
{
    private const int AtOnce = 4;
    private const string Deleted = "微信未能提供这个文件：已过期或已被删除。如有需要请联系市民重新发送。";

    /// <summary>The platform keeps media for three days.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<Guid, (TimeSpan Pause, DateTimeOffset NotBefore)> _tried = new();
    private long _platformNotBefore; // ticks, UTC

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var ring = bell.NextRing;
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message);
            }

            await Task.WhenAny(ring, Task.Delay(TimeSpan.FromSeconds(options.Value.SweepSeconds), time, stoppingToken));
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        var waiting = await pushes.MediaWaitingAsync(cancellation);
        await Parallel.ForEachAsync(waiting, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (push, token) =>
        {
            var now = time.GetUtcNow();
            var old = now - push.Facts[0].At;
            if (old > Kept)
            {
                await SettleAsync(push, new MediaGone(Deleted, now), token);
            }
            else if (api.IsOpen && now.UtcTicks >= Volatile.Read(ref _platformNotBefore) && (!_tried.TryGetValue(push.Id, out var tried) || now >= tried.NotBefore))
            {
                await TryAsync(push, token);
            }
        });
    }

    private async Task TryAsync(Document<PushedMessage> push, CancellationToken cancellation)
    {
        try
        {
            var message = WeChatReader.Read(pushes.BodyOf(push)) ?? throw new InvalidOperationException("A stored push does not read.");
            var content = await fetcher.FetchAsync(message.MediaId, cancellation);
            var blob = await intake.KeepAsync(push.Id, content, cancellation);
            await SettleAsync(push, new MediaKept(MediaFile.Of(push.State.Type, content), push.Id, blob.Value, time.GetUtcNow()), cancellation);
        }
        catch (PlatformException gone) when (gone.Trouble is PlatformTrouble.NoSuchMedia)
        {
            LogGone(push.Id);
            await SettleAsync(push, new MediaGone(Deleted, time.GetUtcNow()), cancellation);
        }
        catch (PlatformException large) when (large.Trouble is PlatformTrouble.TooLarge)
        {
            await SettleAsync(push, new MediaGone($"文件超过 {options.Value.MediaBytes / 1024 / 1024} MB，未取回。", time.GetUtcNow()), cancellation);
        }
        catch (PlatformException trouble)
        {
            Later(push.Id, trouble);
        }
#pragma warning disable CA1031 // one that fails must not hold up the others; it stays listed, and is told at each try
        catch (Exception failure) when (failure is not EngineAwayException && !cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Later(push.Id, null);
            LogFailed(push.Id, failure.GetType().Name, failure.StackTrace);
        }
    }

    private async Task SettleAsync(Document<PushedMessage> push, object settled, CancellationToken cancellation)
    {
        await pushes.SettleMediaAsync(push, settled, cancellation);
        _tried.TryRemove(push.Id, out _);
        sweep.Nudge(); // an appeal may wait for just this
    }

    /// <summary>What is wrong with the account is wrong for all media: it is told once and then waited for.</summary>
    private void Later(Guid push, PlatformException? trouble)
    {
        var now = time.GetUtcNow();
        TimeSpan? all = trouble?.Trouble switch
        {
            PlatformTrouble.NotListed or PlatformTrouble.NotAllowed => TimeSpan.FromMinutes(10),
            PlatformTrouble.Quota => TimeSpan.FromHours(1),
            PlatformTrouble.TokenSpent => TimeSpan.FromMinutes(1),
            _ => null,
        };
        if (all is { } pause)
        {
            var before = Volatile.Read(ref _platformNotBefore);
            if (now.UtcTicks >= before && Interlocked.CompareExchange(ref _platformNotBefore, (now + pause).UtcTicks, before) == before)
            {
                LogRefused(Told(trouble!), pause);
            }

            return;
        }

        _tried.AddOrUpdate(
            push,
            _ => (FirstPause, now + FirstPause),
            (_, last) => last.Pause * 2 is var twice && twice < LongestPause ? (twice, now + twice) : (LongestPause, now + LongestPause));
        if (trouble is not null)
        {
            LogLater(push, trouble.Message);
        }
    }

    private static string Told(PlatformException trouble) => trouble.Trouble switch
    {
        PlatformTrouble.NotListed => $"this server's address is not on the account's IP white list ({trouble.Message}); add it in the platform's settings",
        PlatformTrouble.NotAllowed => $"AppId or {WeChatOptions.Section}:AppSecret are wrong, or the account lacks the right ({trouble.Message})",
        PlatformTrouble.Quota => $"the account's calls are used up ({trouble.Message})",
        _ => trouble.Message,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "WeChat gives no media: {Reason}. Next try in {Pause}.")]
    private partial void LogRefused(string reason, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Information, Message = "The media of {Push} are tried again later: {Reason}.")]
    private partial void LogLater(Guid push, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The media of {Push} are no longer with WeChat.")]
    private partial void LogGone(Guid push);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Media wait for the store: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The media of {Push} could not be fetched: {Failure}{StackTrace}")]
    private partial void LogFailed(Guid push, string failure, string? stackTrace);
}
