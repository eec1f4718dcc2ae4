using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.Providers.Sqlite.Engine;
using Microsoft.Extensions.Logging;

namespace Hotline.Providers.Sqlite;

/// <summary>
/// The embedded log: the outbox table is the log, so what a fact's commit wrote is what readers read, one body and no relay.
/// The same rows serve relays to other logs.
/// </summary>
internal sealed partial class SqliteEventLog(SqliteStore store, TimeProvider time, ILogger<SqliteEventLog> logger) : IEventLog, IOutbox
{
    private const int PageSize = 256;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _readers = new();

    public IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, CancellationToken cancellation)
    {
        var topics = subscription.Topics.ToHashSet();
        return ReadAsync(subscription.Group, row => topics.Contains(row.Topic), cancellation);
    }

    IAsyncEnumerable<LogMessage> IOutbox.ReadAsync(string relay, string service, CancellationToken cancellation)
    {
        var source = SourceOf(service);
        return ReadAsync($"{relay}/{service}", row => row.Event.Source == source, cancellation);
    }

    private static string SourceOf(string service) => $"/hotline/{service}";

    private async IAsyncEnumerable<LogMessage> ReadAsync(string name, Func<SqliteLogMessage, bool> wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // One reader a group in this store: a second one stands by until the first ends, and then reads what that one did not settle.
        var turn = _readers.GetOrAdd(name, _ => new SemaphoreSlim(1));
        if (!await EnterAsync(turn, cancellation))
        {
            yield break;
        }

        var revoked = new CancellationTokenSource();
        var cursor = new Cursor(name, store.Writer);
        try
        {
            long? after = null;
            while (!cancellation.IsCancellationRequested)
            {
                var next = store.Committed.Next;
                if (TryReadPage(name, ref after, cursor, revoked.Token) is not { } page)
                {
                    await Task.Delay(RetryAfter, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                foreach (var message in page)
                {
                    after = message.Sequence;
                    cursor.Delivered(message.Sequence);
                    if (!wanted(message))
                    {
                        message.Settle();
                        continue;
                    }

                    if (cancellation.IsCancellationRequested)
                    {
                        yield break;
                    }

                    yield return message;
                }

                if (page.Count == 0)
                {
                    await next.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            cursor.Close();
            await revoked.CancelAsync();
            revoked.Dispose();
            turn.Release();
        }
    }

    private static async ValueTask<bool> EnterAsync(SemaphoreSlim turn, CancellationToken cancellation)
    {
        try
        {
            await turn.WaitAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private long PositionOf(ReaderStatements reader, string name)
    {
        if (store.Writer.PendingPosition(name) is { } pending)
        {
            return pending;
        }

        try
        {
            return reader.Position.Bind(1, name).Step() ? reader.Position.Int64(0) : 0;
        }
        finally
        {
            reader.Position.Reset();
        }
    }

    /// <param name="after">Where the reader stands; null until its position could be read.</param>
    /// <returns>Null when the store cannot be read just now.</returns>
    private List<SqliteLogMessage>? TryReadPage(string name, ref long? after, Cursor cursor, CancellationToken revoked)
    {
        try
        {
            var from = after ??= store.Readers.Read(reader => PositionOf(reader, name));
            return store.Readers.Read(reader => ReadPage(reader, from, cursor, revoked));
        }
        catch (EngineAwayException failure)
        {
            LogAway(failure.Message);
            return null;
        }
    }

    private static List<SqliteLogMessage> ReadPage(ReaderStatements reader, long after, Cursor cursor, CancellationToken revoked)
    {
        var page = new List<SqliteLogMessage>();
        var rows = reader.Events;
        try
        {
            rows.Bind(1, after).Bind(2, PageSize);
            while (rows.Step())
            {
                var document = rows.Guid(4);
                var type = rows.Text(5);
                page.Add(new SqliteLogMessage(
                    cursor,
                    rows.Int64(0),
                    rows.Text(1),
                    new CloudEvent(
                        CloudEvent.IdOf(document, (int)(rows.Int64(2) & ((1 << SqliteSchema.FactBits) - 1))),
                        SourceOf(type[..type.IndexOf('/', StringComparison.Ordinal)]),
                        rows.Text(6),
                        DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(7)),
                        rows.IsNull(3) ? document : rows.Guid(3),
                        rows.Blob(8).ToArray()),
                    revoked));
            }
        }
        finally
        {
            rows.Reset();
        }

        return page;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The embedded log cannot be read, trying again: {Reason}")]
    private partial void LogAway(string reason);
}

/// <summary>How far a reader has come: the position moves only past an unbroken row of settled events.</summary>
internal sealed class Cursor(string name, SqliteWriter writer)
{
    private readonly Queue<long> _delivered = new();
    private readonly HashSet<long> _settled = [];
    private bool _closed;

    public void Delivered(long sequence)
    {
        lock (_delivered)
        {
            _delivered.Enqueue(sequence);
        }
    }

    public void Settle(long sequence)
    {
        lock (_delivered)
        {
            if (_closed || !_settled.Add(sequence))
            {
                return;
            }

            long? reached = null;
            while (_delivered.TryPeek(out var oldest) && _settled.Remove(oldest))
            {
                reached = _delivered.Dequeue();
            }

            if (reached is { } position)
            {
                writer.SavePosition(name, position);
            }
        }
    }

    /// <summary>From now on another reader may have the events: settling them here says nothing.</summary>
    public void Close()
    {
        lock (_delivered)
        {
            _closed = true;
        }
    }
}

internal sealed class SqliteLogMessage(Cursor cursor, long sequence, string topic, CloudEvent envelope, CancellationToken revoked) : LogMessage
{
    public long Sequence { get; } = sequence;

    public override string Topic { get; } = topic;

    public override CloudEvent Event { get; } = envelope;

    public override CancellationToken Revoked { get; } = revoked;

    public override void Settle() => cursor.Settle(Sequence);
}
