using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
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

    public IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, CancellationToken cancellation) =>
        ReadAsync(new Wanted(subscription.Group, [.. subscription.Topics.Select(topic => (topic, Encoding.UTF8.GetBytes(topic)))], null), cancellation);

    IAsyncEnumerable<LogMessage> IOutbox.ReadAsync(string relay, string service, CancellationToken cancellation) =>
        ReadAsync(new Wanted($"{relay}/{service}", null, $"{service}/"), cancellation);

    /// <summary>What a reader is there for: some topics, or the documents of one service.</summary>
    private sealed record Wanted(string Name, IReadOnlyList<(string Topic, byte[] Utf8)>? Topics, string? TypePrefix)
    {
        /// <summary>The topic's name when it is wanted; most rows are another reader's, and nothing is copied of those.</summary>
        public string? Find(ReadOnlySpan<byte> topic)
        {
            if (Topics is null)
            {
                return Encoding.UTF8.GetString(topic);
            }

            foreach (var (name, utf8) in Topics)
            {
                if (topic.SequenceEqual(utf8))
                {
                    return name;
                }
            }

            return null;
        }
    }

    private async IAsyncEnumerable<LogMessage> ReadAsync(Wanted wanted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // One reader a group in this store: a second one stands by until the first ends, and then reads what that one did not settle.
        var turn = _readers.GetOrAdd(wanted.Name, _ => new SemaphoreSlim(1));
        if (!await EnterAsync(turn, cancellation))
        {
            yield break;
        }

        var revoked = new CancellationTokenSource();
        var cursor = new Cursor(wanted.Name, store.Writer);
        try
        {
            long? after = null;
            while (!cancellation.IsCancellationRequested)
            {
                var next = store.Committed.Next;
                var before = after;
                if (TryReadPage(wanted, ref after, cursor, revoked.Token) is not { } page)
                {
                    await Task.Delay(RetryAfter, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    continue;
                }

                foreach (var message in page)
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        yield break;
                    }

                    yield return message;
                }

                if (after == before)
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

    /// <param name="after">Where the reader stands, null until its position could be read; moves over the page.</param>
    /// <returns>Null when the store cannot be read just now.</returns>
    private List<SqliteLogMessage>? TryReadPage(Wanted wanted, ref long? after, Cursor cursor, CancellationToken revoked)
    {
        try
        {
            var from = after ?? store.Readers.Read(reader => PositionOf(reader, wanted.Name));
            (var page, after) = store.Readers.Read(reader => ReadPage(reader, wanted, from, cursor, revoked));
            return page;
        }
        catch (EngineAwayException failure)
        {
            LogAway(failure.Message);
            return null;
        }
    }

    private static (List<SqliteLogMessage> Page, long Last) ReadPage(ReaderStatements reader, Wanted wanted, long after, Cursor cursor, CancellationToken revoked)
    {
        var page = new List<SqliteLogMessage>();
        var last = after;
        var rows = reader.Events;
        try
        {
            rows.Bind(1, after).Bind(2, PageSize);
            while (rows.Step())
            {
                last = rows.Int64(0);
                cursor.Delivered(last);
                var message = wanted.Find(rows.Blob(1)) is { } topic
                    ? ReadEvent(reader, wanted, topic, last, rows.Int64(2), rows.IsNull(3) ? null : rows.Guid(3), cursor, revoked)
                    : null;
                if (message is null)
                {
                    cursor.Settle(last);
                }
                else
                {
                    page.Add(message);
                }
            }
        }
        finally
        {
            rows.Reset();
        }

        return (page, last);
    }

    private static SqliteLogMessage? ReadEvent(
        ReaderStatements reader, Wanted wanted, string topic, long sequence, long fact, Guid? key, Cursor cursor, CancellationToken revoked)
    {
        var row = reader.EventFact;
        try
        {
            if (!row.Bind(1, fact).Step())
            {
                throw new InvalidDataException($"Event {sequence} points to a fact that is not there: the store is damaged. Restore it from the backup.");
            }

            var type = row.Text(1);
            if (wanted.TypePrefix is not null && !type.StartsWith(wanted.TypePrefix, StringComparison.Ordinal))
            {
                return null;
            }

            var document = row.Guid(0);
            var envelope = new CloudEvent(
                CloudEvent.IdOf(document, (int)(fact & ((1 << SqliteSchema.FactBits) - 1))),
                $"/hotline/{type.AsSpan(0, type.IndexOf('/', StringComparison.Ordinal))}",
                row.Text(2),
                DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(3)),
                key ?? document,
                row.Blob(4).ToArray());
            return new SqliteLogMessage(cursor, sequence, topic, envelope, revoked);
        }
        finally
        {
            row.Reset();
        }
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
    public override string Topic { get; } = topic;

    public override CloudEvent Event { get; } = envelope;

    public override CancellationToken Revoked { get; } = revoked;

    public override void Settle() => cursor.Settle(sequence);
}
