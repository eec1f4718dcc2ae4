using System.Collections.Concurrent;
using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.Calls;
using Hotline.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Hosting;

/// <summary>
/// Has a channel's ordered calls made. What is to be done is what the store says, and each telling of the platform is in the store before it is made: whatever is
/// killed when, no order is forgotten, and none told again of which the platform has not said that it does not have it.
/// </summary>
internal sealed partial class CallWorker(
    string service, string reportAt, AppealIntake intake, ICallPlatform platform, Bell bell, TimeProvider time, ILogger<CallWorker> logger) : BackgroundService
{
    private const int AtOnce = 4;
    private const int PageSize = 100;
    private const string Interrupted = "服务在等待外呼平台回答时中断。";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>Calls the platform has, and when it is asked of each again. Not in the store: asked once too often after a restart harms nobody.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _askAgain = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (platform.Missing is not null)
        {
            return; // orders end as they are stored
        }

        while (true)
        {
            var ring = bell.NextRing;
            try
            {
                await RunDueAsync(stoppingToken);
            }
            catch (EngineAwayException away)
            {
                LogWaits(service, away.Message);
            }
#pragma warning disable CA1031 // a document that cannot be read must not end the work for all the others in silence
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(service, failure.GetType().Name, failure.StackTrace);
            }

            await Task.WhenAny(ring, Task.Delay(Look, time, stoppingToken));
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private async Task RunDueAsync(CancellationToken stopping)
    {
        foreach (var (call, at) in _askAgain)
        {
            if (at <= time.GetUtcNow())
            {
                _askAgain.TryRemove(call, out _);
            }
        }

        long after = 0;
        while (await intake.Calls.OpenAsync(after, PageSize, stopping) is { Count: > 0 } page)
        {
            var due = page.SelectMany(static appeal => appeal.State.Calls).Where(call => CallSteps.NextOf(call, time.GetUtcNow()) is var task && task != CallTask.Wait && !(task == CallTask.Ask && _askAgain.ContainsKey(call.Call)));
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping }, RunAsync);
            after = page[^1].Sequence;
        }
    }

    private async ValueTask RunAsync(OrderedCall call, CancellationToken stopping)
    {
        try
        {
            while (CallSteps.NextOf(call, time.GetUtcNow()) is not CallTask.Wait and var task && await StepAsync(call, task, stopping) is { } after)
            {
                call = after;
            }
        }
        catch (EngineAwayException away)
        {
            LogWaits(service, away.Message);
        }
#pragma warning disable CA1031 // one that fails must not hold up the others; it stays listed, and is told at each try
        catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(service, failure.GetType().Name, failure.StackTrace);
        }
    }

    /// <returns>The call after; null when somebody else took it up meanwhile, or it has to wait.</returns>
    private async ValueTask<OrderedCall?> StepAsync(OrderedCall call, CallTask task, CancellationToken stopping)
    {
        switch (task)
        {
            case CallTask.Expire:
                return await RecordAsync(call, OrderedCalls.EndOf(call.Order, time.GetUtcNow(), CallOutcomes.Expired));
            case CallTask.GiveUp:
                return await RecordAsync(call, CallSteps.LastOf(call, await platform.AskAsync(call.Call, stopping), platform.AskEvery, time.GetUtcNow()));
            case CallTask.Recover:
                return await RecordAsync(call, new CallPostponed(call.Call, time.GetUtcNow(), Interrupted, time.GetUtcNow(), Unsure: true));
            case CallTask.Ask:
                var knowledge = await platform.AskAsync(call.Call, stopping);
                var fact = CallSteps.FactOf(call, knowledge, platform.AskEvery, time.GetUtcNow());
                if (call.Step != CallStep.Placed || fact is not CallPostponed later)
                {
                    return await RecordAsync(call, fact);
                }

                _askAgain[call.Call] = later.NotBefore;
                return null;
        }

        if (await intake.Calls.OutgoingAsync(call, stopping) is not { } outgoing)
        {
            return await RecordAsync(call, OrderedCalls.EndOf(call.Order, time.GetUtcNow(), CallOutcomes.Failed)); // no number anybody can ring
        }

        if (await RecordAsync(call, new CallPlacing(call.Call, time.GetUtcNow())) is not { Step: CallStep.Placing } placing)
        {
            return null;
        }

        var placement = await platform.PlaceAsync(outgoing with { Report = reportAt }, stopping);
        return await RecordAsync(placing, CallSteps.FactOf(placing, placement, platform.AskEvery, time.GetUtcNow()));
    }

    /// <summary>Not under the stop's token: what happened must be on record if it can be.</summary>
    private async ValueTask<OrderedCall?> RecordAsync(OrderedCall call, object fact)
    {
        if (await intake.Calls.RecordAsync(call.Order.Id, call.Call, (_, _) => fact, CancellationToken.None) is not { Recorded: true, Call: var after })
        {
            return null;
        }

        if (fact is CallPostponed { Reason: var reason })
        {
            LogPutOff(service, reason);
        }

        return after;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Calls of {Service} wait for the store: {Reason}")]
    private partial void LogWaits(string service, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call of {Service} is put off: {Reason}")]
    private partial void LogPutOff(string service, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A call of {Service} could not be dealt with: {Failure}{StackTrace}")]
    private partial void LogFailed(string service, string failure, string? stackTrace);
}
