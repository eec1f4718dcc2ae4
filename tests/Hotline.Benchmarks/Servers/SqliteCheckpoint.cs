using System.Runtime.InteropServices;

namespace Hotline.Benchmarks.Servers;

/// <summary>Copies the write-ahead log back into the database from inside the server's process, so that the bytes go to its account.</summary>
internal static partial class SqliteCheckpoint
{
    private const string Library = "libsqlite3.so.0";

    public static void Run(string database)
    {
        Check(Open(database, out var connection));
        try
        {
            Check(Execute(connection, "PRAGMA busy_timeout=5000; PRAGMA wal_checkpoint(TRUNCATE)", 0, 0, 0));
        }
        finally
        {
            Check(Close(connection));
        }
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"The log could not be copied back: error {result} of SQLite.");
        }
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, out nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_exec", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(nint connection, string sql, nint callback, nint argument, nint error);

    [LibraryImport(Library, EntryPoint = "sqlite3_close")]
    private static partial int Close(nint connection);
}
