using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>Reads the board again and again; waits longer each time the board is away, and never ends for a failure.</summary>
public sealed partial class MessageBoardPoller(
    MessageBoardSync sync, SyncStatus status, TimeProvider time, IOptions<MessageBoardOptions> options, ILogger<MessageBoardPoller> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromDays(1);
    private static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait after so many failures in a row.</summary>
    /// <param name="failures">1, 2, ….</param>
    /// <param name="asked">What the board asked for; null when it did not.</param>
    public static TimeSpan PauseAfter(int failures, TimeSpan? asked)
    {
        var own = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(failures - 1, 10)));
        return asked is { } told && told > own ? TimeSpan.FromTicks(Math.Min(told.Ticks, LongestAsked.Ticks)) : own;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Source == BoardSourceKind.None)
        {
            LogClosed(logger);
            return;
        }

        while (true)
        {
            var pause = await RunAsync(stoppingToken);
            status.Note(run => run with { NextAt = time.GetUtcNow() + pause });
            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private async Task<TimeSpan> RunAsync(CancellationToken stopping)
    {
        status.Note(run => run with { StartedAt = time.GetUtcNow(), NextAt = null });
        try
        {
            await sync.RunAsync(stopping);
            if (status.Run.Failures > 0)
            {
                LogBack(logger, status.Run.Failures);
            }

            status.Note(run => run with { EndedAt = time.GetUtcNow(), SucceededAt = time.GetUtcNow(), Trouble = null, Failures = 0 });
            return TimeSpan.FromSeconds(options.Value.IntervalSeconds);
        }
        catch (BoardAwayException away)
        {
            return Failed(away.Message, away.RetryAfter);
        }
        catch (EngineAwayException)
        {
            Failed("系统的存储暂时不可用。", null);
            return StorePause;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            // Its message may quote what a citizen wrote.
            return Failed($"同步时出错（{failure.GetType().Name}）。", null);
        }
    }

    private TimeSpan Failed(string trouble, TimeSpan? asked)
    {
        var pause = PauseAfter(status.Run.Failures + 1, asked);
        if (status.Run.Trouble != trouble)
        {
            LogAway(logger, pause, trouble);
        }

        status.Note(run => run with { EndedAt = time.GetUtcNow(), Trouble = trouble, Failures = run.Failures + 1 });
        return pause;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The message board is closed: set Hotline:MessageBoard:Source to Files or Http to read it")]
    private static partial void LogClosed(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The message board was not read to the end; again in {Pause}: {Trouble}")]
    private static partial void LogAway(ILogger logger, TimeSpan pause, string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "The message board is read again, after {Failures} failures")]
    private static partial void LogBack(ILogger logger, int failures);
}
