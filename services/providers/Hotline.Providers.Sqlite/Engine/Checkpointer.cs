using Hotline.Ports;
using Microsoft.Extensions.Logging;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>
/// Copies the write-ahead log back into the database away from the writer's thread. Under a steady load the log is never copied to its
/// very end, and then it grows for ever: once it is long the writer is asked to copy the short rest itself, between two commits.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    private const int LongLogFrames = 65_536; // 64 MiB of 1 KiB pages

    private readonly StoreFiles _files;
    private readonly int _threshold;
    private readonly ILogger _logger;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private long _written;
    private volatile bool _finish;
    private volatile bool _stopping;

    public Checkpointer(StoreFiles files, SqliteOptions options, ILogger logger)
    {
        (_files, _threshold, _logger) = (files, options.CheckpointBytes, logger);
        _thread = new Thread(Run) { Name = "hotline store checkpoints", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Counts what a commit wrote; called by the writer alone.</summary>
    public void Written(int bytes)
    {
        _written += bytes;
        if (_written >= _threshold)
        {
            _written = 0;
            _wake.Set();
        }
    }

    /// <summary>Called by the writer before a transaction, while it holds the write lock.</summary>
    public void FinishIfAsked(SqliteConnection writer)
    {
        if (_finish)
        {
            _finish = false;
            writer.Checkpoint(truncate: false);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        SqliteConnection? connection = null;
        while (true)
        {
            _wake.WaitOne();
            if (_stopping)
            {
                connection?.Dispose();
                return;
            }

            try
            {
                connection ??= SqliteConnection.Open(_files.Database);
                var (frames, copied) = connection.Checkpoint(truncate: false);
                _finish = frames > LongLogFrames && copied > frames / 2;
            }
            catch (EngineAwayException failure)
            {
                LogFailed(failure.Message);
                connection?.Dispose();
                connection = null;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The write-ahead log was not copied back, it goes on growing until it is: {Reason}")]
    private partial void LogFailed(string reason);
}
