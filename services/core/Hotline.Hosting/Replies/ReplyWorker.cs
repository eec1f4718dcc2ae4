using System.Collections.Concurrent;
using Hotline.Intake;
using Hotline.Intake.Replies;
using Hotline.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Hosting;

/// <summary>
/// Carries a channel's replies out. What is to be done is what the store says, and each call is in the store before it is made: whatever is killed
/// when, nothing is forgotten and nothing sent twice of which the platform does not itself drop the second.
/// </summary>
internal sealed partial class ReplyWorker(string service, AppealIntake intake, IReplySender sender, Bell bell, TimeProvider time, ILogger<ReplyWorker> logger) : BackgroundService
{
    private const int AtOnce = 8;

    /// <summary>Of their own, so that what cannot wait does not stand behind calls that stall.</summary>
    private const int UrgentAtOnce = 2;

    private const int PageSize = 100;

    private const string Interrupted = "服务在等待平台回答时中断，不知是否送达。";
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    /// <summary>Then the news is old, and a person should see that it does not get through.</summary>
    private static readonly TimeSpan GiveUp = TimeSpan.FromDays(3);

    /// <summary>Longer than any sender's own time-outs.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(15);

    /// <summary>What is under way when the process stops gets so long to end by itself.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, Task> _underWay = new();
    private readonly CancellationTokenSource _calls = new();
    private readonly SemaphoreSlim _turns = new(AtOnce);
    private readonly SemaphoreSlim _urgentTurns = new(UrgentAtOnce);
    private long _restsUntil; // ticks, UTC
    private int _rests;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Task.WhenAny(Task.WhenAll(_underWay.Values), Task.Delay(Farewell, TimeProvider.System, cancellationToken));
        await _calls.CancelAsync(); // what did not end stays as a call begun: the next start knows what to make of it
        await Task.WhenAll(_underWay.Values).WaitAsync(Farewell, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        _calls.Dispose();
        _turns.Dispose();
        _urgentTurns.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sender.Closed is { } missing)
        {
            LogClosed(service, missing);
            return Task.CompletedTask;
        }

        return Task.WhenAll(LoopAsync(ReplyDelivery.Urgent, _urgentTurns, stoppingToken), LoopAsync(ReplyDelivery.Open, _turns, stoppingToken));
    }

    private async Task LoopAsync(string which, SemaphoreSlim turns, CancellationToken stopping)
    {
        while (true)
        {
            var ring = bell.NextRing;
            try
            {
                await StartDueAsync(which, turns, stopping);
            }
            catch (EngineAwayException away)
            {
                LogWaits(service, away.Message);
            }
#pragma warning disable CA1031 // a document that cannot be read must not end the work for all the others in silence
            catch (Exception failure) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(Guid.Empty, failure.GetType().Name, failure.StackTrace);
            }

            await Task.WhenAny(ring, Task.Delay(Look, time, stopping));
            stopping.ThrowIfCancellationRequested();
        }
    }

    private async Task StartDueAsync(string which, SemaphoreSlim turns, CancellationToken stopping)
    {
        long after = 0;
        while (!Rests && await intake.Replies.PageAsync(which, after, PageSize, stopping) is { Count: > 0 } page)
        {
            foreach (var appeal in page.Where(appeal => ReplyOutcomes.NextOf(appeal.State, time.GetUtcNow(), GiveUp) is not null && !_underWay.ContainsKey(appeal.Id)))
            {
                await turns.WaitAsync(stopping);
                var begun = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
                if (Rests || !_underWay.TryAdd(appeal.Id, begun.Task.Unwrap()))
                {
                    turns.Release();
                    continue;
                }

                begun.SetResult(RunAsync(appeal.Id, turns));
            }

            after = page[^1].Sequence;
        }
    }

    private async Task RunAsync(Guid appeal, SemaphoreSlim turns)
    {
        await Task.Yield();
        try
        {
            while (!Rests && await StepAsync(appeal, _calls.Token))
            {
            }
        }
        catch (EngineAwayException away)
        {
            LogWaits(service, away.Message);
        }
        catch (OperationCanceledException) when (_calls.IsCancellationRequested)
        {
            // stopping; see StopAsync
        }
#pragma warning disable CA1031 // one that fails must not hold up the others; it stays listed, and is told at each try
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(appeal, failure.GetType().Name, failure.StackTrace);
        }
        finally
        {
            _underWay.TryRemove(appeal, out _);
            turns.Release();
        }
    }

    private bool Rests => time.GetUtcNow().UtcTicks < Volatile.Read(ref _restsUntil);

    /// <summary>Does one thing for an appeal.</summary>
    /// <returns>False when there is nothing more to do now.</returns>
    private async Task<bool> StepAsync(Guid id, CancellationToken cancellation)
    {
        if (await intake.GetAsync(id, cancellation) is not { } appeal || ReplyOutcomes.NextOf(appeal.State, time.GetUtcNow(), GiveUp) is not { } delivery)
        {
            return false;
        }

        switch (delivery.State)
        {
            case DeliveryState.Sent:
                return await RecordAsync(appeal, delivery, new SendOutcome.Refused($"平台收下后{GiveUp.Days}天仍未显示。"));
            case DeliveryState.Sending:
                return await RecordAsync(appeal, delivery, new SendOutcome.Unknown(Interrupted)); // nobody is at it in this process
        }

        if (time.GetUtcNow() - delivery.QueuedAt > GiveUp)
        {
            return await RecordAsync(appeal, delivery, new SendOutcome.Refused($"{GiveUp.Days}天内未能发出：{delivery.Reason ?? "一直没有轮到。"}"));
        }

        if (delivery.Unsure && !(time.GetUtcNow() < delivery.Call?.RepeatUntil))
        {
            return await RecordAsync(appeal, delivery, new SendOutcome.Unknown(delivery.Reason ?? Interrupted)); // the platform no longer drops a repeat
        }

        var outgoing = intake.Replies.Outgoing(appeal, delivery);
        var plan = delivery is { Unsure: true, Call: { } before }
            ? new SendingPlan(new SendingWay(before.Way, before.Uses) { Observed = before.Observed }) // the same again, or it would not be a repeat
            : await sender.PlanAsync(outgoing, cancellation);
        if (plan.Instead is { } instead)
        {
            return await RecordAsync(appeal, delivery, instead);
        }

        var (way, until) = (plan.Way!, delivery.Unsure ? delivery.Call?.RepeatUntil : null);
        for (var ways = 0; ; ways++)
        {
            var now = time.GetUtcNow();
            until ??= way.RepeatFor > TimeSpan.Zero ? now + way.RepeatFor : null;
            var call = new ReplySending(delivery.Version, now, way.Name, way.Uses, until, way.Observed);
            if (await intake.Replies.RecordAsync(appeal.Id, delivery.Version, (known, _) => known.Round == delivery.Round ? call : null, cancellation) is not { Recorded: true } recorded)
            {
                return true; // somebody took it up meanwhile: look again
            }

            var outcome = await CallAsync(outgoing, way.Name, cancellation);
            if (outcome is not SendOutcome.ByOtherWay { Way: var other } || ways > 0)
            {
                return await RecordAsync(appeal, recorded.Delivery, outcome is SendOutcome.ByOtherWay ? new SendOutcome.Refused("没有可用的发送方式。") : outcome);
            }

            (way, until) = (other, null);
        }
    }

    private async Task<SendOutcome> CallAsync(OutgoingReply reply, string way, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(LongestCall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await sender.SendAsync(reply, way, either.Token);
        }
#pragma warning disable CA1031 // whatever went wrong, the call may have got through: that must be on record
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(reply.Appeal.Id, failure.GetType().Name, failure.StackTrace);
            return new SendOutcome.Unknown("发送时出错，不知是否送达。");
        }
    }

    private async Task<bool> RecordAsync(Document<ReceivedAppeal> appeal, ReplyDelivery delivery, SendOutcome outcome)
    {
        var now = time.GetUtcNow();
        var fact = ReplyOutcomes.FactOf(delivery, outcome, now, outcome is SendOutcome.Away { ForAll: true } away ? RestFor(away, now) : TimeSpan.Zero);
        while (true)
        {
            try
            {
                // Not the stop's token: what happened must be on record if it can be.
                var recorded = await intake.Replies.RecordAsync(appeal.Id, delivery.Version, (known, _) => known.Round == delivery.Round ? fact : null, CancellationToken.None);
                if (recorded is not { Recorded: true, Delivery: var after })
                {
                    return false; // somebody took it up meanwhile
                }

                ReplyMeter.Count(service, after);
                Tell(after, outcome);
                return true;
            }
            catch (EngineAwayException full) when (!_calls.IsCancellationRequested)
            {
                LogWaits(service, full.Message);
                await Task.Delay(Look, time, _calls.Token);
            }
        }
    }

    /// <summary>What is wrong for all is told once and then waited for.</summary>
    private TimeSpan RestFor(SendOutcome.Away away, DateTimeOffset now)
    {
        var before = Volatile.Read(ref _restsUntil);
        if (now.UtcTicks < before)
        {
            return new TimeSpan(before - now.UtcTicks); // one of several calls cut off together has set it
        }

        var pause = away.Pause ?? TimeSpan.FromTicks(Math.Min(LongestRest.Ticks, Look.Ticks << Math.Min(Interlocked.Increment(ref _rests), 10)));
        if (Interlocked.CompareExchange(ref _restsUntil, (now + pause).UtcTicks, before) == before)
        {
            LogRests(service, away.Reason, pause);
        }

        return pause;
    }

    private void Tell(ReplyDelivery delivery, SendOutcome outcome)
    {
        if (outcome is SendOutcome.Sent or SendOutcome.Delivered)
        {
            Volatile.Write(ref _rests, 0);
        }

        if (delivery.State is DeliveryState.Failed)
        {
            LogUndelivered(service, delivery.Kind, delivery.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replies of {Service} are not carried out and wait: {Missing} is not set")]
    private partial void LogClosed(string service, string missing);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Replies of {Service} wait for the store: {Reason}")]
    private partial void LogWaits(string service, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Replies of {Service} do not go out: {Reason} Next try in {Pause}.")]
    private partial void LogRests(string service, string reason, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A reply ({Kind}) of {Service} could not be delivered: {Reason}")]
    private partial void LogUndelivered(string service, string kind, string? reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A reply of {Appeal} could not be dealt with: {Failure}{StackTrace}")]
    private partial void LogFailed(Guid appeal, string failure, string? stackTrace);
}
