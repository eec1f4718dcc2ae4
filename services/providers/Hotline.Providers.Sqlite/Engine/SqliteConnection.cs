using System.Reflection;
using System.Runtime.InteropServices;
using Hotline.Ports;
using SQLitePCL;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>
/// One connection to the database, used by one thread at a time. Microsoft.Data.Sqlite would replace this and <see cref="SqliteStatement"/>;
/// it is not used because it sleeps 150 ms when the store is busy and hides which commits failed how.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    private readonly sqlite3 _db;
    private readonly List<SqliteStatement> _statements = [];

    static SqliteConnection()
    {
        // The bundled native library is old and vulnerable; the system's is patched by its distribution.
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, assembly, search) =>
            name == "e_sqlite3" ? LoadSystemLibrary() : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
    }

    private SqliteConnection(sqlite3 db) => _db = db;

    public static SqliteConnection Open(string path, bool readOnly = false)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | raw.SQLITE_OPEN_READWRITE | (readOnly ? 0 : raw.SQLITE_OPEN_CREATE);
        var result = raw.sqlite3_open_v2(path, out var db, flags, null);
        var connection = new SqliteConnection(db);
        try
        {
            connection.Check(result);
            _ = raw.sqlite3_extended_result_codes(db, 1);
            _ = raw.sqlite3_busy_timeout(db, 5000);
            // Small pages: a commit of a few appeals touches the last page of each table and a random one of the keys, and writes them whole.
            // A small cache: where SQLite reorders pages it numbers one of them beyond the file's end for a moment, and then each commit walks
            // through all that is cached (a fifth of the writer's time with 64 MB). What falls out comes back from the system's cache.
            connection.Execute(readOnly
                ? "PRAGMA query_only=ON; PRAGMA cache_size=-4000"
                : "PRAGMA page_size=1024; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2000; PRAGMA trusted_schema=OFF");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteStatement Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_db, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        var statement = new SqliteStatement(this, handle);
        _statements.Add(statement);
        return statement;
    }

    public void Execute(string sql) => Check(raw.sqlite3_exec(_db, sql));

    public long Scalar(string sql)
    {
        Check(raw.sqlite3_prepare_v2(_db, sql, out var handle));
        using var statement = new SqliteStatement(this, handle);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public long LastInsertRowId => raw.sqlite3_last_insert_rowid(_db);

    public int Changes => raw.sqlite3_changes(_db);

    public bool InTransaction => raw.sqlite3_get_autocommit(_db) == 0;

    /// <summary>Copies the write-ahead log back into the database.</summary>
    /// <returns>Frames in the log, and how many of them are in the database now.</returns>
    public (int Frames, int Copied) Checkpoint(bool truncate)
    {
        var result = raw.sqlite3_wal_checkpoint_v2(_db, null, truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE, out var frames, out var copied);
        if (result != raw.SQLITE_BUSY)
        {
            Check(result);
        }

        return (frames, copied);
    }

    /// <exception cref="EngineAwayException">Anything but success: with prepared statements and conflicts resolved in SQL, what is left is the engine's trouble.</exception>
    public void Check(int result)
    {
        if (result is raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return;
        }

        throw (result & 0xFF) switch
        {
            raw.SQLITE_FULL => new EngineAwayException("The disk of the embedded store is full. Make room; nothing that was acknowledged is lost.") { DiskFull = true },
            raw.SQLITE_IOERR => new EngineAwayException($"The disk of the embedded store failed (SQLite {result}: {raw.sqlite3_errmsg(_db).utf8_to_string()})."),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new EngineAwayException($"Another process holds the embedded store (SQLite {result})."),
            raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM => new EngineAwayException(
                $"The embedded store cannot be opened or written (SQLite {result}). Check that Hotline:Data is a writable folder on a local disk."),
            _ => new InvalidOperationException($"SQLite {result}: {raw.sqlite3_errmsg(_db).utf8_to_string()}"),
        };
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }

        _db.Dispose();
    }

    private static IntPtr LoadSystemLibrary() =>
        NativeLibrary.TryLoad("libsqlite3.so.0", out var library) || NativeLibrary.TryLoad("libsqlite3.dylib", out library) ? library
        : throw new DllNotFoundException("The system's SQLite library (libsqlite3.so.0) is missing. On Debian: apt-get install libsqlite3-0");
}
