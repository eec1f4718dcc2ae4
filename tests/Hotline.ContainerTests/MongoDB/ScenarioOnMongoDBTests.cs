using Hotline.ContainerTests.Kafka;
using Hotline.ContractTests.MongoDB;
using Hotline.SystemTests;
using MongoDB.Bson;
using MongoDB.Driver;
using Xunit;

namespace Hotline.ContainerTests.MongoDB;

/// <summary>The scenario as a city runs it: split, events over Kafka, documents and blobs in MongoDB.</summary>
public sealed class ScenarioOnMongoDBTests(KafkaContainer kafka) : IClassFixture<KafkaContainer>
{
    private const string Database = "scenario";

    [SkippableFact]
    public async Task An_appeal_goes_the_whole_way_on_Kafka_and_MongoDB()
    {
        var server = MongoServer.ConnectionString;
        await ScenarioOnKafkaTests.RunAsync(
        [
            .. Broker.Options(kafka.BootstrapServers), "--Hotline:Documents=MongoDB", "--Hotline:Blobs=MongoDB", $"--Hotline:MongoDB:ConnectionString={server}", $"--Hotline:MongoDB:Database={Database}",
        ]);
        using var client = new MongoClient(server);
        foreach (var service in Scenario.Services)
        {
            Assert.True(await client.GetDatabase(Database).GetCollection<BsonDocument>($"documents.{service}").CountDocumentsAsync(new BsonDocument()) > 0, $"{service} kept nothing in MongoDB.");
        }
    }
}
