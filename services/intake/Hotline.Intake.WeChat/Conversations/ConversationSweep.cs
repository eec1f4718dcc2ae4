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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SweepSeconds), time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (EngineAwayException away)
            {
                LogWaits(away.Message); // what is due stays due
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        foreach (var push in await pushes.LeftOverAsync(time.GetUtcNow() - Interrupted, cancellation))
        {
            await EachAsync(push.Id, async () => await desk.AnswerAsync(push, cancellation));
        }

        foreach (var conversation in await conversations.DueAsync(cancellation))
        {
            await EachAsync(conversation.Id, async () => await desk.HandInAsync(conversation, cancellation));
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
