using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Ports;
using Hotline.Providers.Sqlite.Engine;

namespace Hotline.Providers.Sqlite;

internal sealed class SqliteDocumentStores(SqliteStore store, IServiceProvider services) : IDocumentStores
{
    public IDocumentStore<T> Open<T>(DocumentType<T> type)
        where T : class => new SqliteDocumentStore<T>(store, type, services);
}

/// <summary>Documents of one type. Reads run on the caller's thread: they come from memory or a page or two of the file.</summary>
internal sealed class SqliteDocumentStore<T>(SqliteStore store, DocumentType<T> type, IServiceProvider services) : IDocumentStore<T>
    where T : class
{
    private readonly string _type = type.FullName;
    private readonly Action<Utf8JsonWriter, object> _write = type.Facts.Write;
    private readonly (string Name, Func<T, IEnumerable<string>> Values)[] _indexes =
        [.. type.Indexes.Select(index => ($"{type.FullName}/{index.Name}", index.Values))];

    public ValueTask<Document<T>?> GetAsync(Guid id, CancellationToken cancellation) => new(store.Readers.Read(reader =>
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Load(reader, reader.ById.Bind(1, bytes).Bind(2, _type));
    }));

    public ValueTask<Document<T>?> FindAsync(string key, CancellationToken cancellation) =>
        new(store.Readers.Read(reader => Load(reader, reader.ByKey.Bind(1, KeyOf(key)))));

    public async ValueTask<AddResult<T>> AddOnceAsync(NewDocument document, CancellationToken cancellation)
    {
        var rows = new FactRow[document.Facts.Count];
        var facts = new Fact[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            (rows[i], facts[i]) = Write(document.Facts[i], i + 1);
        }

        var state = type.FoldAll(facts);
        var blobs = document.Blobs.Count == 0 ? [] : await KeepLargeAsync(document.Blobs, cancellation);
        var add = new AddOperation(document.Id, KeyOf(document.Key), _type, rows, EntriesOf(state), blobs);
        await store.Writer.WriteAsync(add);
        return add.Added
            ? new AddResult<T>(true, new Document<T>(document.Id, add.Sequence, rows.Length, state, facts))
            : new AddResult<T>(false, store.Readers.Read(reader => Load(reader, reader.BySequence.Bind(1, add.Sequence)))!);
    }

    public async ValueTask<Document<T>?> AppendAsync(Document<T> current, IReadOnlyList<NewFact> facts, CancellationToken cancellation)
    {
        var rows = new FactRow[facts.Count];
        var all = new List<Fact>(current.Facts.Count + rows.Length);
        all.AddRange(current.Facts);
        var state = current.State;
        for (var i = 0; i < rows.Length; i++)
        {
            (rows[i], var fact) = Write(facts[i], current.Version + i + 1);
            all.Add(fact);
            state = type.Fold(state, fact);
        }

        var before = EntriesOf(current.State);
        var after = EntriesOf(state);
        var append = new AppendOperation(current.Sequence, current.Version, rows, [.. before.Except(after)], [.. after.Except(before)]);
        await store.Writer.WriteAsync(append);
        return append.Appended ? new Document<T>(current.Id, current.Sequence, current.Version + rows.Length, state, all) : null;
    }

    public ValueTask<IReadOnlyList<Document<T>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var name = $"{_type}/{index}";
        if (!_indexes.Any(known => known.Name == name))
        {
            throw new ArgumentException($"{_type} declares no index {index}.", nameof(index));
        }

        return new(store.Readers.Read(reader =>
        {
            var found = new List<long>();
            try
            {
                reader.Entries.Bind(1, name).Bind(2, value).Bind(3, after).Bind(4, limit);
                while (reader.Entries.Step())
                {
                    found.Add(reader.Entries.Int64(0));
                }
            }
            finally
            {
                reader.Entries.Reset();
            }

            return (IReadOnlyList<Document<T>>)[.. found.Select(sequence => Load(reader, reader.BySequence.Bind(1, sequence))!)];
        }));
    }

    private Document<T>? Load(ReaderStatements reader, SqliteStatement lookup)
    {
        long sequence;
        Guid id;
        try
        {
            if (!lookup.Step())
            {
                return null;
            }

            (sequence, id) = (lookup.Int64(0), lookup.Guid(1));
        }
        finally
        {
            lookup.Reset();
        }

        var facts = new List<Fact>();
        var first = sequence << SqliteSchema.FactBits;
        try
        {
            reader.Facts.Bind(1, first).Bind(2, first | ((1 << SqliteSchema.FactBits) - 1));
            while (reader.Facts.Step())
            {
                var name = reader.Facts.Text(1);
                facts.Add(new Fact(
                    (int)(reader.Facts.Int64(0) - first),
                    name,
                    DateTimeOffset.FromUnixTimeMilliseconds(reader.Facts.Int64(2)),
                    type.Facts.Read(name, reader.Facts.Blob(3)),
                    reader.Facts.IsNull(4) ? default : reader.Facts.Blob(4).ToArray()));
            }
        }
        finally
        {
            reader.Facts.Reset();
        }

        return new Document<T>(id, sequence, facts.Count, type.FoldAll(facts), facts);
    }

    private (FactRow Row, Fact Fact) Write(NewFact fact, int number)
    {
        if (number >= 1 << SqliteSchema.FactBits)
        {
            throw new InvalidOperationException($"A document of {_type} has more facts than the store can hold ({1 << SqliteSchema.FactBits}).");
        }

        var name = type.Facts.NameOf(fact.Data);
        var at = fact.At.ToUnixTimeMilliseconds();
        var json = StoredJson.Write(fact.Data, _write);
        var body = FactRow.Rent(json.Length);
        json.CopyTo(body);
        return (new FactRow(name, at, body, json.Length, fact), new Fact(number, name, DateTimeOffset.FromUnixTimeMilliseconds(at), fact.Data, fact.Sealed));
    }

    private List<(string Name, string Value)> EntriesOf(T state)
    {
        var entries = new List<(string, string)>(_indexes.Length);
        foreach (var (name, values) in _indexes)
        {
            foreach (var value in values(state))
            {
                entries.Add((name, value));
            }
        }

        return entries;
    }

    /// <summary>Small blobs ride in the commit; large ones, and those of another provider's store, are durable before it.</summary>
    private async ValueTask<List<NewBlob>> KeepLargeAsync(IReadOnlyList<NewBlob> blobs, CancellationToken cancellation)
    {
        var keeper = (IBlobStore)services.GetService(typeof(IBlobStore))!;
        var small = new List<NewBlob>(blobs.Count);
        for (var i = 0; i < blobs.Count; i++)
        {
            if (keeper is SqliteBlobStore && SqliteBlobStore.FitsInCommit(blobs[i]))
            {
                small.Add(blobs[i]);
            }
            else
            {
                await keeper.PutAsync(blobs[i], cancellation);
            }
        }

        return small;
    }

    /// <summary>Keys go in as 16 bytes of a hash: they may be long, and may name a device or a person.</summary>
    private byte[] KeyOf(string key)
    {
        var most = Encoding.UTF8.GetMaxByteCount(_type.Length + 1 + key.Length);
        var text = most <= 1024 ? stackalloc byte[1024] : new byte[most];
        var length = Encoding.UTF8.GetBytes(_type, text);
        text[length++] = (byte)'\n';
        length += Encoding.UTF8.GetBytes(key, text[length..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(text[..length], hash);
        return hash[..16].ToArray();
    }
}
