using Hotline.Ports;
using Microsoft.Extensions.Logging;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>
/// The one writer of a process. It takes everything that is queued into one transaction, commits, and completes the waiters after:
/// while one commit syncs the next batch gathers, so the sync itself is the batching window, and only under load is there another.
/// </summary>
internal sealed partial class SqliteWriter : IDisposable
{
    private const int Siblings = 8; // writes in the last commit: with fewer there is no load
    private const int MostGathering = 2; // ms
    private static readonly TimeSpan PositionsMayWait = TimeSpan.FromMilliseconds(500);

    private readonly StoreFiles _files;
    private readonly SqliteOptions _options;
    private readonly ILogger _logger;
    private readonly CommitSignal _committed;
    private readonly Checkpointer _checkpointer;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _work = new(false); // a SemaphoreSlim spins before it sleeps, a fifth of this thread's time
    private Queue<WriteOperation> _queue = new();
    private Dictionary<string, long> _positions = [];
    private SqliteConnection? _connection;
    private WriterStatements? _statements;
    private long _seenVersion;
    private int _awaited = 1; // with so many queued it is woken
    private long _positionsSince = TimeProvider.System.GetTimestamp();
    private volatile bool _stopping;

    public SqliteWriter(StoreFiles files, SqliteOptions options, CommitSignal committed, ILogger<SqliteWriter> logger)
    {
        (_files, _options, _committed, _logger) = (files, options, committed, logger);
        files.WriteLock.Run(OpenConnection);
        _checkpointer = new Checkpointer(files, options, logger);
        _thread = new Thread(Run) { Name = "hotline store writer", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Queues a write and waits until it is durable.</summary>
    public Task WriteAsync(WriteOperation operation)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                throw new EngineAwayException("The store is closing.");
            }

            if (_queue.Count >= _options.QueueCount)
            {
                throw new EngineAwayException("The store has more writes waiting than it may hold. Try again in a second.");
            }

            _queue.Enqueue(operation);
            if (_queue.Count == _awaited)
            {
                _work.Set();
            }
        }

        return operation.Done;
    }

    /// <summary>Notes how far a reader has come. It rides on the next commit, or on one of its own within half a second: losing it repeats events, no more.</summary>
    public void SavePosition(string name, long sequence)
    {
        lock (_gate)
        {
            _positions[name] = sequence;
        }
    }

    /// <summary>A position noted but not yet committed.</summary>
    public long? PendingPosition(string name)
    {
        lock (_gate)
        {
            return _positions.TryGetValue(name, out var sequence) ? sequence : null;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _work.Set();
        _thread.Join();
        _checkpointer.Dispose();
        _connection?.Dispose();
        _work.Dispose();
    }

    private void Run()
    {
        var batch = new List<WriteOperation>(_options.BatchCount);
        while (true)
        {
            _work.WaitOne(_options.PollMilliseconds);
            var stopping = _stopping;
            while (TakeBatch(batch, stopping, out var positions))
            {
                Commit(batch, positions);
                Gather(batch.Count);
                batch.Clear();
            }

            LookForOthersCommits();
            if (stopping)
            {
                return;
            }
        }
    }

    /// <summary>Watching the log file would wake before the commit can be seen; the data version costs microseconds and is never early.</summary>
    private void LookForOthersCommits()
    {
        if (_statements is not { } statements)
        {
            return;
        }

        try
        {
            statements.DataVersion.Step();
            var version = statements.DataVersion.Int64(0);
            if (version != _seenVersion)
            {
                _seenVersion = version;
                _committed.Pulse();
            }
        }
        catch (EngineAwayException failure)
        {
            LogFailed(0, nameof(EngineAwayException), failure.Message);
            CloseConnection();
        }
        finally
        {
            _statements?.DataVersion.Reset();
        }
    }

    /// <summary>
    /// Under load the next commit waits for company: one of a handful costs nearly what one of dozens does, and takes the processor from those who would
    /// join it. PostgreSQL's commit_delay and commit_siblings.
    /// </summary>
    private void Gather(int last)
    {
        lock (_gate)
        {
            var enough = Math.Min(last * 2, Math.Min(_options.BatchCount, _options.QueueCount));
            if (last < Siblings || _stopping || _queue.Count >= enough)
            {
                return;
            }

            _awaited = enough;
            _ = _work.WaitOne(0); // the word of those that wait already
        }

        _work.WaitOne(MostGathering);
    }

    private bool TakeBatch(List<WriteOperation> batch, bool stopping, out Dictionary<string, long> positions)
    {
        lock (_gate)
        {
            _awaited = 1;
            if (_queue.Count == 0 && !stopping && TimeProvider.System.GetElapsedTime(_positionsSince) < PositionsMayWait)
            {
                positions = [];
                return false;
            }

            var bytes = 0;
            while (batch.Count < _options.BatchCount && bytes < _options.BatchBytes && _queue.TryDequeue(out var operation))
            {
                batch.Add(operation);
                bytes += operation.Bytes;
            }

            positions = _positions;
            _positions = [];
            _positionsSince = TimeProvider.System.GetTimestamp();
            return batch.Count > 0 || positions.Count > 0;
        }
    }

    private void Commit(List<WriteOperation> batch, Dictionary<string, long> positions)
    {
        try
        {
            _files.WriteLock.Run(() => Transact(batch, positions));
        }
#pragma warning disable CA1031 // whatever went wrong, the waiters must be told, and the thread must live
        catch (Exception failure)
#pragma warning restore CA1031
        {
            CloseConnection(); // what the failed commit left in memory or in the log is not to be trusted
            var away = failure as EngineAwayException ?? new EngineAwayException("The embedded store failed.", failure);
            LogFailed(batch.Count, failure.GetType().Name, failure.Message);
            foreach (var operation in batch)
            {
                operation.Fail(away);
            }

            foreach (var (name, sequence) in positions)
            {
                lock (_gate)
                {
                    _positions.TryAdd(name, sequence);
                }
            }

            if (batch.Count == 0)
            {
                _work.WaitOne(PositionsMayWait); // positions alone must not spin on a dead disk
            }

            return;
        }

        foreach (var operation in batch)
        {
            operation.Complete();
        }

        _committed.Pulse();
        _checkpointer.Written(batch.Sum(operation => operation.Bytes));
    }

    private void Transact(List<WriteOperation> batch, Dictionary<string, long> positions)
    {
        if (_connection is null)
        {
            OpenConnection();
        }

        _checkpointer.FinishIfAsked(_connection!);
        var statements = _statements!;
        statements.Begin.Run();
        while (statements.Apply(batch) is { } misfit)
        {
            batch.Remove(misfit); // it has ended, whatever becomes of the others
            statements.Rollback.Run();
            statements.Begin.Run();
        }

        foreach (var (name, sequence) in positions)
        {
            statements.SavePosition(name, sequence);
        }

        statements.Commit.Run();
    }

    /// <summary>
    /// Opens and migrates. The log is copied back and synced first: after a failed sync the kernel forgets which pages never reached the
    /// disk, so pages that can still be read may be lost at a power cut. Copying them writes them anew.
    /// </summary>
    private void OpenConnection()
    {
        var connection = SqliteConnection.Open(_files.Database);
        try
        {
            connection.Checkpoint(truncate: true);
            SqliteSchema.Migrate(connection);
            _statements = new WriterStatements(connection);
            _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CloseConnection()
    {
        _connection?.Dispose();
        _connection = null;
        _statements = null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A commit of {Count} writes failed, none of them was acknowledged: {Failure}: {Reason}")]
    private partial void LogFailed(int count, string failure, string reason);
}
