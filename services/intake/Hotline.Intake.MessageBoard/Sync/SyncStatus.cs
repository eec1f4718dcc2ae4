namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>How the last sync went; of this process, for the staff to see.</summary>
public sealed class SyncStatus
{
    private volatile SyncRun _run = new();

    /// <summary>The last run.</summary>
    public SyncRun Run => _run;

    /// <summary>Notes a change of the run.</summary>
    public void Note(Func<SyncRun, SyncRun> change) => _run = change(_run); // one poller writes
}

/// <summary>A sync.</summary>
/// <param name="Trouble">Why it did not come to its end, in zh-CN; null when it did.</param>
/// <param name="Failures">How many in a row did not.</param>
/// <param name="NextAt">When the next one begins.</param>
public sealed record SyncRun(
    DateTimeOffset? StartedAt = null, DateTimeOffset? EndedAt = null, DateTimeOffset? SucceededAt = null, string? Trouble = null, int Failures = 0, DateTimeOffset? NextAt = null);
