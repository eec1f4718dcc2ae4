using Hotline.Providers.Kafka.Practice;

namespace Hotline.ContractTests.EventLog;

/// <summary>A broker to test the Kafka provider on. Topics appear when they are first written or read, with four partitions.</summary>
public interface IKafkaBroker
{
    string BootstrapServers { get; }

    void CreateTopic(string topic, int partitions);

    /// <summary>Cuts it off: its connections end and new ones are refused. What it holds stays.</summary>
    void SetDown();

    void SetUp();
}

/// <summary>librdkafka's mock cluster as one.</summary>
internal sealed class MockBroker(MockCluster cluster) : IKafkaBroker
{
    public string BootstrapServers => cluster.BootstrapServers;

    public void CreateTopic(string topic, int partitions) => cluster.CreateTopic(topic, partitions);

    public void SetDown() => cluster.SetDown();

    public void SetUp() => cluster.SetUp();
}
