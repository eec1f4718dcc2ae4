using Hotline.Providers.Kafka.Practice;
using Xunit;

namespace Hotline.ContractTests.EventLog;

/// <summary>The reader on the mock cluster, which can be told to err.</summary>
public sealed class KafkaReaderTests(MockCluster cluster) : KafkaReaderContract(new MockBroker(cluster)), IClassFixture<MockCluster>
{
    private readonly MockCluster _cluster = cluster;

    [Fact]
    public async Task Errors_of_the_broker_lose_nothing()
    {
        const short fetch = 1, commit = 8;
        var reading = Read(settle: true);
        await PublishAsync(20);
        await reading.UntilAsync(20);
        _cluster.PushErrors(fetch, -1, 6, 3);
        _cluster.PushErrors(commit, 14, 16, 15, 7);
        await PublishAsync(20);
        await Reading.AllUntilAsync([reading], messages => messages.Select(Id).Distinct().Count() == 40);
    }
}
