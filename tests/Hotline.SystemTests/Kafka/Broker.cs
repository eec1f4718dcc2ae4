using Hotline.Providers.Kafka.Practice;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>librdkafka's mock cluster in this process: the services under test see a broker that outlives them.</summary>
internal static class Broker
{
    public static MockCluster Start()
    {
        try
        {
            return new MockCluster();
        }
        catch (InvalidOperationException missing)
        {
            Skip.If(true, missing.Message);
            throw;
        }
    }

    public static string[] Options(MockCluster cluster) => Options(cluster.BootstrapServers);

    public static string[] Options(string bootstrapServers) => ["--Hotline:EventLog=Kafka", "--Hotline:Kafka:SessionTimeoutMs=6000", $"--Hotline:Kafka:BootstrapServers={bootstrapServers}"];
}
