using System.Collections.Concurrent;
using Hotline.Providers.MongoDB.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB;

/// <summary>The database of this deployment. Every write is on the journals of a majority before it counts, every read sees only such writes.</summary>
internal sealed class MongoStore : IAsyncDisposable
{
    /// <summary>1: one collection of documents a service, sequences, leases, blobs.</summary>
    public const int SchemaVersion = 1;

    private readonly ConcurrentDictionary<string, ServiceStore> _services = new();
    private readonly SharedTry<bool> _opening;
    private readonly MongoClient _client;
    private readonly MongoOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<MongoStore> _logger;

    public MongoStore(IOptions<MongoOptions> options, TimeProvider time, ILogger<MongoStore> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _opening = new SharedTry<bool>(() => MongoFailures.GuardAsync(CheckSchemaAsync));
        var away = TimeSpan.FromMilliseconds(_options.AwayAfterMs);
        var call = TimeSpan.FromMilliseconds(_options.CallMs);
        var settings = MongoClientSettings.FromConnectionString(_options.ConnectionString);
        settings.ApplicationName ??= "hotline";
        // Half, so that the server says that no majority has it before the line counts as broken.
        settings.WriteConcern = new WriteConcern(WriteConcern.WMajority.W, wTimeout: call / 2, journal: true);
        settings.ReadConcern = ReadConcern.Majority;
        settings.ReadPreference = ReadPreference.Primary;
        settings.RetryReads = true;
        settings.RetryWrites = true;
        settings.ServerSelectionTimeout = away;
        settings.ConnectTimeout = away;
        settings.WaitQueueTimeout = away;
        settings.SocketTimeout = call;
        _client = new MongoClient(settings);
        Database = _client.GetDatabase(_options.Database);
    }

    public IMongoDatabase Database { get; }

    /// <summary>What one service keeps here. Opened at its first use.</summary>
    public ServiceStore For(string service) => _services.GetOrAdd(service, name => new ServiceStore(this, name, _options, _time, _logger));

    /// <summary>The services that have documents here.</summary>
    public Task<IReadOnlyList<string>> ServicesAsync(CancellationToken cancellation) => MongoFailures.GuardAsync<IReadOnlyList<string>>(async () =>
    {
        using var names = await Database.ListCollectionNamesAsync(cancellationToken: cancellation);
        return [.. (await names.ToListAsync(cancellation)).Where(name => name.StartsWith(ServiceStore.Prefix, StringComparison.Ordinal)).Select(name => name[ServiceStore.Prefix.Length..])];
    });

    /// <summary>Checks the schema version once, and writes it into a new database.</summary>
    /// <returns>Whether it wrote it.</returns>
    /// <exception cref="InvalidOperationException">A newer version of the program made this database.</exception>
    public Task<bool> OpenAsync() => _opening.IsDone ? Task.FromResult(false) : _opening.Outcome();

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.Values)
        {
            await service.DisposeAsync();
        }

        _client.Dispose();
    }

    private async Task<bool> CheckSchemaAsync()
    {
        var schema = Database.GetCollection<BsonDocument>("schema");
        var only = new BsonDocument("_id", "hotline");
        var found = await schema.Find(only).FirstOrDefaultAsync();
        if (found is null)
        {
            try
            {
                await schema.InsertOneAsync(new BsonDocument(only).Add("version", SchemaVersion));
                return true;
            }
            catch (MongoWriteException failure) when (MongoFailures.IsDuplicate(failure))
            {
                found = await schema.Find(only).FirstAsync(); // another process was quicker
            }
        }

        return found["version"].ToInt32() is var version && version <= SchemaVersion
            ? false
            : throw new InvalidOperationException(
                $"The database {_options.Database} has schema {version}, made by a newer version of this program, which knows schema {SchemaVersion} at most. Start the newer version, or name another Hotline:MongoDB:Database.");
    }
}
