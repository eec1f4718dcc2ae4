using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hotline.Intake;
using Hotline.Intake.PhotoReport.Media;

namespace Hotline.UnitTests.Photo;

/// <summary>What a photo says of itself, with every way it can say it wrong.</summary>
public sealed class PhotoFactsTests
{
    private static readonly PhotoFiles.Tag[] None = [];

    [SkippableFact]
    public void Real_cameras_files_are_read_as_an_independent_reader_reads_them()
    {
        var folder = SharedData.Find("photos");
        Skip.If(folder is null, SharedData.Missing("photos"));
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder!, "expected_gps_orientation.json")))!.AsObject().Where(entry => File.Exists(Path.Combine(folder!, entry.Key))).ToList();
        Assert.True(expected.Count >= 40);
        foreach (var (name, says) in expected)
        {
            var facts = PhotoFacts.Read(File.ReadAllBytes(Path.Combine(folder!, name)));
            if (name.Contains("invalid", StringComparison.Ordinal))
            {
                continue; // read without harm, which is all that is asked
            }

            Assert.True(facts.Width > 0 && facts.Height > 0, $"{name}: no size");
            Assert.True((says!["orientation"]?.GetValue<int>() ?? 1) == facts.Orientation, $"{name}: orientation {facts.Orientation}");
            AssertAt(name, says["lat"]?.GetValue<double>(), facts.Place?.Latitude);
            AssertAt(name, says["lon"]?.GetValue<double>(), facts.Place?.Longitude);
            if (says["datetime_original"]?.GetValue<string>() is { } taken && facts.ZoneAssumed)
            {
                Assert.Equal(taken, facts.TakenAt!.Value.ToString("yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture));
            }
        }

        static void AssertAt(string name, double? expected, double? read) =>
            Assert.True(expected is null == read is null && Math.Abs((expected ?? 0) - (read ?? 0)) < 1e-9, $"{name}: {read} where {expected} was expected");
    }

    [SkippableFact]
    public void The_dimensions_of_the_turned_pictures_are_as_stored_and_broken_files_take_no_time()
    {
        var folder = SharedData.Find("photos/jpg");
        Skip.If(folder is null, SharedData.Missing("photos"));
        for (var turned = 1; turned <= 8; turned++)
        {
            var facts = PhotoFacts.Read(File.ReadAllBytes(Path.Combine(folder!, $"orientation/landscape_{turned}.jpg")));
            Assert.Equal(turned, facts.Orientation);
            Assert.Equal(turned < 5, facts.Width > facts.Height);
        }

        var clock = Stopwatch.StartNew();
        foreach (var file in Directory.GetFiles(Path.Combine(folder!, "invalid")).Select(File.ReadAllBytes))
        {
            for (var cut = 0; cut < file.Length; cut += 97)
            {
                PhotoFacts.Read(file.AsSpan(0, cut));
            }
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    public static TheoryData<string> Kinds => new("jpeg", "png", "webp", "heic", "avif", "tiff");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_of_file_gives_size_place_time_and_orientation(string kind)
    {
        foreach (var bigEndian in new[] { false, true })
        {
            PhotoFiles.Tag[] first = [new(0x100, PhotoFiles.Short, 640), new(0x101, PhotoFiles.Long, 480), new(0x112, PhotoFiles.Short, 6)];
            var block = PhotoFiles.Block(first, [PhotoFiles.Words(0x9003, "2026:03:02 09:30:05"), PhotoFiles.Words(0x9011, "+09:00")], PhotoFiles.Gps, bigEndian);
            var facts = PhotoFacts.Read(kind switch
            {
                "jpeg" => PhotoFiles.Jpeg(block),
                "png" => PhotoFiles.Png(640, 480, block),
                "webp" => PhotoFiles.Webp(640, 480, block),
                "heic" or "avif" => PhotoFiles.Heif(640, 480, block, kind),
                _ => block,
            });
            Assert.Equal((640, 480, 6), (facts.Width, facts.Height, facts.Orientation));
            Assert.Equal(43.46744833, facts.Place!.Latitude, 7);
            Assert.Equal(11.88512666, facts.Place.Longitude, 7);
            Assert.Equal("wgs84", facts.Place.Datum);
            Assert.Equal((new DateTimeOffset(2026, 3, 2, 9, 30, 5, TimeSpan.FromHours(9)), false), (facts.TakenAt!.Value, facts.ZoneAssumed));
        }
    }

    [Fact]
    public void South_and_west_are_negative_and_small_letters_do()
    {
        var place = PlaceOf(PhotoFiles.Words(1, "s"), PhotoFiles.Gps[1], PhotoFiles.Words(3, "West"), PhotoFiles.Gps[3])!;
        Assert.True(place is { Latitude: < -43, Longitude: < -11 });
    }

    [Fact]
    public void Minutes_with_decimals_and_seconds_of_nought_are_a_place() =>
        Assert.Equal(37.5125, PlaceOf(PhotoFiles.Words(1, "N"), Sixty(2, 37, 1, 3075, 100, 0, 1), PhotoFiles.Words(3, "E"), Sixty(4, 111, 1, 8, 1, 0, 1))!.Latitude, 9);

    public static TheoryData<string, uint[], string?, uint[], string?> NoPlaces => new()
    {
        { "0/0 degrees", [0, 0, 28, 1, 2, 1], "N", [11, 1, 53, 1, 6, 1], "E" },
        { "x/0 minutes", [43, 1, 28, 0, 2, 1], "N", [11, 1, 53, 1, 6, 1], "E" },
        { "0/0 seconds", [43, 1, 28, 1, 0, 0], "N", [11, 1, 53, 1, 6, 1], "E" },
        { "all 0/0", [0, 0, 0, 0, 0, 0], "N", [0, 0, 0, 0, 0, 0], "E" },
        { "(0, 0)", [0, 1, 0, 1, 0, 1], "N", [0, 1, 0, 1, 0, 1], "E" },
        { "no N or S", [43, 1, 28, 1, 2, 1], null, [11, 1, 53, 1, 6, 1], "E" },
        { "no E or W", [43, 1, 28, 1, 2, 1], "N", [11, 1, 53, 1, 6, 1], null },
        { "other letters", [43, 1, 28, 1, 2, 1], "E", [11, 1, 53, 1, 6, 1], "N" },
        { "91 north", [91, 1, 0, 1, 0, 1], "N", [11, 1, 53, 1, 6, 1], "E" },
        { "181 east", [43, 1, 0, 1, 0, 1], "N", [181, 1, 0, 1, 0, 1], "E" },
        { "75 minutes", [43, 1, 75, 1, 0, 1], "N", [11, 1, 53, 1, 6, 1], "E" },
        { "4294967295 degrees", [uint.MaxValue, 1, 0, 1, 0, 1], "N", [11, 1, 53, 1, 6, 1], "E" },
        { "two numbers", [43, 1, 28, 1], "N", [11, 1, 53, 1, 6, 1], "E" },
    };

    [Theory]
    [MemberData(nameof(NoPlaces))]
    public void A_broken_place_is_no_place_and_leaves_the_rest(string trap, uint[] latitude, string? northOrSouth, uint[] longitude, string? eastOrWest)
    {
        Assert.NotEmpty(trap);
        PhotoFiles.Tag?[] tags =
        [
            northOrSouth is null ? null : PhotoFiles.Words(1, northOrSouth), Sixty(2, latitude), eastOrWest is null ? null : PhotoFiles.Words(3, eastOrWest), Sixty(4, longitude),
        ];
        var facts = PhotoFacts.Read(PhotoFiles.Jpeg(PhotoFiles.Block([new(0x112, PhotoFiles.Short, 8)], [PhotoFiles.Words(0x9003, "2026:03:02 09:30:05")], [.. tags.OfType<PhotoFiles.Tag>()])));
        Assert.Null(facts.Place);
        Assert.Equal((8, 640), (facts.Orientation, facts.Width));
        Assert.NotNull(facts.TakenAt);
    }

    [Theory]
    [InlineData("WGS-84", "wgs84")]
    [InlineData("WGS84", "wgs84")]
    [InlineData("CGCS2000", "wgs84")]
    [InlineData("GCJ-02", "gcj02")]
    [InlineData("BD09", "bd09")]
    [InlineData("TOKYO", null)]
    public void A_named_datum_is_kept_and_one_we_cannot_convert_is_no_place(string name, string? datum) =>
        Assert.Equal(datum, PlaceOf([.. PhotoFiles.Gps, PhotoFiles.Words(0x12, name)])?.Datum);

    [Theory]
    [InlineData("2026:03:02 09:30:05", null, "2026-03-02T09:30:05+08:00", true)]
    [InlineData("2026-03-02 09:30:05", null, "2026-03-02T09:30:05+08:00", true)]
    [InlineData("2026:03:02 09:30:05", "-03:30", "2026-03-02T09:30:05-03:30", false)]
    [InlineData("2026:03:02 09:30:05", "Z", "2026-03-02T09:30:05+00:00", false)]
    [InlineData("2026:03:02 09:30:05", "+99:99", "2026-03-02T09:30:05+08:00", true)]
    [InlineData("2026:03:02 09:30:05", "   :  ", "2026-03-02T09:30:05+08:00", true)]
    [InlineData("0000:00:00 00:00:00", null, null, false)]
    [InlineData("    :  :     :  :  ", null, null, false)]
    [InlineData("1970:01:01 00:00:00", null, null, false)]
    [InlineData("2026:02:30 09:30:05", null, null, false)]
    [InlineData("yesterday", "+08:00", null, false)]
    public void The_time_has_its_zone_or_the_offices_marked_so(string original, string? offset, string? expected, bool assumed)
    {
        var facts = PhotoFacts.Read(PhotoFiles.Jpeg(PhotoFiles.Block([], [PhotoFiles.Words(0x9003, original), .. offset is null ? None : [PhotoFiles.Words(0x9011, offset)]], [])));
        Assert.Equal((expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), assumed), (facts.TakenAt, facts.ZoneAssumed));
    }

    [Fact]
    public void The_satellites_clock_is_UTC_and_wins_over_a_time_without_zone()
    {
        PhotoFiles.Tag[] gps = [.. PhotoFiles.Gps, Sixty(7, 1, 1, 30, 1, 5, 1), PhotoFiles.Words(0x1D, "2026:03:02")];
        var facts = PhotoFacts.Read(PhotoFiles.Jpeg(PhotoFiles.Block([], [PhotoFiles.Words(0x9003, "2026:03:02 23:00:00")], gps)));
        Assert.Equal((new DateTimeOffset(2026, 3, 2, 1, 30, 5, TimeSpan.Zero), false), (facts.TakenAt!.Value, facts.ZoneAssumed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65535)]
    public void An_orientation_out_of_range_is_upright(uint orientation) =>
        Assert.Equal(1, PhotoFacts.Read(PhotoFiles.Jpeg(PhotoFiles.Block([new(0x112, PhotoFiles.Short, orientation)], [], []))).Orientation);

    [Fact]
    public void A_block_whose_tags_each_claim_all_of_it_costs_no_memory()
    {
        var block = new byte[65_000];
        "II*\0\u0008\0\0\0"u8.CopyTo(block);
        var entries = (block.Length - 14) / 12;
        BitConverter.TryWriteBytes(block.AsSpan(8), (ushort)entries);
        for (var i = 0; i < entries; i++)
        {
            var entry = block.AsSpan(10 + (i * 12));
            BitConverter.TryWriteBytes(entry, (ushort)(i % 3 == 0 ? 0x8825 : 0x9003 + i));
            BitConverter.TryWriteBytes(entry[2..], (ushort)7);
            BitConverter.TryWriteBytes(entry[4..], block.Length - 8);
            BitConverter.TryWriteBytes(entry[8..], 8);
        }

        var file = PhotoFiles.Jpeg(block);
        PhotoFacts.Read(file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(PhotoFacts.Read(file).Place);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, file.Length);
    }

    private static PhotoFiles.Tag Sixty(int id, params uint[] numbers) => new(id, PhotoFiles.Rational, numbers);

    private static Coordinate? PlaceOf(params PhotoFiles.Tag[] gps) => PhotoFacts.Read(PhotoFiles.Jpeg(PhotoFiles.Block([], [], gps))).Place;
}
