using Hotline.ContractTests.EventLog;
using Xunit;
using Xunit.Abstractions;

namespace Hotline.ContainerTests.Kafka;

/// <summary>Apache Kafka keeps the contract of the event log.</summary>
public sealed class KafkaEventLogTests(KafkaContainer kafka) : EventLogContract(() => KafkaHarness.StartAsync(kafka.BootstrapServers)), IClassFixture<KafkaContainer>;

/// <summary>The reader on Apache Kafka.</summary>
public sealed class KafkaReaderTests(KafkaContainer kafka) : KafkaReaderContract(kafka), IClassFixture<KafkaContainer>;

/// <summary>Replicas that come and go, on Apache Kafka.</summary>
public sealed class KafkaRebalanceTests(KafkaContainer kafka, ITestOutputHelper output) : KafkaRebalanceContract(kafka, output), IClassFixture<KafkaContainer>;

/// <summary>The relay on Apache Kafka.</summary>
public sealed class KafkaRelayTests(KafkaContainer kafka) : KafkaRelayContract(kafka), IClassFixture<KafkaContainer>;
