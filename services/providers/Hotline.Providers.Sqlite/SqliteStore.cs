using Hotline.Ports;
using Hotline.Providers.Sqlite.Engine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Sqlite;

/// <summary>The embedded store of this process: one file, one writer, many readers. All ports of this provider share it.</summary>
internal sealed class SqliteStore : IDisposable
{
    private readonly Timer? _poll;
    private readonly ReaderStatements? _watch;
    private long _seen;

    public SqliteStore(IOptions<SqliteOptions> options, IReadOnlyList<string> services, ILogger<SqliteWriter> logger)
    {
        Files = new StoreFiles(options.Value.Folder, services);
        Writer = new SqliteWriter(Files, options.Value, Committed, logger);
        Readers = new SqliteReaders(Files);
        _watch = new ReaderStatements(SqliteConnection.Open(Files.Database, readOnly: true));
        var every = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
        _poll = new Timer(_ => LookForOthersCommits(), null, every, every);
    }

    public StoreFiles Files { get; }

    public SqliteWriter Writer { get; }

    public SqliteReaders Readers { get; }

    public CommitSignal Committed { get; } = new();

    public void Dispose()
    {
        if (_poll is not null)
        {
            using var ended = new ManualResetEvent(false);
            if (_poll.Dispose(ended))
            {
                ended.WaitOne();
            }
        }

        _watch?.Dispose();
        Writer.Dispose();
        Readers.Dispose();
        Files.Dispose();
    }

    /// <summary>Watching the log file would wake before the commit can be seen; the data version costs microseconds and is never early.</summary>
    private void LookForOthersCommits()
    {
        if (!Monitor.TryEnter(_watch!))
        {
            return;
        }

        try
        {
            _watch!.DataVersion.Step();
            var version = _watch.DataVersion.Int64(0);
            _watch.DataVersion.Reset();
            if (version != _seen)
            {
                _seen = version;
                Committed.Pulse();
            }
        }
        catch (EngineAwayException)
        {
            Committed.Pulse(); // the readers meet the same trouble and report it
        }
        finally
        {
            Monitor.Exit(_watch!);
        }
    }
}
