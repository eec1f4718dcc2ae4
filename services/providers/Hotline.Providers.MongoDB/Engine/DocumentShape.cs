using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Ports;
using MongoDB.Bson;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>How documents of one type are written and read.</summary>
internal sealed class DocumentShape<T>(DocumentType<T> type)
    where T : class
{
    private readonly Action<Utf8JsonWriter, object> _write = type.Facts.Write;

    public string TypeName => type.Name;

    public string FullName => type.FullName;

    /// <summary>Keys go in as 16 bytes of a hash: they may be long, and may name a device or a person.</summary>
    public BsonBinaryData KeyOf(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{type.FullName}\n{key}"))[..16]);

    public string IndexValue(string index, string value) => $"{type.Name}\n{index}\n{value}";

    public bool HasIndex(string index) => type.Indexes.Any(known => known.Name == index);

    public T FoldAll(IEnumerable<Fact> facts) => type.FoldAll(facts);

    public T Fold(T state, Fact fact) => type.Fold(state, fact);

    /// <summary>A fact as it goes into the store, and as it will come back.</summary>
    public (BsonDocument Stored, Fact Fact) Write(NewFact fact, int number)
    {
        var name = type.Facts.NameOf(fact.Data);
        var at = fact.At.ToUnixTimeMilliseconds();
        var stored = new BsonDocument
        {
            { Fields.Fact.Type, name },
            { Fields.Fact.At, new BsonDateTime(at) },
            { Fields.Fact.Data, new BsonBinaryData(StoredJson.Write(fact.Data, _write).ToArray()) },
        };
        if (!fact.Sealed.IsEmpty)
        {
            stored.Add(Fields.Fact.Sealed, new BsonBinaryData(fact.Sealed.ToArray()));
        }

        return (stored, new Fact(number, name, DateTimeOffset.FromUnixTimeMilliseconds(at), fact.Data, fact.Sealed));
    }

    /// <summary>The events of the facts, each a pointer to its fact.</summary>
    public static BsonArray EventsOf(IReadOnlyList<NewFact> facts, int after, long order)
    {
        var events = new BsonArray();
        for (var i = 0; i < facts.Count; i++)
        {
            if (facts[i].Topic is { } topic)
            {
                var pending = new BsonDocument { { Fields.Event.Order, order }, { Fields.Event.Fact, after + i + 1 }, { Fields.Event.Topic, topic } };
                if (facts[i].PartitionKey is { } key)
                {
                    pending.Add(Fields.Event.Key, Fields.Binary(key));
                }

                events.Add(pending);
            }
        }

        return events;
    }

    public BsonArray EntriesOf(T state) =>
        [.. type.Indexes.SelectMany(index => index.Values(state).Select(value => IndexValue(index.Name, value))).Distinct(StringComparer.Ordinal)];

    public Document<T> Read(BsonDocument stored)
    {
        var facts = stored[Fields.Facts].AsBsonArray.Select((fact, i) => ReadFact(fact.AsBsonDocument, i + 1)).ToList();
        return new Document<T>(Fields.Guid(stored[Fields.Id]), stored[Fields.Sequence].ToInt64(), facts.Count, type.FoldAll(facts), facts);
    }

    private Fact ReadFact(BsonDocument stored, int number)
    {
        var name = stored[Fields.Fact.Type].AsString;
        return new Fact(
            number,
            name,
            DateTimeOffset.FromUnixTimeMilliseconds(stored[Fields.Fact.At].AsBsonDateTime.MillisecondsSinceEpoch),
            type.Facts.Read(name, stored[Fields.Fact.Data].AsBsonBinaryData.Bytes),
            stored.TryGetValue(Fields.Fact.Sealed, out var sealedPart) ? sealedPart.AsBsonBinaryData.Bytes : default(ReadOnlyMemory<byte>));
    }
}
