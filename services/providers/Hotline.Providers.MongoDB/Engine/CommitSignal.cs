namespace Hotline.Providers.MongoDB.Engine;

/// <summary>Wakes whoever waits for the next commit of this process.</summary>
internal sealed class CommitSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next pulse. Take it before looking, so that a commit in between is not missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits for a pulse, no longer than given, and ends quietly when cancelled.</summary>
    public static async Task WaitAsync(Task next, TimeSpan longest, TimeProvider time, CancellationToken cancellation) =>
        await next.WaitAsync(longest, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
