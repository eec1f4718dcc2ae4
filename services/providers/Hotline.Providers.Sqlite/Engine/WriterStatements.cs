using System.Buffers;
using Hotline.Ports;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>The writer's prepared statements.</summary>
internal sealed class WriterStatements(SqliteConnection connection)
{
    private readonly SqliteStatement _addDocument = connection.Prepare(
        "INSERT INTO documents(id, key, type, version) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(key) DO NOTHING");

    private readonly SqliteStatement _findKey = connection.Prepare("SELECT seq FROM documents WHERE key=?1");
    private readonly SqliteStatement _grow = connection.Prepare("UPDATE documents SET version=?3 WHERE seq=?1 AND version=?2");
    private readonly SqliteStatement _addFact = connection.Prepare("INSERT INTO facts(id, type, at, body, sealed) VALUES(?1, ?2, ?3, ?4, ?5)");
    private readonly SqliteStatement _addEvent = connection.Prepare("INSERT INTO events(topic, fact, key) VALUES(?1, ?2, ?3)");
    private readonly SqliteStatement _addEntry = connection.Prepare("INSERT INTO entries(name, value, document) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING");
    private readonly SqliteStatement _removeEntry = connection.Prepare("DELETE FROM entries WHERE name=?1 AND value=?2 AND document=?3");
    private readonly SqliteStatement _addBlob = connection.Prepare("INSERT INTO blobs(ref, content) VALUES(?1, ?2) ON CONFLICT DO NOTHING");
    private readonly SqliteStatement _savePosition = connection.Prepare(
        "INSERT INTO positions(name, seq) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET seq=excluded.seq");

    public SqliteStatement Begin { get; } = connection.Prepare("BEGIN IMMEDIATE");

    public SqliteStatement Commit { get; } = connection.Prepare("COMMIT");

    /// <summary>Changes when another connection commits, never by this one's own commits.</summary>
    public SqliteStatement DataVersion { get; } = connection.Prepare("PRAGMA data_version");

    public SqliteStatement Rollback { get; } = connection.Prepare("ROLLBACK");

    /// <summary>Applies writes up to one that breaks a rule of the schema: it fails alone, and the others are to be applied again without it.</summary>
    public WriteOperation? Apply(List<WriteOperation> batch)
    {
        foreach (var operation in batch)
        {
            try
            {
                operation.Apply(this);
            }
            catch (InvalidOperationException wrong)
            {
                operation.Fail(wrong);
                return operation;
            }
        }

        return null;
    }

    /// <returns>The new document's sequence, and whether it is new; else the sequence of the one that has the key.</returns>
    public (long Sequence, bool Added) AddDocument(Guid id, ReadOnlySpan<byte> key, string type, int version)
    {
        Span<byte> idBytes = stackalloc byte[16];
        id.TryWriteBytes(idBytes, bigEndian: true, out _);
        _addDocument.Bind(1, idBytes).Bind(2, key).Bind(3, type).Bind(4, version).Run();
        if (connection.Changes == 1)
        {
            return (connection.LastInsertRowId, true);
        }

        try
        {
            _findKey.Bind(1, key).Step();
            return (_findKey.Int64(0), false);
        }
        finally
        {
            _findKey.Reset();
        }
    }

    /// <returns>False when the document is no longer at the version.</returns>
    public bool Grow(long sequence, int from, int to)
    {
        _grow.Bind(1, sequence).Bind(2, from).Bind(3, to).Run();
        return connection.Changes == 1;
    }

    public void AddFact(long sequence, int number, FactRow fact)
    {
        var id = (sequence << SqliteSchema.FactBits) | (long)number;
        _addFact.Bind(1, id).Bind(2, fact.Type).Bind(3, fact.At).Bind(4, fact.Body);
        _ = fact.Sealed.IsEmpty ? _addFact.BindNull(5) : _addFact.Bind(5, fact.Sealed.Span);
        _addFact.Run();
        if (fact.Topic is null)
        {
            return;
        }

        _addEvent.Bind(1, fact.Topic).Bind(2, id);
        if (fact.PartitionKey is { } key)
        {
            Span<byte> keyBytes = stackalloc byte[16];
            key.TryWriteBytes(keyBytes, bigEndian: true, out _);
            _addEvent.Bind(3, keyBytes);
        }
        else
        {
            _addEvent.BindNull(3);
        }

        _addEvent.Run();
    }

    public void AddEntry(string name, string value, long sequence) => _addEntry.Bind(1, name).Bind(2, value).Bind(3, sequence).Run();

    public void RemoveEntry(string name, string value, long sequence) => _removeEntry.Bind(1, name).Bind(2, value).Bind(3, sequence).Run();

    public void AddBlob(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> content) => _addBlob.Bind(1, reference).Bind(2, content).Run();

    public void SavePosition(string name, long sequence) => _savePosition.Bind(1, name).Bind(2, sequence).Run();
}

/// <summary>A fact ready to be written.</summary>
/// <param name="buffer">Holds its body; of <see cref="Rent"/>, and given back by <see cref="Release"/>.</param>
internal sealed class FactRow(string type, long at, byte[] buffer, int length, NewFact fact)
{
    // Of its own: all that wait for one commit give theirs back at once, and the shared pool throws away what is more than a few dozen.
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(maxArrayLength: 64 * 1024, maxArraysPerBucket: 256);

    private readonly byte[] _buffer = buffer;

    public string Type { get; } = type;

    public long At { get; } = at;

    public ReadOnlySpan<byte> Body => _buffer.AsSpan(0, length);

    public ReadOnlyMemory<byte> Sealed { get; } = fact.Sealed;

    public string? Topic { get; } = fact.Topic;

    public Guid? PartitionKey { get; } = fact.PartitionKey;

    public static byte[] Rent(int length) => Pool.Rent(length);

    /// <summary>About how much they write.</summary>
    public static int BytesOf(FactRow[] facts)
    {
        var bytes = 0;
        foreach (var fact in facts)
        {
            bytes += fact.Body.Length + fact.Sealed.Length;
        }

        return bytes;
    }

    public static void Release(FactRow[] rows)
    {
        foreach (var row in rows)
        {
            Pool.Return(row._buffer);
        }
    }
}
