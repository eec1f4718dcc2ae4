using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Replies;

namespace Hotline.UnitTests.Core;

/// <summary>Which of an appeal's replies goes next.</summary>
public sealed class ReplyOutcomesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Danger_does_not_stand_behind_what_waits()
    {
        var receipt = new ReplyDelivery(0, "receipt", DeliveryState.Queued, Now) { NotBefore = Now.AddHours(1) };
        var danger = new ReplyDelivery(2, "danger", DeliveryState.Queued, Now);

        Assert.Equal(danger, Next(receipt, new(1, "accepted", DeliveryState.Queued, Now), danger));
        Assert.Null(Next(receipt, new ReplyDelivery(1, "accepted", DeliveryState.Queued, Now))); // else they keep their order
    }

    private static ReplyDelivery? Next(params ReplyDelivery[] deliveries) =>
        ReplyOutcomes.NextOf(new ReceivedAppeal(Dispatching.Appeals.Of("路灯", "路灯不亮")) { Deliveries = [.. deliveries] }, Now, TimeSpan.FromDays(3));
}
