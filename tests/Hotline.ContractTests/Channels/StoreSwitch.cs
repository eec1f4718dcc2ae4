using Hotline.Ports;

namespace Hotline.ContractTests.Channels;

/// <summary>The way to the store, that tests cut.</summary>
internal sealed class StoreSwitch
{
    private int _refusals;

    public bool IsAway { get; set; }

    /// <summary>Adds are done, and their answer is lost.</summary>
    public bool FailsAfterCommit { get; set; }

    /// <summary>Adds wait for it.</summary>
    public TaskCompletionSource? Hangs { get; set; }

    /// <summary>The document that is refused, for a reason of its own.</summary>
    public Guid? Refuses { get; set; }

    public int Refusals => _refusals;

    public IDocumentStores Of(IDocumentStores stores) => new Stores(this, stores);

    private void Check(bool cut)
    {
        if (cut)
        {
            Interlocked.Increment(ref _refusals);
            throw new EngineAwayException("cut by the test");
        }
    }

    private sealed class Stores(StoreSwitch way, IDocumentStores inner) : IDocumentStores
    {
        public IDocumentStore<T> Open<T>(DocumentType<T> type)
            where T : class => new Store<T>(way, inner.Open(type));
    }

    private sealed class Store<T>(StoreSwitch way, IDocumentStore<T> inner) : IDocumentStore<T>
        where T : class
    {
        public ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation)
        {
            way.Check(way.IsAway);
            return inner.GetAsync(id, cancellation);
        }

        public async ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation)
        {
            way.Check(way.IsAway);
            await (way.Hangs?.Task ?? Task.CompletedTask);
            return await inner.FindAsync(key, cancellation);
        }

        public async ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation)
        {
            way.Check(way.IsAway);
            await (way.Hangs?.Task ?? Task.CompletedTask);
            var result = document.Id == way.Refuses ? throw new InvalidDataException("refused by the test") : await inner.AddOnceAsync(document, cancellation);
            way.Check(way.FailsAfterCommit);
            return result;
        }

        public ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation)
        {
            way.Check(way.IsAway);
            return inner.AppendAsync(current, facts, cancellation);
        }

        public ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation)
        {
            way.Check(way.IsAway);
            return inner.QueryAsync(index, value, after, limit, cancellation);
        }
    }
}
