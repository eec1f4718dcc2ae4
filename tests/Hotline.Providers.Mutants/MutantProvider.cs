using Hotline.Ports;
using Hotline.Providers.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Providers.Mutants;

/// <summary>
/// The embedded provider with one promise broken on purpose, <c>Hotline:Mutant=AckBeforeCommit</c> or <c>NoDedupe</c>: the ledger must
/// find out, or it is the ledger that is broken. As <c>Away</c> it breaks none, and is as a store elsewhere on the network: away while the
/// data folder holds a file of that name, before a commit or right after it.
/// </summary>
public sealed class MutantProvider : IProvider
{
    public void Add(IServiceCollection services, IConfiguration configuration, ProviderPorts ports, IReadOnlyList<string> hostedServices)
    {
        new SqliteProvider().Add(services, configuration, ports, hostedServices);
        var mutant = configuration["Hotline:Mutant"];
        var inner = services.Single(service => service.ServiceType == typeof(IDocumentStores));
        services.Remove(inner);
        services.AddSingleton<IDocumentStores>(provider =>
        {
            var stores = (IDocumentStores)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!);
            return mutant switch
            {
                "AckBeforeCommit" => new MutantStores(stores, ackBeforeCommit: true),
                "NoDedupe" => new MutantStores(stores, ackBeforeCommit: false),
                "Away" => new AwayStores(stores, Path.Combine(configuration["Hotline:Data"]!, "away")),
                _ => throw new InvalidOperationException($"There is no mutant {mutant}."),
            };
        });
    }
}

internal sealed class MutantStores(IDocumentStores inner, bool ackBeforeCommit) : IDocumentStores
{
    public IDocumentStore<T> Open<T>(DocumentType<T> type)
        where T : class =>
        type.Name != "appeals" ? inner.Open(type)
        : ackBeforeCommit ? new AckBeforeCommit<T>(inner.Open(type), type)
        : new NoDedupe<T>(inner.Open(type));
}

/// <summary>Says that a document is added before it is durable; the commit follows 20 ms later.</summary>
internal sealed class AckBeforeCommit<T>(IDocumentStore<T> inner, DocumentType<T> type) : Passing<T>(inner)
    where T : class
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    public override ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation)
    {
        _ = Task.Run(async () =>
        {
            await Task.Delay(Delay, TimeProvider.System, CancellationToken.None);
            await Inner.AddOnceAsync(document, CancellationToken.None);
        }, CancellationToken.None);
        var facts = document.Facts.Select((fact, i) => new Fact(i + 1, type.Facts.NameOf(fact.Data), fact.At, fact.Data, fact.Sealed)).ToList();
        return new(new AddResult<T>(true, new Document<T>(document.Id, 0, facts.Count, type.FoldAll(facts), facts)));
    }
}

/// <summary>Forgets the source's key: what is sent again is a new document.</summary>
internal sealed class NoDedupe<T>(IDocumentStore<T> inner) : Passing<T>(inner)
    where T : class
{
    public override ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation) =>
        Inner.AddOnceAsync(document with { Key = document.Id.ToString() }, cancellation);
}

internal sealed class AwayStores(IDocumentStores inner, string sign) : IDocumentStores
{
    public IDocumentStore<T> Open<T>(DocumentType<T> type)
        where T : class => new Away<T>(inner.Open(type), sign);
}

/// <summary>Away while there is the sign; an add that was under way then is done, and its answer lost.</summary>
internal sealed class Away<T>(IDocumentStore<T> inner, string sign) : IDocumentStore<T>
    where T : class
{
    public ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation) => Check().GetAsync(id, cancellation);

    public ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation) => Check().FindAsync(key, cancellation);

    public async ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation)
    {
        var result = await Check().AddOnceAsync(document, cancellation);
        Check();
        return result;
    }

    public ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation) => Check().AppendAsync(current, facts, cancellation);

    public ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation) =>
        Check().QueryAsync(index, value, after, limit, cancellation);

    private IDocumentStore<T> Check() => File.Exists(sign) ? throw new EngineAwayException("The store is away by the test's will.") : inner;
}

internal abstract class Passing<T>(IDocumentStore<T> inner) : IDocumentStore<T>
    where T : class
{
    protected IDocumentStore<T> Inner => inner;

    public ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation) => inner.GetAsync(id, cancellation);

    public ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation) => inner.FindAsync(key, cancellation);

    public abstract ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation);

    public ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation) => inner.AppendAsync(current, facts, cancellation);

    public ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation) =>
        inner.QueryAsync(index, value, after, limit, cancellation);
}
