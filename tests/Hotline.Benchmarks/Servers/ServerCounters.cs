using System.Globalization;

namespace Hotline.Benchmarks.Servers;

/// <summary>What a server under measurement tells of itself.</summary>
/// <param name="Allocated">Bytes allocated since its start.</param>
/// <param name="Handled">Events that dispatch has handled: one work order each.</param>
internal sealed record ServerCounters(long Allocated, long Handled, int Collections)
{
    public const string Path = "/bench/counters";

    public static ServerCounters Now(long handled) => new(GC.GetTotalAllocatedBytes(precise: true), handled, GC.CollectionCount(0));

    public static ServerCounters Parse(string text)
    {
        var parts = text.Split(' ');
        return new ServerCounters(
            long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Allocated} {Handled} {Collections}");
}
