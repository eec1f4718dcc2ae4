using System.Globalization;
using System.Runtime.InteropServices;

namespace Hotline.Benchmarks;

/// <summary>The table at the end of a run, in Markdown.</summary>
internal sealed class Report(TextWriter output)
{
    private readonly List<string> _lines = [];

    /// <summary>A figure that must be at least, or at most, its gate.</summary>
    public void Judge(string what, double figure, string shown, double gate, double goal, bool atMost = false, string unit = "")
    {
        var sign = atMost ? "≤" : "≥";
        var ok = atMost ? figure <= gate : figure >= gate;
        var reached = atMost ? figure <= goal : figure >= goal;
        Add(what, shown, $"{sign} {Show(gate)}{unit}", $"{sign} {Show(goal)}{unit}", reached ? "ok, goal reached" : ok ? "ok" : "below gate");
    }

    /// <summary>A ratio of pairs: the median decides, the quartiles show how sure it is.</summary>
    public void Judge(string what, Spread ratio, double gate, double goal, bool atMost = false) =>
        Judge(what, ratio.Median, Show(ratio), gate, goal, atMost);

    public void Tell(string what, string shown) => Add(what, shown, "", "", "");

    public void Skip(string what, string reason) => Add(what, "skipped", "", "", reason);

    public static string Show(Spread spread) => $"{Show(spread.Median)} ({Show(spread.Low)}–{Show(spread.High)})";

    public static string Show(double figure) => Math.Abs(figure) switch
    {
        >= 1000 => figure.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => figure.ToString("0.#", CultureInfo.InvariantCulture),
        _ => figure.ToString("0.###", CultureInfo.InvariantCulture),
    };

    public async Task PrintAsync()
    {
        await output.WriteLineAsync("| Measure | Median (quartiles) | Gate | Goal | |\n|---|---|---|---|---|");
        foreach (var line in _lines)
        {
            await output.WriteLineAsync(line);
        }
    }

    /// <summary>Where and when: without it no figure means anything.</summary>
    public static async Task PrintMachineAsync(TextWriter output)
    {
        var model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        var load = File.Exists("/proc/loadavg") ? string.Join(' ', (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[..3]) : "unknown";
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} × {model ?? RuntimeInformation.ProcessArchitecture.ToString()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.FrameworkDescription}, load average {load}"));
    }

    private void Add(string what, string shown, string gate, string goal, string verdict) => _lines.Add($"| {what} | {shown} | {gate} | {goal} | {verdict} |");
}
