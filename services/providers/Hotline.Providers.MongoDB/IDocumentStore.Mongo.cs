using Hotline.Ports;
using Hotline.Providers.MongoDB.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Hotline.Providers.MongoDB;

internal sealed class MongoDocumentStores(MongoStore store, IOptions<MongoOptions> options, TimeProvider time, IServiceProvider services) : IDocumentStores
{
    public IDocumentStore<T> Open<T>(DocumentType<T> type)
        where T : class => new MongoDocumentStore<T>(store.For(type.Service), new DocumentShape<T>(type), TimeSpan.FromMilliseconds(options.Value.PageWaitMs), time, services);
}

/// <summary>Documents of one type. Each write is one change of one document; its number in the order of commits is taken before it.</summary>
internal sealed class MongoDocumentStore<T>(ServiceStore store, DocumentShape<T> shape, TimeSpan pageWait, TimeProvider time, IServiceProvider services) : IDocumentStore<T>
    where T : class
{
    private const int Tries = 20;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    public ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation) =>
        FirstAsync(new BsonDocument { { Fields.Type, shape.TypeName }, { Fields.Id, Fields.Binary(id) } }, cancellation);

    public ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation) => FirstAsync(new BsonDocument(Fields.Key, shape.KeyOf(key)), cancellation);

    public async ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation)
    {
        var written = document.Facts.Select((fact, i) => shape.Write(fact, i + 1)).ToList();
        var facts = written.ConvertAll(fact => fact.Fact);
        var state = shape.FoldAll(facts);
        var stored = new BsonDocument
        {
            { Fields.Key, shape.KeyOf(document.Key) },
            { Fields.Type, shape.TypeName },
            { Fields.Id, Fields.Binary(document.Id) },
            { Fields.Version, facts.Count },
            { Fields.Facts, new BsonArray(written.Select(fact => fact.Stored)) },
            { Fields.Index, shape.EntriesOf(state) },
        };
        await KeepAsync(document.Blobs, cancellation);
        await store.OpenAsync();
        for (var tried = 0; tried < Tries; tried++)
        {
            var number = await store.Sequence.TakeAsync(cancellation);
            stored[Fields.Sequence] = number.Value;
            if (DocumentShape<T>.EventsOf(document.Facts, 0, number.Value) is { Count: > 0 } events)
            {
                stored[Fields.Pending] = events;
            }

            if (await InsertAsync(stored, number))
            {
                return new AddResult<T>(true, new Document<T>(document.Id, number.Value, facts.Count, state, facts));
            }

            if (await FirstAsync(new BsonDocument(Fields.Key, stored[Fields.Key]), CancellationToken.None) is { } holder)
            {
                // An insert that the driver sent twice may meet itself.
                return new AddResult<T>(holder.Sequence == number.Value && holder.Id == document.Id, holder);
            }

            if (await GetAsync(document.Id, CancellationToken.None) is not null)
            {
                throw new InvalidOperationException($"A document of {shape.FullName} has this id under another key.");
            }

            // The number was given up before the document came: another one. Or its key is taken by what is not durable yet: look again.
            await Task.Delay(LookAgain * tried, time, cancellation);
        }

        throw new EngineAwayException($"A document of {shape.FullName} could not be added in {Tries} tries: MongoDB does not show what holds its key.");
    }

    public async ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation)
    {
        var written = facts.Select((fact, i) => shape.Write(fact, current.Version + i + 1)).ToList();
        var state = written.Aggregate(current.State, (before, fact) => shape.Fold(before, fact.Fact));
        var set = new BsonDocument(Fields.Version, current.Version + facts.Count);
        var push = new BsonDocument(Fields.Facts, new BsonDocument("$each", new BsonArray(written.Select(fact => fact.Stored))));
        if (shape.EntriesOf(state) is var entries && !entries.Equals(shape.EntriesOf(current.State)))
        {
            set.Add(Fields.Index, entries);
        }

        await store.OpenAsync();
        var update = new BsonDocument { { "$set", set }, { "$push", push } };
        if (facts.All(fact => fact.Topic is null))
        {
            return await ChangeAsync() ? After() : null;
        }

        // Closed whatever comes of it: should the change come later after all, its events come with it, and nobody who knew of it wrote before.
        using var number = await store.Sequence.TakeAsync(cancellation);
        push.Add(Fields.Pending, new BsonDocument("$each", DocumentShape<T>.EventsOf(facts, current.Version, number.Value)));
        return await ChangeAsync() ? After() : null;

        async Task<bool> ChangeAsync()
        {
            var only = new BsonDocument { { Fields.Sequence, current.Sequence }, { Fields.Version, current.Version } };
            var result = await SayTooLargeAsync(() => store.WriteAsync(session =>
                session is null ? store.Documents.UpdateOneAsync(only, update) : store.Documents.UpdateOneAsync(session, only, update)));
            return result.MatchedCount == 1;
        }

        Document<T> After() =>
            new(current.Id, current.Sequence, current.Version + facts.Count, state, [.. current.Facts, .. written.Select(fact => fact.Fact)]);
    }

    public async ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        if (!shape.HasIndex(index))
        {
            throw new ArgumentException($"{shape.FullName} declares no index {index}.", nameof(index));
        }

        await store.OpenAsync();
        var entry = shape.IndexValue(index, value);
        var horizon = store.Sequence.KnownHorizon; // known before the page is read, else the page may lack what came in between
        var page = await PageAsync(entry, after, limit, horizon, cancellation);
        if (page.Count > 0 && SequenceOf(page[^1]) >= horizon.Number)
        {
            horizon = await PassedAsync(SequenceOf(page[^1]), cancellation);
            page = await PageAsync(entry, after, limit, horizon, cancellation);
        }

        return [.. page.TakeWhile(stored => SequenceOf(stored) < horizon.Number).Select(shape.Read)];
    }

    private static long SequenceOf(BsonDocument stored) => stored[Fields.Sequence].ToInt64();

    /// <summary>Waits until all writes before a number and its own have ended, so that what was acknowledged is in the page; not for ever, for one of them may be stuck.</summary>
    private async Task<Horizon> PassedAsync(long number, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var next = store.Sequence.Closed.Next;
            var horizon = await store.Sequence.HorizonAsync(cancellation);
            if (horizon.Number > number || time.GetElapsedTime(began) >= pageWait)
            {
                return horizon;
            }

            await CommitSignal.WaitAsync(next, LookAgain, time, cancellation);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<List<BsonDocument>> PageAsync(string entry, long after, int limit, Horizon horizon, CancellationToken cancellation)
    {
        var only = new BsonDocument { { Fields.Index, entry }, { Fields.Sequence, new BsonDocument("$gt", after) } };
        var (found, _) = await MongoFailures.GuardAsync(() => ReadTime.AfterAsync(
            horizon.Time, store.Documents, only, find => find.Sort(new BsonDocument(Fields.Sequence, 1)).Limit(limit), cancellation));
        return found;
    }

    private async ValueTask<Document<T>?> FirstAsync(BsonDocument only, CancellationToken cancellation)
    {
        await store.OpenAsync();
        var found = await MongoFailures.GuardAsync(() => store.Documents.Find(only).FirstOrDefaultAsync(cancellation));
        return found is null ? null : shape.Read(found);
    }

    /// <returns>False when key, id or number is taken.</returns>
    private async Task<bool> InsertAsync(BsonDocument stored, CommitNumber number)
    {
        try
        {
            await SayTooLargeAsync(() => store.WriteAsync(async session =>
            {
                await (session is null ? store.Documents.InsertOneAsync(stored) : store.Documents.InsertOneAsync(session, stored));
                return true;
            }));
            number.Dispose();
            return true;
        }
        catch (MongoWriteException failure) when (MongoFailures.IsDuplicate(failure))
        {
            number.Dispose();
            return false;
        }
        catch
        {
            number.GiveUp(); // it may still come
            throw;
        }
    }

    private async Task<TResult> SayTooLargeAsync<TResult>(Func<Task<TResult>> write)
    {
        try
        {
            return await MongoFailures.GuardAsync(write);
        }
        catch (Exception failure) when (MongoFailures.IsTooLarge(failure))
        {
            throw new InvalidOperationException($"A document of {shape.FullName} would be larger than the 16 MB that MongoDB can hold.", failure);
        }
    }

    /// <summary>Blobs are durable before their document.</summary>
    private async Task KeepAsync(IReadOnlyList<NewBlob> blobs, CancellationToken cancellation)
    {
        if (blobs.Count > 0)
        {
            var keeper = services.GetRequiredService<IBlobStore>();
            await Task.WhenAll(blobs.Select(blob => keeper.PutAsync(blob, cancellation).AsTask()));
        }
    }
}
