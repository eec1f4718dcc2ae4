using Hotline.Ports;
using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>What one service keeps: its documents of every type in one collection, and the sequence of their commits.</summary>
internal sealed class ServiceStore : IAsyncDisposable
{
    public const string Prefix = "documents.";

    private readonly SharedTry<IReadOnlyList<string>> _opening;
    private readonly MongoStore _store;

    public ServiceStore(MongoStore store, string service, MongoOptions options, TimeProvider time, ILogger logger)
    {
        (_store, Service) = (store, service);
        _opening = new SharedTry<IReadOnlyList<string>>(MakeIndexesAsync);
        Documents = store.Database.GetCollection<BsonDocument>(Prefix + service);
        Leases = store.Database.GetCollection<BsonDocument>("leases");
        var holders = store.Database.GetCollection<BsonDocument>("sequences");
        Sequence = new CommitSequence(new SequenceDocument(holders, Documents, service, TimeSpan.FromMilliseconds(options.HolderMs), time, logger), time, logger);
    }

    public string Service { get; }

    public IMongoCollection<BsonDocument> Documents { get; }

    public IMongoCollection<BsonDocument> Leases { get; }

    public CommitSequence Sequence { get; }

    /// <summary>Makes sure once that the indexes are there.</summary>
    /// <exception cref="EngineAwayException">The store is away; the next call tries again.</exception>
    public async ValueTask<ServiceStore> OpenAsync()
    {
        if (!_opening.IsDone)
        {
            await _opening.Outcome();
        }

        return this;
    }

    /// <summary>Writes, so that whoever pages here after its number closed comes after it.</summary>
    public Task<T> WriteAsync<T>(Func<IClientSessionHandle?, Task<T>> write) => ReadTime.WriteAsync(_store.Database.Client, write, Sequence.Wrote);

    /// <summary>Makes the indexes that are missing.</summary>
    /// <returns>A line for each of them; none when that was done before.</returns>
    public Task<IReadOnlyList<string>> PrepareAsync() => _opening.IsDone ? Task.FromResult<IReadOnlyList<string>>([]) : _opening.Outcome();

    private async Task<IReadOnlyList<string>> MakeIndexesAsync()
    {
        await _store.OpenAsync();
        var missing = await MongoFailures.GuardAsync(async () =>
        {
            using var listed = await Documents.Indexes.ListAsync();
            var there = (await listed.ToListAsync()).ConvertAll(index => index["name"].AsString);
            var made = Fields.Indexes.Where(index => !there.Contains(index.Options.Name)).ToList();
            if (made.Count > 0)
            {
                await Documents.Indexes.CreateManyAsync(made);
            }

            return made;
        });
        return missing.ConvertAll(index => $"{Documents.CollectionNamespace.CollectionName}: index {index.Options.Name}");
    }

    public ValueTask DisposeAsync() => Sequence.DisposeAsync();
}
