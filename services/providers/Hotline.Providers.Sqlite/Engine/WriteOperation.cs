using Hotline.Ports;

namespace Hotline.Providers.Sqlite.Engine;

/// <summary>A write that waits for its commit. Applied on the writer's thread; completed after the commit, on another.</summary>
internal abstract class WriteOperation(int bytes)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>About how much it writes.</summary>
    public int Bytes { get; } = bytes;

    /// <summary>Durable when it completes; fails with <see cref="EngineAwayException"/>.</summary>
    public Task Done => _done.Task;

    /// <summary>Runs within the batch's transaction. Conflicts are results, never exceptions: an exception fails the whole batch.</summary>
    public abstract void Apply(WriterStatements statements);

    public void Complete()
    {
        if (_done.TrySetResult())
        {
            Release();
        }
    }

    public void Fail(Exception failure)
    {
        if (_done.TrySetException(failure))
        {
            Release();
        }
    }

    /// <summary>Gives back what it was to write, once: the writer is done with it however it ended.</summary>
    protected virtual void Release()
    {
    }
}
