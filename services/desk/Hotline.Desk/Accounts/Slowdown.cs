namespace Hotline.Desk.Accounts;

/// <summary>
/// Makes whoever fails again and again wait longer each time, and forgets after a while: guessing is slow, and nobody can shut another out for good.
/// Kept in memory, of accounts that exist and that do not alike.
/// </summary>
/// <param name="free">Failures that cost nothing.</param>
internal sealed class Slowdown(int free, TimeProvider time)
{
    private const int MostKeys = 20_000;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>Longer than the longest wait, else whoever waits it out begins anew.</summary>
    private static readonly TimeSpan Memory = 2 * Longest;
    private readonly Dictionary<string, (int Count, DateTimeOffset Last)> _failures = [];
    private readonly Lock _lock = new();

    /// <summary>
    /// Begins a try, and counts it as failed until it is known better: of tries that run at once none would count before all of them were let in.
    /// </summary>
    /// <returns>How long from now on nobody is let try, and nothing is counted; zero when he may.</returns>
    public TimeSpan Begin(string key)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_failures.TryGetValue(key, out var entry) && entry.Last + PauseOf(entry.Count) - now is { Ticks: > 0 } wait)
            {
                return wait;
            }

            if (_failures.Count >= MostKeys)
            {
                foreach (var old in _failures.Where(entry => entry.Value.Last + Memory < now).Select(entry => entry.Key).ToList())
                {
                    _failures.Remove(old);
                }
            }

            var before = _failures.TryGetValue(key, out var known) && known.Last + Memory > now ? known.Count : 0;
            if (before > 0 || _failures.Count < MostKeys)
            {
                _failures[key] = (before + 1, now);
            }

            return TimeSpan.Zero;
        }
    }

    /// <summary>A try was none: it succeeded, or was not judged. What failed before it stands.</summary>
    public void TakeBack(string key)
    {
        lock (_lock)
        {
            if (_failures.TryGetValue(key, out var entry))
            {
                _failures[key] = entry with { Count = Math.Max(0, entry.Count - 1) };
            }
        }
    }

    public void Forget(string key)
    {
        lock (_lock)
        {
            _failures.Remove(key);
        }
    }

    private TimeSpan PauseOf(int count) => count < free ? TimeSpan.Zero : First * Math.Min(Longest / First, Math.Pow(2, Math.Min(count - free, 30)));
}
