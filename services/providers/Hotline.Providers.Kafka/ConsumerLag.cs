using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Hotline.Providers.Kafka;

/// <summary>
/// How far a reader is behind, <c>hotline.consumer.lag</c> by group and topic: events of the partitions it owns that are in Kafka and not committed as
/// handled. librdkafka counts them; the sum over all replicas is what the group still has before it.
/// </summary>
internal sealed class ConsumerLag : IDisposable
{
    public const int EveryMs = 2000;

    internal static readonly Meter Meter = new("Hotline.Kafka");

    private static readonly ConcurrentDictionary<ConsumerLag, string> Live = [];

    private volatile IReadOnlyList<(string Topic, long Events)> _lags = [];

    static ConsumerLag() => Meter.CreateObservableGauge("hotline.consumer.lag", Observe, description: "Events in Kafka that the group has not handled yet");

    public ConsumerLag(string group) => Live[this] = group;

    /// <summary>Takes librdkafka's statistics.</summary>
    public void Hear(string statistics)
    {
        using var json = JsonDocument.Parse(statistics);
        _lags = json.RootElement.TryGetProperty("topics", out var topics)
            ? [.. topics.EnumerateObject().Select(static topic => (topic.Name, topic.Value.GetProperty("partitions").EnumerateObject().Sum(static partition => LagOf(partition.Value))))]
            : [];
    }

    public void Dispose() => Live.TryRemove(this, out _);

    private static IEnumerable<Measurement<long>> Observe() =>
        from reader in Live
        from lag in reader.Key._lags
        group lag.Events by (Group: reader.Value, lag.Topic) into events
        select new Measurement<long>(events.Sum(), new("group", events.Key.Group), new("topic", events.Key.Topic));

    /// <summary>Of a partition that is another's it says none. Before a group's first commit all that the partition holds is before it.</summary>
    private static long LagOf(JsonElement partition)
    {
        var (end, start, committed) = (partition.GetProperty("hi_offset").GetInt64(), partition.GetProperty("lo_offset").GetInt64(), partition.GetProperty("committed_offset").GetInt64());
        return partition.GetProperty("fetch_state").ValueEquals("none") || end < 0 ? 0 : end - Math.Max(committed >= 0 ? committed : start, 0);
    }
}
