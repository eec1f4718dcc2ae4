namespace Hotline.Benchmarks.Load;

/// <summary>What a burst gave.</summary>
/// <param name="Good">Answers of 2xx; only they count.</param>
/// <param name="Bad">Other answers, by status.</param>
/// <param name="Latencies">Of the good ones, milliseconds, ascending.</param>
internal sealed record Burst(int Good, IReadOnlyDictionary<int, int> Bad, TimeSpan Elapsed, IReadOnlyList<double> Latencies)
{
    public double PerSecond => Good / Elapsed.TotalSeconds;

    public double Milliseconds(double share) => Latencies.Count == 0 ? double.NaN : Statistics.Quantile(Latencies, share);

    /// <exception cref="InvalidOperationException">Something else than 2xx came: then no rate counts.</exception>
    public Burst Demand(string what) => Bad.Count == 0
        ? this
        : throw new InvalidOperationException($"{what}: {string.Join(", ", Bad.Select(bad => $"{bad.Value} answers of status {bad.Key}"))} beside {Good} good ones.");
}
