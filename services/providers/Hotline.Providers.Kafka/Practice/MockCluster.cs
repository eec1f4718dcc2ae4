using System.Runtime.InteropServices;

namespace Hotline.Providers.Kafka.Practice;

/// <summary>
/// The broker that librdkafka carries for its own tests: real connections on loopback, topics and groups in memory. For practice and tests,
/// never for keeping: a partition holds the last 5 MB, and all is gone with the process. Topics appear when they are first written or read.
/// </summary>
public sealed class MockCluster : IDisposable
{
    private const int Broker = 1; // the first and only one
    private readonly Lock _gate = new();
    private readonly nint _client;
    private nint _cluster;

    /// <exception cref="InvalidOperationException">librdkafka cannot be loaded or has no room.</exception>
    public MockCluster()
    {
        if (KafkaLibrary.Problem is { } problem)
        {
            throw new InvalidOperationException(problem);
        }

        _client = Native.NewClient();
        _cluster = Native.rd_kafka_mock_cluster_new(_client, brokers: 1);
        if (_cluster == 0)
        {
            Native.rd_kafka_destroy(_client);
            throw new InvalidOperationException("librdkafka could not start its mock cluster.");
        }

        BootstrapServers = Marshal.PtrToStringUTF8(Native.rd_kafka_mock_cluster_bootstraps(_cluster))!;
    }

    /// <summary>Where its broker listens, <c>127.0.0.1:port</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Makes a topic with so many partitions; one that appears by itself has four.</summary>
    public void CreateTopic(string topic, int partitions) =>
        Check(Native.rd_kafka_mock_topic_create(Cluster, topic, partitions, 1), nameof(CreateTopic));

    /// <summary>Cuts the broker off: its connections end and new ones are refused. What it holds stays.</summary>
    public void SetDown() => Check(Native.rd_kafka_mock_broker_set_down(Cluster, Broker), nameof(SetDown));

    public void SetUp() => Check(Native.rd_kafka_mock_broker_set_up(Cluster, Broker), nameof(SetUp));

    /// <summary>Makes the broker answer so much later.</summary>
    public void SetRoundTrip(TimeSpan roundTrip) =>
        Check(Native.rd_kafka_mock_broker_set_rtt(Cluster, Broker, (int)roundTrip.TotalMilliseconds), nameof(SetRoundTrip));

    /// <summary>The next requests of a kind (0 produce, 1 fetch, 8 commit …) fail, one for each error code of the protocol; 0 lets one through.</summary>
    public void PushErrors(short request, params ReadOnlySpan<int> errors) =>
        Native.rd_kafka_mock_push_request_errors_array(Cluster, request, (nuint)errors.Length, errors);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_cluster != 0)
            {
                Native.rd_kafka_mock_cluster_destroy(_cluster);
                Native.rd_kafka_destroy(_client);
                _cluster = 0;
            }
        }
    }

    private nint Cluster
    {
        get
        {
            ObjectDisposedException.ThrowIf(_cluster == 0, this);
            return _cluster;
        }
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"The mock cluster refused {what}: error {error} of librdkafka.");
        }
    }
}
