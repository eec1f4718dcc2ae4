using Hotline.Providers.Sqlite.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Sqlite;

/// <summary>The embedded store of this process: one file, one writer, many readers. All ports of this provider share it.</summary>
internal sealed class SqliteStore : IDisposable
{
    public SqliteStore(IOptions<SqliteOptions> options, IReadOnlyList<string> services, ILogger<SqliteWriter> logger)
    {
        Files = new StoreFiles(options.Value.Folder, services);
        try
        {
            Writer = new SqliteWriter(Files, options.Value, Committed, logger);
        }
        catch
        {
            Files.Dispose(); // the services' names are free again for whoever tries next
            throw;
        }

        Readers = new SqliteReaders(Files);
    }

    public StoreFiles Files { get; }

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    public CommitSignal Committed { get; } = new();

    public void Dispose()
    {
        Writer.Dispose();
        Readers.Dispose();
        Files.Dispose();
    }
}
