using System.Diagnostics;
using System.Threading.Channels;

namespace Hotline.Benchmarks.Load;

/// <summary>So many keep-alive connections to one server, each with one request on its way at a time.</summary>
internal sealed class LoadClient : IDisposable
{
    private readonly HttpConnection[] _connections;

    private LoadClient(HttpConnection[] connections) => _connections = connections;

    /// <summary>What one connection saw.</summary>
    private sealed class Tally
    {
        public List<double> Latencies { get; } = [];

        public Dictionary<int, int> Bad { get; } = [];

        public void Note(int status, long since)
        {
            if (status is >= 200 and < 300)
            {
                Latencies.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
            else
            {
                Bad[status] = Bad.GetValueOrDefault(status) + 1;
            }
        }
    }

    public static async Task<LoadClient> OpenAsync(int port, int connections)
    {
        var opened = new HttpConnection[connections];
        for (var i = 0; i < connections; i++)
        {
            opened[i] = await HttpConnection.OpenAsync(port);
        }

        return new LoadClient(opened);
    }

    /// <summary>Closed loop: each connection sends its next request when the answer to the last is there.</summary>
    /// <param name="requests">Each is sent once, unless <paramref name="again"/>; when they are used up the burst ends early.</param>
    public async Task<Burst> RushAsync(IReadOnlyList<byte[]> requests, TimeSpan duration, bool again = false)
    {
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(_connections.Select(connection => Task.Run(async () =>
        {
            var tally = new Tally();
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var number = Interlocked.Increment(ref next);
                if (number >= requests.Count && !again)
                {
                    break;
                }

                var sent = Stopwatch.GetTimestamp();
                tally.Note(await connection.SendAsync(number, requests[number % requests.Count], null), sent);
            }

            return tally;
        })));
        return Sum(tallies, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>
    /// Open loop: requests fall due at a fixed rate whatever the server does, and wait for a free connection when it is slow; the wait
    /// counts, or a stall would hide itself.
    /// </summary>
    /// <param name="released">Told when each request fell due, as <see cref="Stopwatch"/> ticks.</param>
    public async Task<Burst> FlowAsync(IReadOnlyList<byte[]> requests, double perSecond, Action<int, long>? released = null, AnswerSeen? seen = null)
    {
        var due = Channel.CreateUnbounded<(int Number, long At)>();
        var started = Stopwatch.GetTimestamp();
        var workers = Task.WhenAll(_connections.Select(connection => Task.Run(async () =>
        {
            var tally = new Tally();
            await foreach (var (number, at) in due.Reader.ReadAllAsync())
            {
                tally.Note(await connection.SendAsync(number, requests[number], seen), at);
            }

            return tally;
        })));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var number = 0; number < requests.Count; number++)
        {
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < number / perSecond)
            {
                await tick.WaitForNextTickAsync();
            }

            var now = Stopwatch.GetTimestamp();
            released?.Invoke(number, now);
            await due.Writer.WriteAsync((number, now));
        }

        due.Writer.Complete();
        return Sum(await workers, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }
    }

    private static Burst Sum(Tally[] tallies, TimeSpan elapsed)
    {
        var latencies = tallies.SelectMany(tally => tally.Latencies).Order().ToList();
        var bad = tallies.SelectMany(tally => tally.Bad).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
        return new Burst(latencies.Count, bad, elapsed, latencies);
    }
}
