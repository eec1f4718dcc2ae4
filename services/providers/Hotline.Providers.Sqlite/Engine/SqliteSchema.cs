namespace Hotline.Providers.Sqlite.Engine;

/// <summary>The tables, by <c>user_version</c>: each step is one transaction, run by the first process that opens an older file.</summary>
internal static class SqliteSchema
{
    /// <summary>A fact's row number is its document's sequence and its own number, so that the facts of a document lie together without another index.</summary>
    public const int FactBits = 16;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE documents(seq INTEGER PRIMARY KEY, id BLOB NOT NULL, key BLOB NOT NULL UNIQUE, type TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE(id, type)) STRICT;
        CREATE TABLE facts(id INTEGER PRIMARY KEY, type TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL, sealed BLOB) STRICT;
        CREATE TABLE entries(name TEXT NOT NULL, value TEXT NOT NULL, document INTEGER NOT NULL, PRIMARY KEY(name, value, document)) WITHOUT ROWID, STRICT;
        CREATE TABLE events(seq INTEGER PRIMARY KEY, topic TEXT NOT NULL, fact INTEGER NOT NULL, key BLOB) STRICT;
        CREATE TABLE blobs(ref BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID, STRICT;
        CREATE TABLE positions(name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
        """,
    ];

    public static int Version => Steps.Length;

    /// <exception cref="InvalidOperationException">A newer version of the software wrote this file.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        var version = (int)connection.Scalar("PRAGMA user_version");
        if (version > Version)
        {
            throw new InvalidOperationException($"The store has schema {version}, this program knows {Version}: a newer version wrote it. Run that version.");
        }

        for (; version < Version; version++)
        {
            connection.Execute($"BEGIN IMMEDIATE; {Steps[version]} PRAGMA user_version={version + 1}; COMMIT;");
        }
    }
}
