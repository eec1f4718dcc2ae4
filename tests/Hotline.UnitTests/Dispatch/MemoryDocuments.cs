using System.Text.Json;
using Hotline.Ports;

namespace Hotline.UnitTests.Dispatching;

/// <summary>Documents in memory, each fact through its JSON as a real store would.</summary>
internal sealed class MemoryDocuments<T>(DocumentType<T> type) : IDocumentStore<T>
    where T : class
{
    private readonly List<Document<T>> _all = [];
    private readonly Dictionary<string, Guid> _keys = [];

    /// <summary>Runs before the next append: somebody who is faster.</summary>
    public Func<Task>? BeforeAppend { get; set; }

    /// <summary>The events of all commits, with their topics.</summary>
    public List<(string? Topic, object Data)> Published { get; } = [];

    public ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation) => new(_all.Find(d => d.Id == id));

    public ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation) =>
        _keys.TryGetValue(key, out var id) ? GetAsync(id, cancellation) : new((Document<T>?)null);

    public ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation)
    {
        if (_keys.TryGetValue(document.Key, out var id))
        {
            return new(new AddResult<T>(false, _all.First(d => d.Id == id)));
        }

        var facts = Facts(0, document.Facts);
        var added = new Document<T>(document.Id, _all.Count + 1, facts.Count, type.FoldAll(facts), facts);
        _keys.Add(document.Key, document.Id);
        _all.Add(added);
        return new(new AddResult<T>(true, added));
    }

    public async ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation)
    {
        if (BeforeAppend is { } before)
        {
            BeforeAppend = null;
            await before();
        }

        var at = _all.FindIndex(d => d.Id == current.Id);
        if (_all[at].Version != current.Version)
        {
            return null;
        }

        IReadOnlyList<Fact> all = [.. current.Facts, .. Facts(current.Version, facts)];
        return _all[at] = current with { Version = all.Count, State = type.FoldAll(all), Facts = all };
    }

    public ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation)
    {
        var values = type.Indexes.Single(i => i.Name == index).Values;
        return new([.. _all.Where(d => d.Sequence > after && values(d.State).Contains(value)).Take(limit)]);
    }

    private List<Fact> Facts(int version, IReadOnlyList<NewFact> facts)
    {
        Published.AddRange(facts.Select(f => (f.Topic, f.Data)));
        return [.. facts.Select((f, i) => new Fact(version + i + 1, type.Facts.NameOf(f.Data), f.At, Again(f.Data), f.Sealed))];
    }

    private object Again(object data)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            type.Facts.Write(writer, data);
        }

        return type.Facts.Read(type.Facts.NameOf(data), stream.ToArray());
    }
}

/// <summary>A clock the test moves.</summary>
internal sealed class TestTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = Appeals.ReceivedAt;

    public override DateTimeOffset GetUtcNow() => Now;
}
