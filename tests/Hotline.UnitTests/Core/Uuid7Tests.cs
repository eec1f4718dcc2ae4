using Hotline.Contracts;

namespace Hotline.UnitTests.Core;

public sealed class Uuid7Tests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void Ids_rise_strictly_however_many_threads_ask()
    {
        const int Threads = 8;
        const int Each = 20_000;
        var ids = new Uuid7(TimeProvider.System);
        var taken = new Guid[Threads][];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
            taken[thread] = [.. Enumerable.Range(0, Each).Select(_ => ids.Next())]);
        Assert.All(taken, AssertRising);
        Assert.Equal(Threads * Each, taken.SelectMany(all => all).Select(Order).Distinct().Count());
    }

    [Fact]
    public void Ids_rise_within_one_millisecond_and_spill_into_the_next()
    {
        var ids = new Uuid7(_time);
        AssertRising([.. Enumerable.Range(0, 10_000).Select(_ => ids.Next())]);
    }

    [Fact]
    public void Ids_rise_when_the_clock_goes_back()
    {
        var ids = new Uuid7(_time);
        var before = ids.Next();
        _time.Now -= TimeSpan.FromDays(400);
        var after = ids.Next();
        _time.Now += TimeSpan.FromDays(401);
        AssertRising([before, after, ids.Next()]);
    }

    [Fact]
    public void Version_is_7_and_variant_that_of_the_RFC()
    {
        foreach (var fill in new byte[] { 0x00, 0xFF, 0xA5 })
        {
            var id = new Uuid7(_time, bytes => bytes.Fill(fill)).Next();
            Assert.Equal(7, id.Version);
            Assert.Equal(0b10, id.Variant >> 2);
        }
    }

    [Fact]
    public void The_same_clock_and_randomness_give_the_same_ids()
    {
        var one = new Uuid7(_time, bytes => bytes.Fill(0x5A));
        var other = new Uuid7(_time, bytes => bytes.Fill(0x5A));
        Assert.Equal(one.Next(), other.Next());
        Assert.Equal(one.Next(), other.Next());
    }

    [Fact]
    public void The_first_48_bits_are_the_milliseconds_of_the_clock()
    {
        // 2026-03-02T01:00:00Z = 1,772,413,200,000 ms = 0x019CAC0F2680.
        Assert.Equal(new Guid("019cac0f-2680-7000-8000-000000000000"), new Uuid7(_time, bytes => bytes.Clear()).Next());
    }

    private static UInt128 Order(Guid id) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(id.ToByteArray(bigEndian: true)) >> 64;

    private static void AssertRising(Guid[] ids)
    {
        for (var i = 1; i < ids.Length; i++)
        {
            Assert.True(Order(ids[i - 1]) < Order(ids[i]), $"{ids[i - 1]} came before {ids[i]}.");
        }
    }
}
