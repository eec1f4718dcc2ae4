using Hotline.Contracts;
using Hotline.Intake.Calls;

namespace Hotline.Hosting;

/// <summary>What is to be done next about a call.</summary>
internal enum CallTask
{
    /// <summary>Nothing now.</summary>
    Wait,

    /// <summary>The platform is to be told.</summary>
    Place,

    /// <summary>The platform is to be asked what it knows.</summary>
    Ask,

    /// <summary>It was cut off while the platform was told: asked next, and never told again before.</summary>
    Recover,

    /// <summary>Its time is over and it was not begun.</summary>
    Expire,

    /// <summary>It is asked for the last time: we may have been down ourselves all the while.</summary>
    GiveUp,
}

/// <summary>What is done about a call, and what is recorded of an answer of the platform. Pure.</summary>
internal static class CallSteps
{
    /// <summary>After the time for ringing: then a call that began in it is over, and a platform that was away had its chance.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public static CallTask NextOf(OrderedCall call, DateTimeOffset now) => call switch
    {
        { Step: CallStep.Ended } => CallTask.Wait,
        { Step: CallStep.Placing } => CallTask.Recover, // nobody is at it in this process
        { Step: CallStep.Queued, Unsure: false } when now > call.Order.NotAfter => CallTask.Expire,
        _ when now > call.Order.NotAfter + Patience => CallTask.GiveUp,
        _ when now < call.NotBefore => CallTask.Wait,
        { Step: CallStep.Queued, Unsure: false } => CallTask.Place,
        _ => CallTask.Ask,
    };

    /// <param name="call">As it stood while the platform was told.</param>
    public static object FactOf(OrderedCall call, CallPlacement placement, TimeSpan askEvery, DateTimeOffset now) => placement switch
    {
        CallPlacement.Taken => new CallPlaced(call.Call, now, now + askEvery),
        CallPlacement.Refused => OrderedCalls.EndOf(call.Order, now, CallOutcomes.Failed),
        CallPlacement.Away away => new CallPostponed(call.Call, now, away.Reason, now + (away.Pause ?? PauseAfter(call.Tries)), Unsure: false),
        CallPlacement.Unsure unsure => new CallPostponed(call.Call, now, unsure.Reason, now, Unsure: true),
        _ => throw new InvalidOperationException($"A call cannot be placed as {placement.GetType().Name}."),
    };

    /// <param name="call">As it stood while the platform was asked.</param>
    public static object FactOf(OrderedCall call, CallKnowledge knowledge, TimeSpan askEvery, DateTimeOffset now)
    {
        switch (knowledge)
        {
            case CallKnowledge.Known known when CallReports.Read(known.Report, call.Order, now) is { Problem: var problem, End: var end }:
                return (object?)end
                    ?? (problem is not null ? Postponed($"外呼平台的回答不对：{problem}", PauseAfter(call.Tries), call.Unsure)
                    : call.Step == CallStep.Placed ? Postponed("通话还没有结束。", askEvery, unsure: false)
                    : new CallPlaced(call.Call, now, now + askEvery));
            case CallKnowledge.NotThere when call.Step == CallStep.Placed:
                return OrderedCalls.EndOf(call.Order, now, CallOutcomes.Unknown); // it had it, and may have rung
            case CallKnowledge.NotThere:
                return Postponed("外呼平台没有收到，重新下单。", TimeSpan.Zero, unsure: false);
            case CallKnowledge.CannotSay when call.Step == CallStep.Placed:
                return Postponed("外呼平台不能查询，等待它的通知。", askEvery, unsure: false);
            case CallKnowledge.CannotSay:
                return OrderedCalls.EndOf(call.Order, now, CallOutcomes.Unknown);
            case CallKnowledge.Away away:
                return Postponed(away.Reason, away.Pause ?? PauseAfter(call.Tries), call.Unsure);
            default:
                throw new InvalidOperationException($"Nobody knows of a call what {knowledge.GetType().Name} says.");
        }

        CallPostponed Postponed(string reason, TimeSpan pause, bool unsure) => new(call.Call, now, reason, now + pause, unsure);
    }

    /// <summary>The end the platform tells of when it is asked for the last time; else that nobody knows.</summary>
    public static object LastOf(OrderedCall call, CallKnowledge knowledge, TimeSpan askEvery, DateTimeOffset now) =>
        knowledge is CallKnowledge.NotThere && call.Step != CallStep.Placed ? OrderedCalls.EndOf(call.Order, now, CallOutcomes.Expired) // nobody was rung
        : FactOf(call, knowledge, askEvery, now) is var fact && fact is CallPostponed or CallPlaced ? OrderedCalls.EndOf(call.Order, now, CallOutcomes.Unknown) : fact;

    private static TimeSpan PauseAfter(int tries) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Clamp(tries - 1, 0, 10)));
}
