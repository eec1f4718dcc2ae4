using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Dapr;

/// <summary>
/// The event log on Dapr: the sidecar pushes, and waits for an answer until the event is settled. A process has one sidecar and so one place in each
/// topic: an event goes to every group of this process that asked for its topic, and is taken when all of them have settled it.
/// </summary>
internal sealed class DaprEventLog(IEnumerable<Subscription> subscriptions, IOptions<DaprOptions> options, IHostApplicationLifetime lifetime, TimeProvider time) : IEventLog
{
    private readonly FrozenDictionary<string, string[]> _groups = subscriptions
        .SelectMany(static asked => asked.Topics, static (asked, topic) => (topic, asked.Group))
        .GroupBy(static asked => asked.topic, static asked => asked.Group, StringComparer.Ordinal)
        .ToFrozenDictionary(static topic => topic.Key, static topic => topic.Distinct().ToArray(), StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<DaprReading>> _readings = [];

    /// <summary>What the sidecar is to subscribe to.</summary>
    public IEnumerable<string> Topics => _groups.Keys.Order(StringComparer.Ordinal);

    public bool IsAskedFor(string topic) => _groups.ContainsKey(topic);

    public async IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (subscription.Topics.FirstOrDefault(topic => !_groups.TryGetValue(topic, out var groups) || !groups.Contains(subscription.Group)) is { } unknown)
        {
            throw new InvalidOperationException($"{subscription.Group} reads {unknown}, of which the sidecar was not told: register its Subscription with the container.");
        }

        var reading = new DaprReading();
        var place = Join(subscription.Group, reading);
        try
        {
            await foreach (var message in reading.Ready.ReadAllAsync(cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!message.Revoked.IsCancellationRequested)
                {
                    yield return message;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                place.List?.Remove(place);
            }

            reading.End();
        }
    }

    /// <summary>Hands an event to every group that asked for its topic.</summary>
    /// <param name="gone">The sidecar waits no longer.</param>
    /// <returns>Whether all have settled it. If not, it must be delivered again: the process stops, a reader is missing or has ended, or it took too long.</returns>
    public async Task<bool> DeliverAsync(string topic, CloudEvent envelope, CancellationToken gone)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested || Readings(topic) is not { } readings)
        {
            return false;
        }

        var handed = readings.Select(reading => (Reading: reading, Message: reading.Offer(topic, envelope))).ToList();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.DeliverySeconds), time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, gone, lifetime.ApplicationStopping);
        await using var revoke = ended.Token.Register(() => handed.ForEach(static one => one.Message?.Revoke()));
        var settled = true;
        foreach (var (reading, message) in handed)
        {
            settled &= message is not null && await message.Answer;
            if (message is not null)
            {
                reading.Close(message);
            }
        }

        return settled;
    }

    private LinkedListNode<DaprReading> Join(string group, DaprReading reading)
    {
        lock (_gate)
        {
            if (!_readings.TryGetValue(group, out var readers))
            {
                _readings.Add(group, readers = []);
            }

            return readers.AddLast(reading);
        }
    }

    /// <summary>A reader of each group, by turns where a group has several; null where one has none.</summary>
    private List<DaprReading>? Readings(string topic)
    {
        lock (_gate)
        {
            var chosen = new List<DaprReading>();
            foreach (var group in _groups[topic])
            {
                if (_readings.GetValueOrDefault(group)?.First is not { } first)
                {
                    return null;
                }

                first.List!.RemoveFirst();
                _readings[group].AddLast(first);
                chosen.Add(first.Value);
            }

            return chosen;
        }
    }
}
