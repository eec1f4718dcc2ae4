using System.Security.Cryptography;
using Hotline.Ports;
using Microsoft.Extensions.Logging;

namespace Hotline.Providers.MongoDB.Engine;

/// <summary>
/// This process's part in the order of a service's commits. A write takes a number first and closes it when its outcome is known; pages and the
/// outbox go only as far as every number is closed, so that nothing comes up behind a reader. Writes that want a number at
/// the same time share one change of the database, and so do those that close theirs: nobody waits for the closing.
/// </summary>
internal sealed partial class CommitSequence(SequenceDocument sequence, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly string _holder = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly CancellationTokenSource _stopped = new();
    private readonly CommitSignal _work = new();
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource<CommitNumber>> _waiting = new();
    private readonly List<NumberBlock> _blocks = [];
    private Task? _loop;
    private int _beat;
    private bool _differs;
    private Horizon _horizon = new(0, null);
    private ReadTime? _written;

    /// <summary>Pulsed when numbers of this process close.</summary>
    public CommitSignal Closed { get; } = new();

    /// <summary>A horizon this process knows of without asking: everything before it is there to be read, and maybe more.</summary>
    public Horizon KnownHorizon => Volatile.Read(ref _horizon);

    public async ValueTask<CommitNumber> TakeAsync(CancellationToken cancellation)
    {
        var waiting = new TaskCompletionSource<CommitNumber>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopped.IsCancellationRequested, this);
            _waiting.Enqueue(waiting);
            _loop ??= Task.Run(RunAsync, CancellationToken.None);
        }

        _work.Pulse();
        try
        {
            return await waiting.Task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (!waiting.TrySetCanceled(cancellation) && waiting.Task.IsCompletedSuccessfully)
        {
            (await waiting.Task).Dispose();
            throw;
        }
    }

    /// <summary>Hears when a write of this process was done; to be told before its number closes.</summary>
    public void Wrote(ReadTime at)
    {
        lock (_gate)
        {
            _written = ReadTime.Later(_written, at);
        }
    }

    /// <summary>Asks the database how far everything is there to be read.</summary>
    public async ValueTask<Horizon> HorizonAsync(CancellationToken cancellation)
    {
        var horizon = await sequence.HorizonAsync(_holder, IsClosed, Wrote, cancellation);
        lock (_gate)
        {
            // What counted as closed here may be later than the sequence was read.
            horizon = horizon with { Time = ReadTime.Later(horizon.Time, _written) };

            // What was closed once stays so, even where somebody enters as open what was given up.
            if (horizon.Number > _horizon.Number)
            {
                Volatile.Write(ref _horizon, horizon);
            }
        }

        return horizon;
    }

    public async ValueTask DisposeAsync()
    {
        Task? loop;
        lock (_gate)
        {
            _stopped.Cancel();
            loop = _loop;
        }

        _work.Pulse();
        await (loop ?? Task.CompletedTask);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            var next = _work.Next;
            var taken = TakeWaiting();
            if (taken.Count > 0)
            {
                await AllocateAsync(taken);
                continue;
            }

            var stopping = _stopped.IsCancellationRequested;
            var (differs, beats) = State();
            if (differs && !await SayAsync() && !stopping)
            {
                await CommitSignal.WaitAsync(next, RetryAfter, time, _stopped.Token);
            }
            else if (stopping)
            {
                return;
            }
            else if (!differs)
            {
                await CommitSignal.WaitAsync(next, beats ? sequence.Patience / 3 : Timeout.InfiniteTimeSpan, time, _stopped.Token);
                lock (_gate)
                {
                    _differs |= beats && !next.IsCompleted;
                }
            }
        }
    }

    private List<TaskCompletionSource<CommitNumber>> TakeWaiting()
    {
        lock (_gate)
        {
            var taken = new List<TaskCompletionSource<CommitNumber>>();
            while (taken.Count < MostAtOnce && _waiting.TryDequeue(out var waiting))
            {
                if (!waiting.Task.IsCompleted)
                {
                    taken.Add(waiting);
                }
            }

            return taken;
        }
    }

    private (bool Differs, bool Beats) State()
    {
        lock (_gate)
        {
            return (_differs, _blocks.Count > 0);
        }
    }

    private async Task AllocateAsync(List<TaskCompletionSource<CommitNumber>> waiting)
    {
        NumberBlock? tried = null;
        var (open, closed) = ToSay();
        try
        {
            var numbers = await sequence.TakeAsync(waiting.Count, _holder, ++_beat, open, block => tried = Enter(block, waiting.Count, tried));
            Said(closed);
            for (var i = 0; i < waiting.Count; i++)
            {
                var number = new CommitNumber(this, tried!, numbers.First + i);
                if (!waiting[i].TrySetResult(number))
                {
                    number.Dispose(); // whoever wanted it has gone
                }
            }
        }
#pragma warning disable CA1031 // it goes to those who wait
        catch (Exception failure)
#pragma warning restore CA1031
        {
            lock (_gate)
            {
                // Whether they were taken is unknown, but nobody writes with them.
                if (tried is not null)
                {
                    tried.Open = 0;
                }

                _differs = true;
            }

            foreach (var one in waiting)
            {
                one.TrySetException(failure);
            }
        }
    }

    /// <summary>A block is known here before the database may show it. One that was tried in vain before it was somebody else's.</summary>
    private NumberBlock Enter(Numbers numbers, int count, NumberBlock? before)
    {
        var block = new NumberBlock(numbers, count);
        lock (_gate)
        {
            if (before is not null)
            {
                _blocks.Remove(before);
            }

            _blocks.Add(block);
        }

        return block;
    }

    private async Task<bool> SayAsync()
    {
        var (open, closed) = ToSay();
        try
        {
            await sequence.SayAsync(_holder, ++_beat, open);
            Said(closed);
            return true;
        }
#pragma warning disable CA1031 // said again; after too long without it others give the numbers up
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogUnsaid(failure.Message);
            lock (_gate)
            {
                _differs = true;
            }

            return false;
        }
    }

    private (List<Numbers> Open, List<NumberBlock> Closed) ToSay()
    {
        lock (_gate)
        {
            _differs = false;
            return ([.. _blocks.Where(block => block.Open > 0).Select(block => block.Numbers)], [.. _blocks.Where(block => block.Open == 0)]);
        }
    }

    private void Said(List<NumberBlock> closed)
    {
        lock (_gate)
        {
            _blocks.RemoveAll(closed.Contains);
        }
    }

    private bool IsClosed(Numbers numbers)
    {
        lock (_gate)
        {
            return _blocks.Find(block => block.Numbers == numbers) is { Open: 0 };
        }
    }

    public void Close(NumberBlock block)
    {
        lock (_gate)
        {
            if (--block.Open > 0)
            {
                return;
            }

            _differs = true;
        }

        _work.Pulse();
        Closed.Pulse();
    }

    public async Task GiveUpAsync(CommitNumber number)
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await sequence.GiveUpAsync(number.Value, Wrote);
                number.Dispose();
                return;
            }
#pragma warning disable CA1031 // tried again until it is sure; when the process ends first, others do it
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogUnsaid(failure.Message);
                await Task.Delay(RetryAfter, time, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What this process still writes cannot be told to the others, trying again: {Reason}")]
    private partial void LogUnsaid(string reason);
}
