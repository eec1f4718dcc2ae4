using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>Pictures made for the tests, and a look at what was made of them.</summary>
internal static class PhotoSamples
{
    public const int Width = 960;
    public const int Height = 640;

    /// <summary>Words planted where files carry what is not pixels.</summary>
    public static readonly string[] Marks = ["planted-make", "planted-xmp", "planted-iptc", "planted-comment", "planted-trailer", "Exif\0", "http://ns.adobe.com", "Photoshop 3.0", "ICC_PROFILE"];

    /// <summary>A picture of four quarters, red, green, blue and white when it is upright, stored as its orientation says, with a place if one is given.</summary>
    public static byte[] Tiff(int orientation = 1, (double North, double East)? place = null)
    {
        var (width, height) = orientation < 5 ? (Width, Height) : (Height, Width);
        var pixels = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (u, v) = orientation switch
                {
                    2 => (Width - 1 - x, y),
                    3 => (Width - 1 - x, Height - 1 - y),
                    4 => (x, Height - 1 - y),
                    5 => (y, x),
                    6 => (Width - 1 - y, x),
                    7 => (Width - 1 - y, Height - 1 - x),
                    8 => (y, Height - 1 - x),
                    _ => (x, y),
                };
                ColourAt(u, v).CopyTo(pixels, ((y * width) + x) * 3);
            }
        }

        var tags = new List<(int Id, int Type, byte[] Value)>
        {
            (0x100, 4, Number(width)), (0x101, 4, Number(height)), (0x102, 3, [8, 0, 8, 0, 8, 0]), (0x103, 3, [1, 0]), (0x106, 3, [2, 0]), (0x10F, 2, "planted-make\0"u8.ToArray()),
            (0x111, 4, []), (0x112, 3, [(byte)orientation, 0]), (0x115, 3, [3, 0]), (0x116, 4, Number(height)), (0x117, 4, Number(pixels.Length)), (0x11C, 3, [1, 0]),
        };
        if (place is not null)
        {
            tags.Add((0x8825, 4, []));
        }

        var values = 8 + 2 + (tags.Count * 12) + 4;
        var tail = new List<byte>();
        int Keep(byte[] bytes)
        {
            tail.AddRange(bytes);
            return values + tail.Count - bytes.Length;
        }

        var gps = place is { } at ? Keep(Gps(at, values + tail.Count)) : 0;
        var strip = Keep(pixels);
        var directory = tags.SelectMany(tag =>
        {
            var value = tag.Id switch { 0x111 => Number(strip), 0x8825 => Number(gps), _ => tag.Value };
            var count = value.Length / tag.Type switch { 3 => 2, 4 => 4, _ => 1 };
            return (byte[])[.. Number(tag.Id)[..2], .. Number(tag.Type)[..2], .. Number(count), .. value.Length <= 4 ? (byte[])[.. value, .. new byte[4 - value.Length]] : Number(Keep(value))];
        }).ToArray();
        return [.. "II*\0"u8, .. Number(8), .. Number(tags.Count)[..2], .. directory, 0, 0, 0, 0, .. tail];
    }

    /// <summary>A picture of one channel, 64 by 64.</summary>
    public static byte[] Grey()
    {
        (int Id, int Type, int Value)[] tags = [(0x100, 4, 64), (0x101, 4, 64), (0x102, 3, 8), (0x103, 3, 1), (0x106, 3, 1), (0x111, 4, 8 + 2 + (9 * 12) + 4), (0x115, 3, 1), (0x116, 4, 64), (0x117, 4, 64 * 64)];
        return
        [
            .. "II*\0"u8, .. Number(8), .. Number(tags.Length)[..2], .. tags.SelectMany(tag => (byte[])[.. Number(tag.Id)[..2], .. Number(tag.Type)[..2], .. Number(1), .. Number(tag.Value)]), 0, 0, 0, 0,
            .. Enumerable.Range(0, 64 * 64).Select(at => (byte)at),
        ];
    }

    /// <summary>A JPEG with everything in it that must not be published: EXIF with a place and an orientation, XMP, IPTC, a comment, and something behind.</summary>
    public static byte[] Dressed(byte[] bareJpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0II*\0"u8, .. Number(8), 3, 0, 0x0F, 1, 2, 0, .. Number(13), .. Number(50), 0x12, 1, 3, 0, .. Number(1), (byte)orientation, 0, 0, 0, 0x25, 0x88, 4, 0, .. Number(1), .. Number(64), .. Number(0), .. "planted-make\0\0"u8];
        exif = [.. exif, .. Gps((37.5175, 111.1379), 64)];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xE1, exif),
            .. Segment(0xE1, "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>planted-xmp</x:xmpmeta>"u8.ToArray()),
            .. Segment(0xED, [.. "Photoshop 3.0\08BIM"u8, 4, 4, 0, 0, 0, 0, 0, 17, 0x1C, 2, 0x50, 0, 12, .. "planted-iptc"u8, 0]),
            .. Segment(0xFE, "planted-comment"u8.ToArray()),
            .. bareJpeg[2..],
            .. "planted-trailer"u8,
        ];
    }

    /// <summary>PNG that says it is 50,000 by 50,000: nine gigabytes when decoded.</summary>
    public static byte[] Bomb { get; } =
        [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50, 8, 2, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82];

    /// <summary>The pixels of a JPEG, by another run of the program.</summary>
    public static async Task<(int Width, int Height, byte[] Pixels)> DecodeAsync(byte[] jpeg)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-decode-").FullName;
        try
        {
            var source = Path.Combine(folder, "a.jpg");
            await File.WriteAllBytesAsync(source, jpeg);
            using var process = Process.Start(new ProcessStartInfo("vipsthumbnail", [source, "--no-rotate", "--size", "10000x10000>", "-o", Path.Combine(folder, "a.ppm")]))!;
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            var ppm = await File.ReadAllBytesAsync(Path.Combine(folder, "a.ppm"));
            var words = Encoding.Latin1.GetString(ppm, 0, 100).Split('\n').Where(line => !line.StartsWith('#')).Take(3).SelectMany(line => line.Split(' ')).Take(4).ToArray();
            var (width, height) = (int.Parse(words[1], null), int.Parse(words[2], null));
            return (width, height, ppm[^(width * height * 3)..]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>That the four quarters stand where they do in an upright picture.</summary>
    public static async Task AssertUprightAsync(byte[] jpeg, int width, int height)
    {
        var picture = await DecodeAsync(jpeg);
        Assert.Equal((width, height), (picture.Width, picture.Height));
        foreach (var (x, y) in new[] { (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75) })
        {
            var at = (((int)(y * height) * width) + (int)(x * width)) * 3;
            var expected = ColourAt((int)(x * Width), (int)(y * Height));
            for (var c = 0; c < 3; c++)
            {
                Assert.InRange(picture.Pixels[at + c], expected[c] - 40, expected[c] + 40);
            }
        }
    }

    /// <summary>Markers and words that only metadata have.</summary>
    public static void AssertBare(byte[] jpeg)
    {
        foreach (var mark in Marks)
        {
            Assert.False(jpeg.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)) >= 0, $"It holds {mark}.");
        }

        var at = 2;
        while (jpeg[at + 1] != 0xDA)
        {
            Assert.Contains(jpeg[at + 1], new byte[] { 0xDB, 0xC0, 0xC2, 0xC4, 0xDD, 0xE0 });
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
        }

        Assert.Equal([0xFF, 0xD9], jpeg[^2..]);
    }

    private static byte[] ColourAt(int x, int y) => (x < Width / 2, y < Height / 2) switch
    {
        (true, true) => [230, 20, 20],
        (false, true) => [20, 200, 20],
        (true, false) => [20, 20, 230],
        _ => [240, 240, 240],
    };

    private static byte[] Gps((double North, double East) place, int at)
    {
        var values = at + 2 + (4 * 12) + 4;
        return
        [
            4, 0,
            1, 0, 2, 0, .. Number(2), (byte)'N', 0, 0, 0,
            2, 0, 5, 0, .. Number(3), .. Number(values),
            3, 0, 2, 0, .. Number(2), (byte)'E', 0, 0, 0,
            4, 0, 5, 0, .. Number(3), .. Number(values + 24),
            0, 0, 0, 0,
            .. Degrees(place.North), .. Degrees(place.East),
        ];

        static byte[] Degrees(double value) => [.. Number((int)Math.Round(value * 1e6)), .. Number(1_000_000), .. Number(0), .. Number(1), .. Number(0), .. Number(1)];
    }

    private static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    private static byte[] Number(int value) => BitConverter.GetBytes(value);
}
