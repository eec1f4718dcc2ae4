using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>Finishes what was left: conversations that fell silent, and pushes whose answer was interrupted, after a restart too.</summary>
internal sealed partial class ConversationSweep(
    PushStore pushes, ConversationStore conversations, ConversationDesk desk, IOptions<WeChatOptions> options, TimeProvider time, ILogger<ConversationSweep> logger)
    : BackgroundService
{
    /// <summary>By then the platform has tried three times, five seconds each.</summary>
    private static readonly TimeSpan Interrupted = TimeSpan.FromSeconds(20);

    private readonly Bell _bell = new();

    /// <summary>Media came, so appeals that wait for them may be due.</summary>
    public void Nudge() => _bell.Ring();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds), time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var nudged = false;
        while (true)
        {
            var ring = _bell.NextRing;
            try
            {
                await SweepAsync(nudged, stoppingToken);
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message); // what is due stays due
            }

            nudged = await Task.WhenAny(tick, ring) == ring;
            if (!nudged)
            {
                await tick;
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }
        }
    }

    /// <param name="nudged">Looks only at what waits for media.</param>
    private async Task SweepAsync(bool nudged, CancellationToken cancellation)
    {
        foreach (var push in nudged ? [] : await pushes.LeftOverAsync(time.GetUtcNow() - Interrupted, cancellation))
        {
            await EachAsync(push.Id, async () => await desk.AnswerAsync(push, cancellation));
        }

        foreach (var conversation in await conversations.DueAsync(nudged, cancellation))
        {
            await EachAsync(conversation.Id, async () => await (conversation.State.Ended ? desk.DeliverMediaAsync(conversation, cancellation) : desk.HandInAsync(conversation, cancellation)));
        }
    }

    private async Task EachAsync(Guid id, Func<Task> finish)
    {
        try
        {
            await finish();
        }
#pragma warning disable CA1031 // one that fails must not hold up the others; it stays due, and is told at each sweep
        catch (Exception failure) when (failure is not (EngineAwayException or OperationCanceledException))
#pragma warning restore CA1031
        {
            LogFailed(id, failure.GetType().Name, failure.StackTrace);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Conversations wait for the store: {Reason}")]
    private partial void LogWaits(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Id} could not be finished: {Failure}{StackTrace}")]
    private partial void LogFailed(Guid id, string failure, string? stackTrace);
}
