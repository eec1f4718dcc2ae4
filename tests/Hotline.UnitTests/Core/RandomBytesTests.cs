using Hotline.Contracts;

namespace Hotline.UnitTests.Core;

public sealed class RandomBytesTests
{
    [Fact]
    public void No_bytes_are_given_twice_across_draws_and_threads()
    {
        const int Threads = 8;
        const int Each = 2_000; // of 12 bytes: two dozen draws, most of which end within a request
        var given = new string[Threads][];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread => given[thread] = [.. Enumerable.Range(0, Each).Select(_ => Twelve())]);
        Assert.Equal(Threads * Each, given.SelectMany(all => all).Distinct().Count());
    }

    [Fact]
    public void Every_bit_comes_as_often_as_not()
    {
        var set = new int[96];
        for (var i = 0; i < 4_000; i++)
        {
            var bytes = Convert.FromHexString(Twelve());
            for (var bit = 0; bit < set.Length; bit++)
            {
                set[bit] += (bytes[bit / 8] >> (bit % 8)) & 1;
            }
        }

        Assert.All(set, count => Assert.InRange(count, 1_700, 2_300)); // 2,000 ± nine and a half times the deviation
    }

    [Fact]
    public void A_kilobyte_is_the_most()
    {
        var most = new byte[1024];
        RandomBytes.Fill(most);
        Assert.NotEqual(new byte[1024], most);
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomBytes.Fill(new byte[1025]));
    }

    private static string Twelve()
    {
        Span<byte> bytes = stackalloc byte[12];
        RandomBytes.Fill(bytes);
        return Convert.ToHexString(bytes);
    }
}
