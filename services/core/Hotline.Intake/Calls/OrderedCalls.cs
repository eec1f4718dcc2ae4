using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.Calls;

/// <summary>A channel's calls by machine and how far each is: facts of the appeal's own document. What became of one is published in the commit that records it.</summary>
public sealed class OrderedCalls
{
    private readonly AppealIntake _intake;
    private readonly IDocumentStore<ReceivedAppeal> _appeals;
    private readonly TimeProvider _time;

    internal OrderedCalls(AppealIntake intake, IDocumentStore<ReceivedAppeal> appeals, TimeProvider time) => (_intake, _appeals, _time) = (intake, appeals, time);

    /// <summary>Stores an order, once for each call.</summary>
    /// <param name="isOpen">Whether there is a platform; without one the call has ended with the commit that stores it.</param>
    public async ValueTask StoreAsync(CallbackCallOrdered order, bool isOpen, CancellationToken cancellation)
    {
        while (true)
        {
            var appeal = await GetAsync(order.Id, cancellation);
            if (appeal.State.Calls.Exists(known => known.Call == order.Call))
            {
                return;
            }

            var now = _time.GetUtcNow();
            var ordered = new NewFact(order, now);
            NewFact[] facts = isOpen ? [ordered] : [ordered, NewOf(EndOf(order, now, CallOutcomes.Closed), now)];
            if (await _appeals.AppendAsync(appeal, facts, cancellation) is not null)
            {
                return;
            }
        }
    }

    /// <summary>Appeals with calls with which something is to be done, oldest first, after a sequence.</summary>
    public ValueTask<IReadOnlyList<Document<ReceivedAppeal>>> OpenAsync(long after, int limit, CancellationToken cancellation) =>
        _appeals.QueryAsync(OrderedCall.Index, OrderedCall.Open, after, limit, cancellation);

    /// <summary>A call by its id; null when this channel has none.</summary>
    public async ValueTask<OrderedCall?> FindAsync(string call, CancellationToken cancellation) =>
        await _appeals.QueryAsync(OrderedCall.Index, OrderedCall.ValueOf(call), 0, 1, cancellation) is [var appeal, ..] ? appeal.State.Calls.Find(known => known.Call == call) : null;

    /// <summary>Records a fact of a call, if it still makes sense.</summary>
    /// <param name="decide">The fact to record, from how it stands and the time; null for none.</param>
    /// <returns>The call after, and whether the fact was recorded; null when there is no such call.</returns>
    public async ValueTask<(OrderedCall Call, bool Recorded)?> RecordAsync(Guid appealId, string call, Func<OrderedCall, DateTimeOffset, object?> decide, CancellationToken cancellation)
    {
        while (true)
        {
            var appeal = await GetAsync(appealId, cancellation);
            if (appeal.State.Calls.Find(known => known.Call == call) is not { } known)
            {
                return null;
            }

            var now = _time.GetUtcNow();
            if (decide(known, now) is not { } fact || !known.Allows(fact))
            {
                return (known, false);
            }

            if (await _appeals.AppendAsync(appeal, [NewOf(fact, now)], cancellation) is { } after)
            {
                return (after.State.Calls.Find(other => other.Call == call)!, true);
            }
        }
    }

    /// <summary>What the platform is told; null when the appeal has no number that can be rung.</summary>
    public async ValueTask<OutgoingCall?> OutgoingAsync(OrderedCall call, CancellationToken cancellation) =>
        PhoneNumbers.Dialable(_intake.ContactOf(await GetAsync(call.Order.Id, cancellation))?.Phone) is { } phone
            ? new OutgoingCall(call.Call, phone, call.Order.NotAfter, call.Order.Script)
            : null;

    /// <summary>The end of a call of which there are no answers.</summary>
    public static AppealCalled EndOf(CallbackCallOrdered order, DateTimeOffset at, string outcome) => new(order.Id, order.Number, order.Channel, at, order.Call, outcome, []);

    private static NewFact NewOf(object fact, DateTimeOffset now) => new(fact, now, fact is AppealCalled ? Topics.Appeals : null);

    private async ValueTask<Document<ReceivedAppeal>> GetAsync(Guid id, CancellationToken cancellation) =>
        await _appeals.GetAsync(id, cancellation) ?? throw new InvalidOperationException("A call was ordered about an appeal this channel does not have.");
}
