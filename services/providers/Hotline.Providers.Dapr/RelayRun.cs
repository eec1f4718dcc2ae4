using Dapr.Client;
using Hotline.Ports;

namespace Hotline.Providers.Dapr;

/// <summary>
/// From the first unsettled event of a service to the first failure. Of a key one event is on its way at a time, the next follows when the sidecar has
/// acknowledged it; different keys go side by side. After a failure nothing more is begun, and the next run begins with the failed event.
/// </summary>
internal sealed class RelayRun : IRelayRun
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);
    private static readonly Dictionary<string, string> Raw = new() { ["rawPayload"] = "true" };

    private readonly DaprClient _sidecar;
    private readonly DaprOptions _options;
    private readonly BrokerWatch _watch;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenSource _dropped = new();
    private readonly SemaphoreSlim _room;
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Lane> _lanes = [];
    private int _held;
    private string? _failure;

    /// <summary>The events of one key that this run has taken and not ended: the last of them, and how many.</summary>
    private sealed class Lane
    {
        public Task Last { get; set; } = Task.CompletedTask;

        public int Count { get; set; }
    }

    /// <param name="carefully">After a failure: the first event goes alone, for if it fails again, the others would all have been sent in vain.</param>
    public RelayRun(DaprClient sidecar, DaprOptions options, bool carefully, BrokerWatch watch, TimeProvider time, CancellationToken stopping)
    {
        (_sidecar, _options, _watch, _time) = (sidecar, options, watch, time);
        _held = carefully ? options.MaxInFlight - 1 : 0;
        _room = new SemaphoreSlim(options.MaxInFlight - _held);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Ended = _ended.Token;
    }

    public CancellationToken Ended { get; }

    public string? Failure => Volatile.Read(ref _failure);

    public bool Progressed { get; private set; }

    public async ValueTask SendAsync(LogMessage message)
    {
        await _room.WaitAsync(Ended);
        var key = message.Event.PartitionKey;
        lock (_gate)
        {
            if (!_lanes.TryGetValue(key, out var lane))
            {
                _lanes.Add(key, lane = new Lane());
            }

            lane.Count++;
            lane.Last = PublishAfterAsync(lane.Last, message);
        }
    }

    /// <summary>Waits a moment for what is on its way, so that little is sent twice; then takes it back.</summary>
    public async Task DrainAsync()
    {
        Task[] running;
        lock (_gate)
        {
            running = [.. _lanes.Values.Select(lane => lane.Last)];
        }

        using var farewell = new CancellationTokenSource(Farewell, _time);
        await using var drop = farewell.Token.Register(_dropped.Cancel);
        await Task.WhenAll(running);
    }

    public void Dispose()
    {
        _room.Dispose();
        _ended.Dispose();
        _dropped.Dispose();
    }

    /// <summary>Never throws: what fails ends the run.</summary>
    private async Task PublishAfterAsync(Task previous, LogMessage message)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (!Ended.IsCancellationRequested)
            {
                await PublishAsync(message);
                message.Settle();
                Progressed = true;
                _watch.GoesOn();
                var held = Interlocked.Exchange(ref _held, 0);
                if (held > 0)
                {
                    _room.Release(held);
                }
            }
        }
#pragma warning disable CA1031 // whatever failed, the event is still in the store and the next run begins with it
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await FailAsync(message, failure);
        }
        finally
        {
            End(message.Event.PartitionKey);
        }
    }

    private void End(Guid key)
    {
        lock (_gate)
        {
            if (--_lanes[key].Count == 0)
            {
                _lanes.Remove(key);
            }
        }

        _room.Release();
    }

    private async Task PublishAsync(LogMessage message)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(_options.PublishSeconds), _time);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _dropped.Token);
        var metadata = new Dictionary<string, string>(Raw) { ["partitionKey"] = DaprWire.KeyOf(message.Event) };
        try
        {
            await _sidecar.PublishByteEventAsync(_options.PubSub, message.Topic, DaprWire.Write(message.Event), "application/cloudevents+json", metadata, given.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new TimeoutException($"the sidecar did not acknowledge it within {_options.PublishSeconds} s");
        }
    }

    private async Task FailAsync(LogMessage message, Exception failure)
    {
        var cause = failure.InnerException ?? failure; // Dapr's own words are always the same
        if (Interlocked.CompareExchange(ref _failure, $"event {message.Event.Id} for {message.Topic}, {message.Event.Data.Length} bytes: {cause.Message}", null) is null)
        {
            await _ended.CancelAsync();
        }
    }
}
