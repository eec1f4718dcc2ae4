using Hotline.Benchmarks.Steps;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.PhotoReport.Media;

namespace Hotline.UnitTests.Photo;

/// <summary>Files changed at random, always the same: nothing throws, nothing takes long, nothing costs memory beyond its size.</summary>
public sealed class PhotoFuzzTests
{
    private const int Inputs = 200_000;
    private const int Seed = 12345;
    private static readonly byte[][] Awkward = [[0xFF], [0], [0xFF, 0xD9], [0xFF, 0xDA], [0xFF, 0xE1], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0x87, 0x69], [0x69, 0x87], [0x25, 0x88]];

    [Fact]
    public void Changed_files_are_read_without_harm()
    {
        var block = PhotoFiles.Block(
            [new(0x100, PhotoFiles.Short, 640), new(0x101, PhotoFiles.Long, 480), new(0x112, PhotoFiles.Short, 6)],
            [PhotoFiles.Words(0x9003, "2026:03:02 09:30:05"), PhotoFiles.Words(0x9011, "+09:00")],
            [.. PhotoFiles.Gps, PhotoFiles.Words(0x12, "WGS-84"), new(7, PhotoFiles.Rational, 1, 1, 30, 1, 5, 1), PhotoFiles.Words(0x1D, "2026:03:02")]);
        var big = PhotoFiles.Block([new(0x112, PhotoFiles.Short, 3)], [PhotoFiles.Words(0x9003, "2026:03:02 09:30:05")], PhotoFiles.Gps, bigEndian: true);
        byte[][] seeds =
        [
            PhotoFiles.Jpeg(block), PhotoFiles.Jpeg(big, comment: "<b>"u8.ToArray()), PhotoFiles.Png(640, 480, block), PhotoFiles.Webp(640, 480, big), PhotoFiles.Heif(640, 480, block),
            PhotoFiles.Gif(64, 48, 3), block, big, PhotoFiles.Jpeg(block, behind: PhotoFiles.Jpeg(big)),
        ];
        var random = new Random(Seed);
        var scratch = new byte[seeds.Max(seed => seed.Length) + 16];
        var (started, slowest, greediest, places) = (ThreadClock.Nanoseconds, 0d, 0d, 0);
        for (var input = 0; input < Inputs; input++)
        {
            var length = Change(seeds[input % seeds.Length], scratch, random);
            var file = scratch.AsSpan(0, length);
            var (began, allocated) = (ThreadClock.Nanoseconds, GC.GetAllocatedBytesForCurrentThread());
            var (mediaType, refused) = FileTypes.Sniff(file);
            var inspected = PhotoInspection.Inspect(new ReceivedFile(new Attachment("a", mediaType, length, "", refused), 0, length), file, 64_000_000);
            var (took, cost) = (ThreadClock.Nanoseconds - began, (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)Math.Max(64, length));
            (slowest, greediest) = (Math.Max(took, slowest), Math.Max(cost, greediest));
            Assert.True(inspected.Facts is null != inspected.File.Attachment.Refused is null);
            if (inspected.Facts is { } facts)
            {
                Assert.InRange(facts.Orientation, 1, 8);
                Assert.True(facts.Place is null || Coordinate.IsPlace(facts.Place.Latitude, facts.Place.Longitude));
                Assert.InRange(facts.Width * (long)facts.Height, 1, 64_000_000);
                places += facts.Place is null ? 0 : 1;
            }
        }

        Assert.True(places > Inputs / 10, $"Only {places} still had a place: the changes are too rough to reach what lies deep.");
        var all = ThreadClock.Nanoseconds - started;
        Assert.True(all < 40e9 && slowest < 1e9 && greediest < 100, $"{Inputs} took {all / 1e9:F1} s of a processor, the slowest took {slowest / 1e6:F0} ms, the greediest {greediest:F0}× its bytes.");
    }

    private static int Change(byte[] seed, byte[] scratch, Random random)
    {
        seed.CopyTo(scratch, 0);
        var length = seed.Length;
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(length);
            switch (random.Next(5))
            {
                case 0:
                    scratch[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    scratch[at] = (byte)random.Next(256);
                    break;
                case 2:
                    var word = Awkward[random.Next(Awkward.Length)];
                    word.AsSpan(0, Math.Min(word.Length, length - at)).CopyTo(scratch.AsSpan(at));
                    break;
                case 3:
                    var from = random.Next(length);
                    var size = Math.Min(random.Next(1, 24), length - Math.Max(at, from));
                    scratch.AsSpan(from, size).CopyTo(scratch.AsSpan(at));
                    break;
                default:
                    length = random.Next(8) == 0 ? Math.Max(1, at) : length;
                    break;
            }
        }

        return length;
    }
}
