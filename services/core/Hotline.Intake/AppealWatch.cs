using System.Collections.Concurrent;

namespace Hotline.Intake;

/// <summary>Wakes those who watch an appeal when something new is stored for it.</summary>
public sealed class AppealWatch
{
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _watched = new();

    /// <summary>Completes at the next change. Take it before reading, so that a change in between is not missed.</summary>
    public Task NextChange(Guid appeal) => _watched.GetOrAdd(appeal, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(Guid appeal)
    {
        if (_watched.TryRemove(appeal, out var watched))
        {
            watched.TrySetResult();
        }
    }
}
