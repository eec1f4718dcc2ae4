using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hotline.UnitTests.Core;

/// <summary>
/// Broken inputs by the hundred thousand (quality goal F19): bytes of seeds changed, cut, doubled, mixed and strewn with tokens that mean something to
/// the reader. The random seed is fixed, so a failure comes again.
/// </summary>
internal static class ByteFuzz
{
    private const int Seed = 20261121;
    private const int Allowance = 64 * 1024;
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);

    /// <summary>HOTLINE_FUZZ=10000000 for a long run.</summary>
    private static readonly int Inputs = int.TryParse(Environment.GetEnvironmentVariable("HOTLINE_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var inputs) ? inputs : 200_000;

    /// <summary>The reader throws at nothing, hangs at nothing, and takes no more memory than a hundred times its input and a fixed floor.</summary>
    /// <param name="read">True when the input was of a form it knows.</param>
    /// <param name="leastKnown">The share of inputs it must still know, else the changes are too rough to reach what lies deep.</param>
    /// <returns>What was seen, for the test's output.</returns>
    public static string Holds(IReadOnlyList<byte[]> seeds, IReadOnlyList<string> tokens, Func<byte[], bool> read, double leastKnown, int longest = 4096)
    {
        var random = new Random(Seed);
        foreach (var seed in seeds)
        {
            Assert.True(read(seed), "A seed must be of a form the reader knows.");
        }

        var words = tokens.Select(Encoding.UTF8.GetBytes).ToList();
        var clock = Stopwatch.StartNew();
        var (known, slowest, greediest) = (0, TimeSpan.Zero, 0L);
        for (var count = 0; count < Inputs; count++)
        {
            var input = Mutate(seeds[random.Next(seeds.Count)], seeds, words, random, longest);
            var (began, before) = (clock.Elapsed, GC.GetAllocatedBytesForCurrentThread());
            try
            {
                known += read(input) ? 1 : 0;
            }
            catch (Exception failure)
            {
                Assert.Fail($"Input {count}: {failure}\n{Convert.ToBase64String(input)}");
            }

            var (took, cost) = (clock.Elapsed - began, GC.GetAllocatedBytesForCurrentThread() - before);
            if (took >= Slowest)
            {
                began = clock.Elapsed;
                read(input); // once more: others have the processor too
                took = clock.Elapsed - began;
            }

            Assert.True(took < Slowest && cost <= (100L * input.Length) + Allowance, $"Input {count} took {took} and {cost} bytes:\n{Convert.ToBase64String(input)}");
            (slowest, greediest) = (took > slowest ? took : slowest, Math.Max(cost, greediest));
        }

        Assert.True(known >= Inputs * leastKnown, $"Only {known} of {Inputs} were still known.");
        return $"{Inputs} inputs in {clock.Elapsed.TotalSeconds:F1} s, {known} known; the slowest {slowest.TotalMilliseconds:F0} ms, the greediest {greediest / 1024} KiB";
    }

    public static byte[] Mutate(byte[] seed, IReadOnlyList<byte[]> seeds, IReadOnlyList<byte[]> tokens, Random random, int longest)
    {
        var bytes = new List<byte>(seed);
        for (var times = 1 << random.Next(4); times > 0; times--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(64), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, tokens[random.Next(tokens.Count)]);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(256), bytes.Count - at)));
                    break;
                default:
                    var other = seeds[random.Next(seeds.Count)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 256)]);
                    break;
            }
        }

        return [.. bytes.Take(2 * longest)];
    }
}
