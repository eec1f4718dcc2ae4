namespace Hotline.Benchmarks;

/// <summary>Order statistics of a few figures.</summary>
internal static class Statistics
{
    /// <summary>The value below which the share lies, between neighbours by weight.</summary>
    /// <param name="sorted">Ascending, not empty.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var place = share * (sorted.Count - 1);
        var below = (int)place;
        return below + 1 < sorted.Count ? sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below])) : sorted[below];
    }

    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return new Spread(Quantile(sorted, 0.5), Quantile(sorted, 0.25), Quantile(sorted, 0.75));
    }
}

/// <summary>A median and its quartiles.</summary>
internal readonly record struct Spread(double Median, double Low, double High);
