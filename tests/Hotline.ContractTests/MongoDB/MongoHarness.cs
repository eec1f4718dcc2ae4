using System.Security.Cryptography;
using Hotline.ContractTests.Documents;
using Hotline.Ports;
using Hotline.Providers.MongoDB;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Bson;
using MongoDB.Driver;
using Xunit;

namespace Hotline.ContractTests.MongoDB;

/// <summary>The MongoDB provider on a database of its own, or one process more on a database that is there.</summary>
internal sealed class MongoHarness : IStoreHarness
{
    public const string Service = "contract";
    private readonly (string Key, string Value)[] _settings;
    private readonly bool _ownsDatabase;
    private readonly MongoClient _client;
    private ServiceProvider _services;

    private MongoHarness(string? database, string? through, (string Key, string Value)[] settings)
    {
        _ownsDatabase = database is null;
        Name = database ?? $"hotline_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var server = MongoServer.ConnectionString;
        _client = new MongoClient(server);
        _settings =
        [
            ("Hotline:EventLog", "Kafka"), ("Hotline:MongoDB:ConnectionString", through ?? server), ("Hotline:MongoDB:Database", Name), ("Hotline:MongoDB:PollMs", "20"), .. settings,
        ];
        _services = Build();
    }

    public string Name { get; }

    /// <summary>The database behind the provider's back.</summary>
    public IMongoDatabase Database => _client.GetDatabase(Name);

    public IMongoCollection<BsonDocument> Stored => Database.GetCollection<BsonDocument>($"documents.{Service}");

    public IDocumentStores Stores => _services.GetRequiredService<IDocumentStores>();

    public IDocumentStore<Memo> Memos => Stores.Open(Memo.TypeFor(Service));

    public IBlobStore Blobs => _services.GetRequiredService<IBlobStore>();

    public IOutbox Outbox => _services.GetRequiredService<IOutbox>();

    public MongoStore Store => _services.GetRequiredService<MongoStore>();

    public IMigration Migration => _services.GetRequiredService<IMigration>();

    /// <param name="database">A database that is there already; a new one when null.</param>
    /// <param name="through">The connection string when it is not the server's own.</param>
    public static MongoHarness Start(string? database = null, string? through = null, params (string Key, string Value)[] settings) => new(database, through, settings);

    /// <summary>Does what the host does when it starts.</summary>
    public async Task OpenAsync()
    {
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }
    }

    public async ValueTask RestartAsync()
    {
        await _services.DisposeAsync();
        _services = Build();
    }

    public void Damage(BlobRef blob)
    {
        var file = Database.GetCollection<BsonDocument>("blobs.files").Find(new BsonDocument("filename", blob.Value)).Single();
        var chunks = Database.GetCollection<BsonDocument>("blobs.chunks");
        var chunk = chunks.Find(new BsonDocument { { "files_id", file["_id"] }, { "n", 0 } }).Single();
        var bytes = chunk["data"].AsBsonBinaryData.Bytes.ToArray();
        bytes[bytes.Length / 2] ^= 1;
        var changed = chunks.UpdateOne(new BsonDocument("_id", chunk["_id"]), new BsonDocument("$set", new BsonDocument("data", new BsonBinaryData(bytes))));
        Assert.Equal(1, changed.MatchedCount);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsDatabase)
        {
            await _client.DropDatabaseAsync(Name);
        }

        _client.Dispose();
    }

    private ServiceProvider Build()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(_settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
        var container = new ServiceCollection();
        container.AddLogging();
        container.AddSingleton(TimeProvider.System);
        new MongoProvider().Add(container, configuration, ProviderPorts.Documents | ProviderPorts.Blobs, [Service]);
        return container.BuildServiceProvider();
    }
}
