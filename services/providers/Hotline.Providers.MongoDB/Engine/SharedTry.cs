namespace Hotline.Providers.MongoDB.Engine;

/// <summary>Something that is done once. All who come while it is tried wait for the same try, and fail with it: one after the other each would wait for the time-out. The next one tries again.</summary>
internal sealed class SharedTry<T>(Func<Task<T>> act)
{
    private readonly Lock _gate = new();
    private Task<T>? _try;

    public bool IsDone => Volatile.Read(ref _try) is { IsCompletedSuccessfully: true };

    public Task<T> Outcome()
    {
        lock (_gate)
        {
            return _try is null or { IsCompleted: true, IsCompletedSuccessfully: false } ? _try = Task.Run(act) : _try;
        }
    }
}
