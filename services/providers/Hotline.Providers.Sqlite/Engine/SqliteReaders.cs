using System.Collections.Concurrent;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>Connections for reading, kept between uses. Readers never wait for the writer, nor it for them.</summary>
internal sealed class SqliteReaders(StoreFiles files) : IDisposable
{
    private const int MostKept = 16;
    private readonly ConcurrentBag<ReaderStatements> _idle = [];

    public T Read<T>(Func<ReaderStatements, T> read)
    {
        var reader = _idle.TryTake(out var kept) ? kept : new ReaderStatements(SqliteConnection.Open(files.Database, readOnly: true));
        var broken = true;
        try
        {
            var result = read(reader);
            broken = false;
            return result;
        }
        finally
        {
            if (broken || _idle.Count >= MostKept)
            {
                reader.Dispose();
            }
            else
            {
                _idle.Add(reader);
            }
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }
}

/// <summary>A reading connection's prepared statements.</summary>
internal sealed class ReaderStatements(SqliteConnection connection) : IDisposable
{
    public SqliteStatement ById { get; } = connection.Prepare("SELECT seq, id FROM documents WHERE id=?1 AND type=?2");

    public SqliteStatement ByKey { get; } = connection.Prepare("SELECT seq, id FROM documents WHERE key=?1");

    public SqliteStatement BySequence { get; } = connection.Prepare("SELECT seq, id FROM documents WHERE seq=?1");

    public SqliteStatement Facts { get; } = connection.Prepare("SELECT id, type, at, body, sealed FROM facts WHERE id BETWEEN ?1 AND ?2 ORDER BY id");

    public SqliteStatement Entries { get; } = connection.Prepare(
        "SELECT document FROM entries WHERE name=?1 AND value=?2 AND document>?3 ORDER BY document LIMIT ?4");

    public SqliteStatement Blob { get; } = connection.Prepare("SELECT content FROM blobs WHERE ref=?1");

    public SqliteStatement Position { get; } = connection.Prepare("SELECT seq FROM positions WHERE name=?1");

    public SqliteStatement Events { get; } = connection.Prepare("SELECT seq, topic, fact, key FROM events WHERE seq > ?1 ORDER BY seq LIMIT ?2");

    public SqliteStatement EventFact { get; } = connection.Prepare(
        "SELECT d.id, d.type, f.type, f.at, f.body FROM facts f JOIN documents d ON d.seq = f.id >> 16 WHERE f.id = ?1");

    public void Dispose() => connection.Dispose();
}
