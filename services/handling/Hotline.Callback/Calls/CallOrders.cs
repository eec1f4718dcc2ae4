using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Ports;

namespace Hotline.Callback.Calls;

/// <summary>Orders calls by machine from the service of the channel, which alone knows the number, and records what became of them.</summary>
public sealed class CallOrders(CallbackDesk desk) : IHandle<AppealCalled>
{
    private const int PageSize = 200;

    public async ValueTask HandleAsync(AppealCalled data, CloudEvent envelope, CancellationToken cancellation)
    {
        var lead = await desk.Store.GetAsync(data.AppealId, cancellation);
        var found = lead?.State.Rounds.SelectMany(static round => round.Calls, static (round, call) => (round, call)).FirstOrDefault(one => one.call.Call == data.Call);
        if (found is not { round: { } round, call: { } call })
        {
            throw new InvalidOperationException("A call ended that was not ordered.");
        }

        // The lead last: its fact ends the call, so what a crash leaves undone comes again.
        foreach (var number in call.Numbers.Where(number => number != data.Number).Append(data.Number))
        {
            var isLead = number == data.Number;
            await desk.ChangeAsync(
                number,
                (document, now) => CallRules.Hear(
                    document.State, document.Id, RoundOf(document.State, isLead ? round : null, call), isLead || IsOfOnePerson(lead!.State, document.State), data, desk.Options, now),
                cancellation);
        }
    }

    /// <summary>Orders what is due now.</summary>
    internal async ValueTask OrderDueAsync(CancellationToken cancellation)
    {
        if (desk.Options.MachineTries == 0 || desk.Options.MachineMayCallUntil(desk.Now, desk.Organization.Calendar) is null)
        {
            return;
        }

        await ForEachAsync(CallbackDocument.Ringable, async document =>
        {
            if (CallRules.MayRingUntil(document.State, desk.Options, desk.Organization.Calendar, desk.Now) is null)
            {
                return;
            }

            var others = (await desk.SamePhoneAsync(document, cancellation)).Concat(await desk.LatelyCalledAsync(document, cancellation)).DistinctBy(static other => other.Id).ToList();
            await desk.AppendAsync(document, now => CallRules.Order(document.State, document.Id, others.Select(static other => other.State), desk.Options, desk.Organization.Calendar, now), cancellation);
        }, cancellation);
    }

    /// <summary>Withdraws calls nobody needs any more, and lets go of those nobody tells of.</summary>
    internal ValueTask SettleAsync(CancellationToken cancellation) => ForEachAsync(CallbackDocument.Ringing, async document =>
    {
        foreach (var round in document.State.Rounds.Where(static round => round.OpenCall is not null))
        {
            var isWanted = await IsWantedAsync(document.State, round, cancellation);
            if (await desk.AppendAsync(document, now => CallRules.Settle(document.State, document.Id, round, isWanted, now), cancellation))
            {
                return; // the document has moved on; the next look takes the next
            }
        }
    }, cancellation);

    private async ValueTask<bool> IsWantedAsync(CallbackTask lead, CallbackRound round, CancellationToken cancellation)
    {
        foreach (var number in round.OpenCall!.Numbers)
        {
            var task = number == lead.Number ? lead : (await desk.FindAsync(number, cancellation))?.State;
            if (task is { Current: { IsOpen: true } current } && current.Number == RoundOf(task, number == lead.Number ? round : null, round.OpenCall))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfOnePerson(CallbackTask one, CallbackTask other) => one.Order?.PersonKey is { } person && person == other.Order?.PersonKey;

    /// <summary>The round a call asked about: its own of the order it stands with, of another that which went on when it was ordered.</summary>
    private static int RoundOf(CallbackTask task, CallbackRound? own, MachineCall call) =>
        own?.Number ?? task.Rounds.LastOrDefault(round => round.StartedAt <= call.At)?.Number ?? 0;

    private async ValueTask ForEachAsync(string state, Func<Document<CallbackTask>, ValueTask> act, CancellationToken cancellation)
    {
        long after = 0;
        while (await desk.Store.QueryAsync(CallbackDocument.StateIndex, state, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var document in page)
            {
                await act(document);
            }

            after = page[^1].Sequence;
        }
    }
}
