using System.Runtime.InteropServices;

namespace Hotline.Providers.Kafka.Practice;

/// <summary>librdkafka's mock cluster (rdkafka_mock.h), which Confluent.Kafka does not offer.</summary>
internal static partial class Native
{
#pragma warning disable CA1707, SA1300, IDE1006 // the library's own names
    [LibraryImport(KafkaLibrary.Name)]
    internal static partial nint rd_kafka_conf_new();

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial void rd_kafka_conf_set_log_cb(nint conf, nint callback);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial nint rd_kafka_new(int type, nint conf, Span<byte> error, nuint errorSize);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial void rd_kafka_destroy(nint client);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_cluster_destroy(nint cluster);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [LibraryImport(KafkaLibrary.Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int rd_kafka_mock_topic_create(nint cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial int rd_kafka_mock_broker_set_rtt(nint cluster, int broker, int milliseconds);

    [LibraryImport(KafkaLibrary.Name)]
    internal static partial void rd_kafka_mock_push_request_errors_array(nint cluster, short request, nuint count, ReadOnlySpan<int> errors);
#pragma warning restore CA1707, SA1300, IDE1006

    /// <summary>A producer that knows no broker and logs nothing: the mock cluster lives in one.</summary>
    internal static nint NewClient()
    {
        var conf = rd_kafka_conf_new();
        rd_kafka_conf_set_log_cb(conf, 0);
        Span<byte> error = stackalloc byte[256];
        var client = rd_kafka_new(type: 0, conf, error, (nuint)error.Length);
        return client != 0 ? client : throw new InvalidOperationException("librdkafka could not make a client for its mock cluster.");
    }
}
