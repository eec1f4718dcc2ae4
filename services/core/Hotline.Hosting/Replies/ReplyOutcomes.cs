using Hotline.Intake;
using Hotline.Intake.Replies;

namespace Hotline.Hosting;

/// <summary>What is to be done next of an appeal's replies, and what is recorded of a call's outcome. Pure.</summary>
internal static class ReplyOutcomes
{
    /// <summary>After so many calls without an answer a person takes over, for some platforms' memory of repeats is not to be trusted far.</summary>
    private const int MostSilences = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>What cannot wait goes first, else in their order, each when it is due; null for nothing now.</summary>
    /// <param name="giveUp">After so long a reply the platform should have shown is given up.</param>
    public static ReplyDelivery? NextOf(ReceivedAppeal appeal, DateTimeOffset now, TimeSpan giveUp)
    {
        var queued = appeal.Deliveries.Where(static delivery => delivery.State is DeliveryState.Queued or DeliveryState.Sending);
        return queued.OrderBy(static delivery => !ReplyKinds.CannotWait(delivery.Kind)).ThenBy(static delivery => delivery.Version).FirstOrDefault() is { } first && !(now < first.NotBefore)
            ? first
            : appeal.Deliveries.Find(delivery => delivery.IsAwaited && now - delivery.Since > giveUp);
    }

    /// <param name="delivery">As it stood during the call.</param>
    /// <param name="rest">How long the whole channel rests; for what is wrong for all.</param>
    public static object FactOf(ReplyDelivery delivery, SendOutcome outcome, DateTimeOffset now, TimeSpan rest) => outcome switch
    {
        SendOutcome.Sent sent => new ReplySent(delivery.Version, now, sent.PlatformId),
        SendOutcome.Delivered => new ReplyEnded(delivery.Version, now, DeliveryState.Delivered),
        SendOutcome.Elsewhere elsewhere => new ReplyEnded(delivery.Version, now, DeliveryState.Elsewhere, elsewhere.Reason),
        SendOutcome.Withheld withheld => new ReplyEnded(delivery.Version, now, DeliveryState.Withheld, withheld.Reason),
        SendOutcome.Refused refused => new ReplyEnded(delivery.Version, now, DeliveryState.Failed, refused.Reason),
        SendOutcome.Away away => new ReplyPostponed(delivery.Version, now, away.Reason, now + (away.ForAll ? rest : away.Pause ?? PauseAfter(delivery.Tries)), Unsure: false),
        SendOutcome.Unknown unknown when delivery.Call is { Observed: true } => new ReplySent(delivery.Version, now, Reason: unknown.Reason),
        SendOutcome.Unknown unknown when now < delivery.Call?.RepeatUntil && delivery.Silences + 1 < MostSilences =>
            new ReplyPostponed(delivery.Version, now, unknown.Reason, now + PauseAfter(delivery.Tries), Unsure: true),
        SendOutcome.Unknown unknown => new ReplyEnded(delivery.Version, now, DeliveryState.Failed, $"可能已送达，也可能没有，未再发送：{unknown.Reason}"),
        _ => throw new InvalidOperationException($"A reply cannot end as {outcome.GetType().Name}."),
    };

    private static TimeSpan PauseAfter(int tries) => TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Clamp(tries - 1, 0, 10)));
}
