namespace Hotline.Intake;

/// <summary>Tells a worker that there is something to do, so that it does not wait for its next look.</summary>
public sealed class Bell
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next ring. Take it before looking, so that a ring in between is not missed.</summary>
    public Task NextRing => _next.Task;

    public void Ring() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
