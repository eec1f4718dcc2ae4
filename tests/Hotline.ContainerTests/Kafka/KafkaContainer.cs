using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DotNet.Testcontainers.Containers;
using Hotline.ContractTests;
using Hotline.ContractTests.EventLog;
using Xunit;

namespace Hotline.ContainerTests.Kafka;

/// <summary>
/// Apache Kafka in a container, one broker that is its own controller. Clients reach it through a network that can be cut, whose address it gives
/// out as its own: so the address is known before the container starts, and stays.
/// </summary>
public sealed class KafkaContainer : IKafkaBroker, IAsyncLifetime
{
    private const ushort Port = 9092;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private CuttingProxy? _network;
    private IContainer? _container;
    private IAdminClient? _admin;

    public string BootstrapServers
    {
        get
        {
            Engine.Demand();
            return _network!.Address;
        }
    }

    public async Task InitializeAsync()
    {
        if (!Engine.Answers)
        {
            return; // each test says so
        }

        _network = new CuttingProxy(() => (_container!.Hostname, _container.GetMappedPublicPort(Port)));
        _container = Engine.Container(Engine.KafkaImage, Port, _ => Task.Run(IsReady))
            .WithEnvironment(new Dictionary<string, string>
            {
                ["KAFKA_NODE_ID"] = "1",
                ["KAFKA_PROCESS_ROLES"] = "broker,controller",
                ["KAFKA_LISTENERS"] = $"PLAINTEXT://:{Port},BROKER://localhost:9093,CONTROLLER://localhost:9094",
                ["KAFKA_ADVERTISED_LISTENERS"] = $"PLAINTEXT://{_network.Address},BROKER://localhost:9093",
                ["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"] = "PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
                ["KAFKA_INTER_BROKER_LISTENER_NAME"] = "BROKER",
                ["KAFKA_CONTROLLER_LISTENER_NAMES"] = "CONTROLLER",
                ["KAFKA_CONTROLLER_QUORUM_VOTERS"] = "1@localhost:9094",
                ["KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR"] = "1",
                ["KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR"] = "1",
                ["KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"] = "1",
                ["KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS"] = "0",
                ["KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS"] = "1000", // the suites' sessions are shorter than the 6 s a broker asks for
                ["KAFKA_NUM_PARTITIONS"] = "4",
                ["KAFKA_MESSAGE_MAX_BYTES"] = "8388608", // as migrate has it for our topics
                ["KAFKA_HEAP_OPTS"] = "-Xms256m -Xmx512m",
            })
            .Build();
        await _container.StartAsync();
    }

    public void CreateTopic(string topic, int partitions) =>
        _admin!.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]).GetAwaiter().GetResult();

    public void SetDown() => _network!.Refuse(true);

    public void SetUp() => _network?.Refuse(false);

    public async Task DisposeAsync()
    {
        _admin?.Dispose();
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }
    }

    private bool IsReady()
    {
        _admin ??= new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _network!.Address }).SetLogHandler(static (_, _) => { }).Build();
        try
        {
            return _admin.GetMetadata(Patience).Brokers.Count > 0;
        }
        catch (KafkaException)
        {
            return false; // not listening yet
        }
    }
}
