using System.Runtime.CompilerServices;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Benchmarks.Kafka;

/// <summary>A store's outbox with events that are there already: one first, by which the producer connects, then on a word all the others.</summary>
internal sealed class PreparedOutbox(string topic, IReadOnlyList<CloudEvent> events) : IOutbox
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _settled;

    /// <summary>The first event is acknowledged.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Lets the rest follow; completes when all of it is acknowledged.</summary>
    public Task SendRestAsync()
    {
        _go.TrySetResult();
        return _all.Task;
    }

    public async IAsyncEnumerable<LogMessage> ReadAsync(string relay, string service, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Volatile.Read(ref _settled) > 0)
        {
            throw new InvalidOperationException("The relay began again: something failed, and no rate counts.");
        }

        yield return new Row(this, topic, events[0]);
        await _go.Task.WaitAsync(cancellation);
        for (var i = 1; i < events.Count; i++)
        {
            yield return new Row(this, topic, events[i]);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Settle()
    {
        var settled = Interlocked.Increment(ref _settled);
        if (settled == 1)
        {
            _connected.TrySetResult();
        }

        if (settled == events.Count)
        {
            _all.TrySetResult();
        }
    }

    private sealed class Row(PreparedOutbox outbox, string topic, CloudEvent envelope) : LogMessage
    {
        public override string Topic => topic;

        public override CloudEvent Event => envelope;

        public override void Settle() => outbox.Settle();
    }
}
