using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>Draws up a channel's balance of a day 日清: what was counted at the door, held against what the store holds.</summary>
public static class DayBalances
{
    private const int PageSize = 500;

    /// <exception cref="EngineAwayException">The store cannot be read.</exception>
    public static async ValueTask<DayBalance> OfAsync(AppealIntake intake, DateOnly day, CancellationToken cancellation)
    {
        // Counted first: what is stored meanwhile makes the store's side larger, which is no loss.
        var counted = await intake.Balance.OfAsync(day, cancellation);
        var stored = await StoredAsync(intake, day, cancellation);
        IReadOnlyList<SourceBalance> sources = [.. counted.Where(static source => source.Received > 0).Select(Balance)];
        IReadOnlyList<StoredBalance> held = [.. ChannelBalance.StoredKinds.Select(kind => new StoredBalance(kind, counted.Sum(source => Count(source.Acknowledged, kind)), stored.GetValueOrDefault(kind)))];
        return new DayBalance(intake.Channel.Name, day, held.All(static kind => kind.Acknowledged <= kind.Stored), sources, held);
    }

    private static async ValueTask<Dictionary<EntryOutcome, long>> StoredAsync(AppealIntake intake, DateOnly day, CancellationToken cancellation)
    {
        var stored = new Dictionary<EntryOutcome, long>();
        long after = 0;
        while (await intake.QueryAsync("day", ChannelCounts.DayKey(day), after, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var (kind, _) in page.SelectMany(appeal => appeal.State.Arrivals).Where(arrival => OfficeTime.Day(arrival.At) == day))
            {
                stored[kind] = stored.GetValueOrDefault(kind) + 1;
            }

            after = page[^1].Sequence;
        }

        after = 0;
        while (await intake.ReviewsOfAsync(day, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            stored[EntryOutcome.Review] = stored.GetValueOrDefault(EntryOutcome.Review) + page.Sum(static item => 1 + item.State.Repeats.Count);
            after = page[^1].Sequence;
        }

        return stored;
    }

    private static SourceBalance Balance(SourceCounts source) => new(
        source.Source,
        source.Received,
        Count(source.Ended, EntryOutcome.Appeal),
        Count(source.Ended, EntryOutcome.Supplement),
        Count(source.Ended, EntryOutcome.Urge),
        Count(source.Ended, EntryOutcome.Withdrawal),
        Count(source.Ended, EntryOutcome.Review),
        Count(source.Ended, EntryOutcome.Collected),
        Count(source.Ended, EntryOutcome.Answered),
        Count(source.Ended, EntryOutcome.Repeated),
        Count(source.Ended, EntryOutcome.Refused),
        Count(source.Ended, EntryOutcome.Failed),
        source.Received - source.Ended.Values.Sum());

    private static long Count(IReadOnlyDictionary<EntryOutcome, long> counts, EntryOutcome outcome) => counts.GetValueOrDefault(outcome);
}
