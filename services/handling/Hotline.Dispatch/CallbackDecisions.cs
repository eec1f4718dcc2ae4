using System.Buffers.Binary;
using System.Security.Cryptography;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>What becomes of an order when the citizen is to be asked, and when he has answered. Pure.</summary>
internal static class CallbackDecisions
{
    /// <summary>Whether a direct answer is in the sample that is asked about; always the same for the same appeal.</summary>
    /// <param name="percent">0–100.</param>
    public static bool IsSampled(Guid appeal, int percent) => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(appeal.ToByteArray(bigEndian: true))) % 100 < percent;

    /// <summary>The citizen is to be asked now; the callback service hears it.</summary>
    public static WorkOrderChange Start(WorkOrderChange change, Organization organization)
    {
        var order = change.Order;
        var due = Deadlines.Of(organization, Clocks.Facts(order, LimitSteps.Callback, UnitLevels.City, change.At));
        return change.Record(new WorkOrderCallbackStarted(order.Id, order.Number, change.At, WorkOrderDecisions.ByRules, Round: order.Round, DueAt: due.DueAt));
    }

    /// <summary>承诺件: he is told the day, and asked after it.</summary>
    public static WorkOrderChange Promise(WorkOrderChange change, DateOnly day)
    {
        var promised = new WorkOrderPromised(change.Order.Id, change.Order.Number, change.At, day);
        return change.Record(promised).Tell(ReplyTexts.Promised, ReplyTexts.OfPromise(promised));
    }

    /// <summary>Whether the day that was promised is over.</summary>
    public static bool IsPromiseOver(WorkOrder order, DateTimeOffset now) =>
        order is { State: WorkOrderState.Promise, Promise: { } promise } && OfficeTime.Day(now) > promise.For;

    /// <summary>When the asking that goes on began; null when none does.</summary>
    public static DateTimeOffset? BegunAt(WorkOrder order) => order.Moves.OfType<WorkOrderCallbackStarted>().LastOrDefault()?.At;

    /// <summary>Passes the words with the link on to the citizen, once for each round.</summary>
    public static WorkOrderChange? Ask(WorkOrder order, CallbackAsked asked, DateTimeOffset now) =>
        order.State == WorkOrderState.Callback && asked.Round == order.Round && order.AskedRound < asked.Round
            ? new WorkOrderChange(order, now).Tell(ReplyTexts.Callback, asked.Text)
            : null;

    /// <summary>
    /// Content: closed, also when he thought better of it while it was under review. Not content: a review, also when he changed his answer, or gave it on his platform,
    /// within the days after the closing. What had its effect and comes again has none.
    /// </summary>
    public static WorkOrderChange? Answer(WorkOrder order, CallbackAnswered answered, DateTimeOffset now, int reopenDays)
    {
        if (answered.Round != order.Round || answered.At < order.AnsweredAt)
        {
            return null;
        }

        var change = new WorkOrderChange(order, now);
        return (order.State, answered.IsContent) switch
        {
            (WorkOrderState.Callback, true) => Close(),
            (WorkOrderState.Callback, false) => Review(),
            (WorkOrderState.Review, true) when order.Review is { Ground: not ReviewDecisions.Reopened } review && review.Round == answered.Round => Close(),
            (WorkOrderState.Closed, false) when order.Closing is { Outcome: Outcomes.Solved or Outcomes.Unreachable or Outcomes.Unanswered } && ReviewDecisions.IsReopening(order, answered.At, reopenDays) => Review(),
            _ => null,
        };

        WorkOrderChange Close() => WorkOrderDecisions.Close(
            change, new(order.Id, order.Number, now, WorkOrderDecisions.ByCitizen, Outcomes.Solved, AnsweredAt: answered.At));

        WorkOrderChange Review() => ReviewDecisions.Open(
            change, answered.Answer.Solved ? ReviewDecisions.NotContent : ReviewDecisions.NotSolved, answered.Answer.Words, answered.At);
    }

    /// <summary>He was not reached, or did not want to say: closed, and counted as neither.</summary>
    public static WorkOrderChange? End(WorkOrder order, CallbackEnded ended, DateTimeOffset now) =>
        order.State == WorkOrderState.Callback && ended.Round == order.Round
            ? WorkOrderDecisions.Close(new(order, now), new(order.Id, order.Number, now, WorkOrderDecisions.ByRules, ended.Outcome))
            : null;
}
