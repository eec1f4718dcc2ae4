using Hotline.Providers.Kafka.Practice;
using Xunit;
using Xunit.Abstractions;

namespace Hotline.ContractTests.EventLog;

/// <summary>Replicas that come and go, on the mock cluster.</summary>
public sealed class KafkaRebalanceTests(MockCluster cluster, ITestOutputHelper output) : KafkaRebalanceContract(new MockBroker(cluster), output), IClassFixture<MockCluster>;
