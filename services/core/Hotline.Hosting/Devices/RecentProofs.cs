namespace Hotline.Hosting;

/// <summary>
/// The ids of proofs seen while they could be used again. In memory: after a restart a proof may pass once more, and the idempotency key
/// then makes it the same submission.
/// </summary>
internal sealed class RecentProofs(TimeProvider time, TimeSpan window)
{
    private const int Most = 1_000_000;
    private readonly Lock _gate = new();
    private HashSet<(string Device, string Id)> _current = [];
    private HashSet<(string Device, string Id)> _previous = [];
    private DateTimeOffset _turnedAt = time.GetUtcNow();

    /// <returns>False when the device used the id before.</returns>
    public bool Add(string device, string id)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now - _turnedAt >= window || _current.Count >= Most)
            {
                (_previous, _current) = (now - _turnedAt >= window * 2 ? [] : _current, []);
                _turnedAt = now;
            }

            return !_previous.Contains((device, id)) && _current.Add((device, id));
        }
    }
}
