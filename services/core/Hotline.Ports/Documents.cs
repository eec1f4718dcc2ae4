using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;

namespace Hotline.Ports;

/// <summary>One recorded fact of a document; facts are only ever appended.</summary>
/// <param name="Number">1, 2, … within the document.</param>
/// <param name="Type">The name of its shape; a CloudEvents type when it is published.</param>
/// <param name="At">When it was recorded, UTC, to the millisecond.</param>
/// <param name="Data">A record registered in the document type's <see cref="FactTypes"/>.</param>
/// <param name="Sealed">Ciphertext beside the data that never leaves the store: contacts.</param>
public sealed record Fact(int Number, string Type, DateTimeOffset At, object Data, ReadOnlyMemory<byte> Sealed);

/// <summary>A fact to be recorded, and where its event goes: the event is a pointer to the fact, so both are in one commit.</summary>
/// <param name="Topic">One of <see cref="Topics"/>; null when nobody else is to learn of it.</param>
/// <param name="PartitionKey">The event's key; the document's id when null.</param>
public sealed record NewFact(object Data, DateTimeOffset At, string? Topic = null, Guid? PartitionKey = null)
{
    public ReadOnlyMemory<byte> Sealed { get; init; }
}

/// <summary>A document to be added.</summary>
/// <param name="Key">The source's own key: the second document of the same key and type is not added.</param>
/// <param name="Blobs">What must be durable no later than the document.</param>
public sealed record NewDocument(Guid Id, string Key, IReadOnlyList<NewFact> Facts)
{
    public IReadOnlyList<NewBlob> Blobs { get; init; } = [];
}

/// <summary>A document as it stands: its state folded from its facts.</summary>
/// <param name="Sequence">Its place in the order of commits: later documents have greater ones. Pages go by it.</param>
/// <param name="Version">The number of its last fact.</param>
public sealed record Document<T>(Guid Id, long Sequence, int Version, T State, IReadOnlyList<Fact> Facts);

/// <summary>What became of an add: the new document, or the one that had the key already.</summary>
public sealed record AddResult<T>(bool Added, Document<T> Document);

/// <summary>An index: the values under which a document can be found, computed from its state.</summary>
public sealed record DocumentIndex<T>(string Name, Func<T, IEnumerable<string>> Values);

/// <summary>The shapes of facts by name. JSON is source-generated; nothing is found by reflection.</summary>
public sealed class FactTypes
{
    private readonly Dictionary<string, JsonTypeInfo> _byName = [];
    private readonly Dictionary<Type, (string Name, JsonTypeInfo Json)> _byType = [];

    public FactTypes Add<TFact>(string name, JsonTypeInfo<TFact> json)
        where TFact : class
    {
        _byName.Add(name, json);
        _byType.Add(typeof(TFact), (name, json));
        return this;
    }

    public string NameOf(object data) => Of(data).Name;

    public void Write(Utf8JsonWriter writer, object data) => JsonSerializer.Serialize(writer, data, Of(data).Json);

    /// <exception cref="JsonException">The body is not of the type's shape.</exception>
    /// <exception cref="NotSupportedException">No such type is registered: a newer version wrote this document.</exception>
    public object Read(string name, ReadOnlySpan<byte> body) =>
        _byName.TryGetValue(name, out var json)
            ? JsonSerializer.Deserialize(body, json) ?? throw new JsonException($"A fact of type {name} is null.")
            : throw new NotSupportedException($"No fact type {name} is known here: a newer version wrote this document. Upgrade this service first.");

    private (string Name, JsonTypeInfo Json) Of(object data) =>
        _byType.TryGetValue(data.GetType(), out var entry) ? entry : throw new InvalidOperationException($"Register {data.GetType()} in the document's FactTypes.");
}

/// <summary>A kind of document: whose it is, what facts it has, how they fold, and by what it can be found.</summary>
/// <param name="Service">The service that owns it; the source of its events.</param>
/// <param name="Name">Unique in the service.</param>
/// <param name="Fold">State before (null at first) and the next fact → state after. Pure.</param>
/// <param name="Indexes">May be empty; a value an index yields must not be longer than 200 characters.</param>
public sealed record DocumentType<T>(string Service, string Name, FactTypes Facts, Func<T?, Fact, T> Fold, IReadOnlyList<DocumentIndex<T>> Indexes)
    where T : class
{
    public string FullName => $"{Service}/{Name}";

    public T FoldAll(IEnumerable<Fact> facts)
    {
        T? state = null;
        foreach (var fact in facts)
        {
            state = Fold(state, fact);
        }

        return state ?? throw new InvalidOperationException("A document has at least one fact.");
    }
}

/// <summary>
/// Documents that only grow. Each call is one commit, durable when it returns; the events of its facts are part of it, so no fact
/// is without its event and no event without its fact. Invariants hold within one document, never across.
/// </summary>
/// <remarks>Every member throws <see cref="EngineAwayException"/> when the store cannot be reached or written; whether that commit happened is then unknown,
/// and doing the same again is safe.</remarks>
public interface IDocumentStore<T>
    where T : class
{
    ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation);

    ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation);

    /// <summary>Adds the document unless one of its type has its key; then that one is returned as it stands. Atomic: of many at once exactly one adds.</summary>
    ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation);

    /// <summary>Appends facts if <paramref name="current"/> is still the latest version.</summary>
    /// <returns>The document after, or null when somebody else appended first: get it again and decide anew.</returns>
    ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation);

    /// <summary>Documents whose index holds <paramref name="value"/>, oldest first, after a sequence.</summary>
    /// <param name="after">The sequence of the last document of the page before; 0 for the first page.</param>
    /// <param name="limit">1–1000.</param>
    ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation);
}

/// <summary>Opens the store of a document type; one per provider, chosen by <c>Hotline:Documents</c>.</summary>
public interface IDocumentStores
{
    IDocumentStore<T> Open<T>(DocumentType<T> type)
        where T : class;
}
