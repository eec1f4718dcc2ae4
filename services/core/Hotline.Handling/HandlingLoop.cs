using System.Diagnostics.Metrics;
using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Handling;

/// <summary>
/// Reads a service's events and gives each its effect: read, handle, save, settle. Events of one key go one after the other, different
/// keys side by side. A failed event is tried three times, holding back its own key only, then rests as a dead letter. While a store or
/// broker is away nothing counts as a try. What was not settled when the process ends comes again.
/// </summary>
internal sealed partial class HandlingLoop(
    HandlerMap map, DeadLetters deadLetters, IServiceProvider services, IEventLog log, TimeProvider time, ILogger<HandlingLoop> logger) : BackgroundService
{
    public const string MeterName = "Hotline.Handling";

    private const int MostTries = 3;
    private const int MostRunning = 64;
    private const int MostHeld = 4096;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Handled = Meter.CreateCounter<long>("hotline.events.handled");
    private static readonly Counter<long> DeadLettered = Meter.CreateCounter<long>("hotline.events.dead_lettered");

    private readonly SemaphoreSlim _running = new(MostRunning);
    private readonly SemaphoreSlim _held = new(MostHeld);
    private readonly Dictionary<Guid, Lane> _lanes = [];

    /// <summary>The events of one key that wait behind the one at work.</summary>
    private sealed class Lane
    {
        public Queue<Work> Waiting { get; } = new();

        public Task Worker { get; set; } = Task.CompletedTask;
    }

    private sealed record Work(LogMessage Message, Func<IServiceProvider, CloudEvent, CancellationToken, ValueTask> Handle);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in log.ReadAsync(new Subscription(map.Service, map.Topics), stoppingToken))
        {
            if (map.Find(message.Topic, message.Event) is not { } handle)
            {
                message.Settle();
                continue;
            }

            await _held.WaitAsync(stoppingToken);
            Enqueue(new Work(message, handle), stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Task[] workers;
        lock (_lanes)
        {
            workers = [.. _lanes.Values.Select(lane => lane.Worker)];
        }

        await Task.WhenAll(workers).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Enqueue(Work work, CancellationToken stopping)
    {
        var key = work.Message.Event.PartitionKey;
        lock (_lanes)
        {
            if (_lanes.TryGetValue(key, out var lane))
            {
                lane.Waiting.Enqueue(work);
                return;
            }

            lane = new Lane();
            lane.Waiting.Enqueue(work);
            _lanes.Add(key, lane);
            lane.Worker = Task.Run(() => DrainAsync(key, lane, stopping), CancellationToken.None);
        }
    }

    private async Task DrainAsync(Guid key, Lane lane, CancellationToken stopping)
    {
        while (true)
        {
            Work? work;
            lock (_lanes)
            {
                if (!lane.Waiting.TryDequeue(out work))
                {
                    _lanes.Remove(key);
                    return;
                }
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, work.Message.Revoked);
            if (!ended.IsCancellationRequested && await HandleAsync(work, ended.Token))
            {
                work.Message.Settle();
            }

            _held.Release();
        }
    }

    private async Task<bool> HandleAsync(Work work, CancellationToken cancellation)
    {
        var (message, handle) = work;
        var tries = 0;
        var pause = FirstPause;
        while (true)
        {
            Exception failure;
            try
            {
                await _running.WaitAsync(cancellation);
                try
                {
                    await handle(services, message.Event, cancellation);
                    Handled.Add(1, new KeyValuePair<string, object?>("service", map.Service));
                    return true;
                }
                finally
                {
                    _running.Release();
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return false;
            }
            catch (EngineAwayException away)
            {
                LogAway(map.Service, away.Message);
                failure = away;
            }
#pragma warning disable CA1031 // whatever a handler throws is a failed try: it is counted, logged and ends as a dead letter
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
                tries++;
                LogFailed(map.Service, message.Event.Id, message.Event.Type, tries, exception.GetType().Name, exception.StackTrace);
            }

            try
            {
                if (tries >= MostTries)
                {
                    await deadLetters.KeepAsync(message.Topic, message.Event, failure, tries, cancellation);
                    DeadLettered.Add(1, new KeyValuePair<string, object?>("service", map.Service));
                    return true;
                }
            }
            catch (EngineAwayException away)
            {
                LogAway(map.Service, away.Message);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return false;
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested)
            {
                return false;
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} waits, its store or broker is away: {Reason}")]
    private partial void LogAway(string service, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Service} failed at event {EventId} of type {EventType}, try {Tries}: {Failure}{StackTrace}")]
    private partial void LogFailed(string service, string eventId, string eventType, int tries, string failure, string? stackTrace); // the exception's message may quote a citizen
}
