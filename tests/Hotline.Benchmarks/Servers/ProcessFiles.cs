using System.Globalization;

namespace Hotline.Benchmarks.Servers;

/// <summary>What the kernel tells of a process, in /proc.</summary>
internal static class ProcessFiles
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    /// <summary>CPU seconds, user and system.</summary>
    public static double Cpu(int process) => CpuOf($"/proc/{process}/stat").Seconds;

    /// <summary>CPU seconds by the names of its threads.</summary>
    public static IReadOnlyDictionary<string, double> CpuByThread(int process)
    {
        var all = new Dictionary<string, double>();
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                var (name, seconds) = CpuOf($"{thread}/stat");
                all[name] = all.GetValueOrDefault(name) + seconds;
            }
            catch (IOException)
            {
                // It ended in between.
            }
        }

        return all;
    }

    /// <summary>Bytes it made the disk write.</summary>
    public static long DiskBytes(int process) => Field($"/proc/{process}/io", "write_bytes:");

    /// <summary>Resident memory, bytes.</summary>
    public static long Resident(int process) => Field($"/proc/{process}/status", "VmRSS:") * 1024;

    private static long Field(string file, string name)
    {
        var line = File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }

    private static (string Name, double Seconds) CpuOf(string file)
    {
        var text = File.ReadAllText(file);
        var (open, close) = (text.IndexOf('(', StringComparison.Ordinal), text.LastIndexOf(')'));
        var fields = text[(close + 2)..].Split(' ');
        return (text[(open + 1)..close], (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}
