using System.Runtime.CompilerServices;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.ContractTests.EventLog;

/// <summary>The outbox of a store, in memory: events of one service in commit order, and the place of each relay.</summary>
internal sealed class MemoryOutbox : IOutbox
{
    private readonly Lock _gate = new();
    private readonly List<(string Service, string Topic, CloudEvent Event)> _rows = [];
    private readonly Dictionary<(string Relay, string Service), HashSet<int>> _settled = [];
    private TaskCompletionSource _news = New();
    private int _failures;

    /// <summary>The next so many readings end in an error, as when the store is away.</summary>
    public void FailNext(int readings) => Interlocked.Exchange(ref _failures, readings);

    public void Add(string service, string topic, CloudEvent envelope)
    {
        lock (_gate)
        {
            _rows.Add((service, topic, envelope));
            Tell();
        }
    }

    /// <summary>Waits until the relay has settled everything.</summary>
    public async Task UntilDrainedAsync(string relay, string service)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                if (PlaceOf(relay, service) == _rows.Count)
                {
                    return;
                }

                news = _news.Task;
            }

            await news.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public async IAsyncEnumerable<LogMessage> ReadAsync(string relay, string service, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new EngineAwayException("The store is away, says the test.");
        }

        int next;
        lock (_gate)
        {
            next = PlaceOf(relay, service);
        }

        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Row? row = null;
            Task news;
            lock (_gate)
            {
                news = _news.Task;
                if (next < _rows.Count)
                {
                    var number = next++;
                    row = _rows[number].Service == service ? new Row(_rows[number].Topic, _rows[number].Event, () => Settle(relay, service, number)) : null;
                    news = Task.CompletedTask;
                }
            }

            if (row is not null)
            {
                yield return row;
            }

            await news.WaitAsync(cancellation);
        }
    }

    private void Settle(string relay, string service, int number)
    {
        lock (_gate)
        {
            SettledOf(relay, service).Add(number);
            Tell();
        }
    }

    private HashSet<int> SettledOf(string relay, string service) =>
        _settled.TryGetValue((relay, service), out var settled) ? settled : _settled[(relay, service)] = [];

    private int PlaceOf(string relay, string service)
    {
        var settled = SettledOf(relay, service);
        var place = 0;
        while (place < _rows.Count && (_rows[place].Service != service || settled.Contains(place)))
        {
            place++;
        }

        return place;
    }

    private void Tell()
    {
        var news = _news;
        _news = New();
        news.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Row(string topic, CloudEvent envelope, Action settle) : LogMessage
    {
        public override string Topic => topic;

        public override CloudEvent Event => envelope;

        public override void Settle() => settle();
    }
}
