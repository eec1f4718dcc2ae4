using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Hotline.SystemTests.Supervision;

/// <summary>What another process holds in memory, as <c>/proc/PID/mem</c> shows it to root.</summary>
internal static class ProcessMemory
{
    private const int Stretch = 4 << 20;

    public static bool IsReadable => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>The marks found, as UTF-8 or UTF-16.</summary>
    public static IReadOnlyList<string> Find(int process, IReadOnlyCollection<string> marks)
    {
        var wanted = marks.SelectMany(mark => new[] { (mark, Encoding.UTF8.GetBytes(mark)), (mark, Encoding.Unicode.GetBytes(mark)) }).ToList();
        var overlap = wanted.Max(mark => mark.Item2.Length);
        var found = new HashSet<string>();
        var buffer = new byte[Stretch + overlap];
        using var memory = File.OpenHandle($"/proc/{process}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        foreach (var (start, end) in Regions(process))
        {
            for (var at = start; at < end; at += Stretch)
            {
                var read = Read(memory, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
                foreach (var (mark, bytes) in wanted)
                {
                    if (buffer.AsSpan(0, read).IndexOf(bytes) >= 0)
                    {
                        found.Add(mark);
                    }
                }
            }
        }

        return [.. found];
    }

    /// <summary>Writable private memory: heaps, stacks and what is mapped without a file; code and data files hold what no report wrote.</summary>
    private static IEnumerable<(long Start, long End)> Regions(int process)
    {
        foreach (var line in File.ReadLines($"/proc/{process}/maps"))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var dash = parts[0].IndexOf('-', StringComparison.Ordinal);
            if (parts[1].StartsWith('r') && !line.EndsWith("[vvar]", StringComparison.Ordinal) && !line.EndsWith("[vsyscall]", StringComparison.Ordinal)
                && long.TryParse(parts[0].AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)
                && long.TryParse(parts[0].AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var end) && (parts.Length < 6 || !parts[5].EndsWith(".dll", StringComparison.Ordinal)))
            {
                yield return (start, end);
            }
        }
    }

    private static int Read(SafeFileHandle memory, Span<byte> buffer, long at)
    {
        try
        {
            return RandomAccess.Read(memory, buffer, at);
        }
        catch (IOException)
        {
            return 0; // reserved and not backed by a page, or unmapped since the list was read
        }
    }
}
