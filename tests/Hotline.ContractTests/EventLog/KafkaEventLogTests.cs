using Hotline.Providers.Kafka.Practice;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>Kafka keeps the contract of the event log.</summary>
public sealed class KafkaEventLogTests(MockCluster cluster) : EventLogContract(() => KafkaHarness.StartAsync(cluster.BootstrapServers)), IClassFixture<MockCluster>;
