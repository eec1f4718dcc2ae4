using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hotline.Benchmarks.Load;
using Hotline.Benchmarks.Servers;

namespace Hotline.Benchmarks.Receive;

/// <summary>
/// From the request to the committed work order, at a fixed rate. Client and server read the same monotonic clock of the machine, so their
/// ticks compare; the server notes each order when its outbox shows it, which is after the commit.
/// </summary>
internal static class OrderLatency
{
    public const double PerSecond = 200;
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Report report)
    {
        var times = await MeasureAsync("orders", []);
        var ratio = Statistics.Quantile(times.Whole, 0.99) / times.Receipts.Milliseconds(0.99);
        report.Judge("request → work order committed, p99 ÷ p99 of the receipt, 200/s open loop", ratio, Report.Show(ratio), 4, 2, atMost: true);
        times.Tell(report);
    }

    /// <summary>Milliseconds, ascending.</summary>
    /// <param name="Whole">From the request.</param>
    /// <param name="Rest">From the receipt.</param>
    internal sealed record Times(Burst Receipts, List<double> Whole, List<double> Rest)
    {
        public void Tell(Report report)
        {
            report.Tell("– receipt, p50 and p99, ms", $"{Report.Show(Receipts.Milliseconds(0.5))}, {Report.Show(Receipts.Milliseconds(0.99))}");
            report.Tell("– request → work order, p50 and p99, ms", $"{Report.Show(Statistics.Quantile(Whole, 0.5))}, {Report.Show(Statistics.Quantile(Whole, 0.99))}");
            report.Tell("– receipt → work order, p50 and p99, ms", $"{Report.Show(Statistics.Quantile(Rest, 0.5))}, {Report.Show(Statistics.Quantile(Rest, 0.99))}");
        }
    }

    /// <param name="options">The host's, beside those every server has.</param>
    public static async Task<Times> MeasureAsync(string folder, string[] options)
    {
        await using var candidate = await AppealCandidate.StartAsync(folder, dispatches: true, [$"--{BenchServer.WatchKey}=true", .. options]);
        await candidate.WarmAsync();
        var released = new ConcurrentDictionary<int, long>();
        var answered = new ConcurrentDictionary<string, (int Request, long At)>();
        var burst = await candidate.FlowAsync(PerSecond, Length, (number, at) => released[number] = at, (number, answer) => answered[NumberOf(answer)] = (number, Stopwatch.GetTimestamp()));
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System); // the last order's reader
        var orders = (await candidate.Server.OrdersAsync()).Split('\n').Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
        var missing = answered.Keys.Count(number => !orders.ContainsKey(number));
        return missing > 0 ? throw new InvalidOperationException($"{missing} of {answered.Count} appeals have no work order.")
            : new Times(
                burst,
                Sorted(answered.Select(appeal => Milliseconds(released[appeal.Value.Request], orders[appeal.Key]))),
                Sorted(answered.Select(appeal => Math.Max(0, Milliseconds(appeal.Value.At, orders[appeal.Key])))));
    }

    private static List<double> Sorted(IEnumerable<double> values) => [.. values.Order()];

    public static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;

    private static string NumberOf(ReadOnlySpan<byte> answer)
    {
        var path = HttpAnswers.ValueOf(answer, "\r\nLocation: "u8);
        return Encoding.ASCII.GetString(path[(path.LastIndexOf((byte)'/') + 1)..]);
    }
}
