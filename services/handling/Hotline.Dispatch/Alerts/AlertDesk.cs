using System.Runtime.CompilerServices;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Dispatch.Alerts;

/// <summary>Raises alerts and has people take them up.</summary>
public sealed class AlertDesk(IDocumentStore<Alert> alerts, Organization organization, TimeProvider time)
{
    private const int PageSize = 200;

    /// <summary>How often those who watch are told of what is new; the store is asked, so it does not matter which process raised it.</summary>
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(1);

    /// <summary>Raises an alert when the words name a danger to life; once per id.</summary>
    public async ValueTask RaiseAsync(Guid id, Guid appeal, string number, string channel, string words, CancellationToken cancellation)
    {
        if (organization.EmergenciesIn(words) is { Count: > 0 } emergencies)
        {
            var now = time.GetUtcNow();
            await alerts.AddOnceAsync(new NewDocument(id, id.ToString("N"), [new NewFact(new AlertRaised(id, appeal, number, channel, now, emergencies), now)]), cancellation);
        }
    }

    /// <summary>All alerts nobody has taken up, oldest first.</summary>
    public async ValueTask<IReadOnlyList<Document<Alert>>> OpenAsync(CancellationToken cancellation)
    {
        var open = new List<Document<Alert>>();
        long after = 0;
        while (await alerts.QueryAsync(Alert.OpenIndex, Alert.OpenIndex, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            open.AddRange(page);
            after = page[^1].Sequence;
        }

        return open;
    }

    /// <summary>Takes an alert up for somebody; the first who does has it.</summary>
    /// <returns>The alert as it stands then; null when there is none of this id.</returns>
    public ValueTask<Alert?> TakeAsync(Guid id, string by, CancellationToken cancellation) =>
        RecordAsync(id, alert => alert.Taken is null ? new AlertTaken(by, time.GetUtcNow()) : null, cancellation);

    /// <summary>Every open alert, then each as it is raised, escalated or taken up; null when nothing happened for a while.</summary>
    public async IAsyncEnumerable<AlertView?> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var shown = new Dictionary<Guid, AlertView>();
        using var timer = new PeriodicTimer(Watch, time);
        do
        {
            var open = (await OpenAsync(cancellation)).Select(static document => AlertView.Of(document.State)).ToDictionary(static view => view.Id);
            foreach (var gone in shown.Keys.Except(open.Keys).ToList())
            {
                shown.Remove(gone);
                yield return AlertView.Of((await alerts.GetAsync(gone, cancellation))!.State);
            }

            foreach (var view in open.Values.Where(view => !shown.TryGetValue(view.Id, out var known) || known.Escalated != view.Escalated))
            {
                shown[view.Id] = view;
                yield return view;
            }

            yield return null;
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>Records a fact of an alert that is decided on as it stands.</summary>
    internal async ValueTask<Alert?> RecordAsync(Guid id, Func<Alert, object?> decide, CancellationToken cancellation)
    {
        while (await alerts.GetAsync(id, cancellation) is { } document)
        {
            if (decide(document.State) is not { } fact)
            {
                return document.State;
            }

            if (await alerts.AppendAsync(document, [new NewFact(fact, time.GetUtcNow())], cancellation) is { } after)
            {
                return after.State;
            }
        }

        return null;
    }
}
