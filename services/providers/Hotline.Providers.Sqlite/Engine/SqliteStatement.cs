using SQLitePCL;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>A prepared statement: bind, step, read, reset.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt handle) : IDisposable
{
    public SqliteStatement Bind(int index, long value)
    {
        connection.Check(raw.sqlite3_bind_int64(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        connection.Check(raw.sqlite3_bind_text(handle, index, value));
        return this;
    }

    /// <summary>Binds bytes; an empty span is an empty blob, never null.</summary>
    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        connection.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, index, 0) : raw.sqlite3_bind_blob(handle, index, value));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        connection.Check(raw.sqlite3_bind_null(handle, index));
        return this;
    }

    /// <summary>The next row, if there is one.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(handle);
        connection.Check(result);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>Runs a statement that gives no rows, ready to be bound again.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            Reset();
        }
    }

    public void Reset() => _ = raw.sqlite3_reset(handle); // repeats the error Step has thrown already

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    public Guid Guid(int column) => new(Blob(column), bigEndian: true);

    public void Dispose() => handle.Dispose();
}
