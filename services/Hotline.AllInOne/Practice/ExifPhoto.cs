using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Hotline.AllInOne.Practice;

/// <summary>A JPEG as a phone's camera makes it: with place and time in its EXIF block (Exif 2.32 over TIFF 6.0, little-endian).</summary>
public static class ExifPhoto
{
    private const int Ascii = 2;
    private const int Long = 4;
    private const int Rational = 5;
    private const int ExifPointer = 0x8769;
    private const int GpsPointer = 0x8825;

    private sealed record Tag(int Id, int Type, int Count, byte[] Value);

    /// <param name="jpeg">Without an EXIF block.</param>
    /// <param name="latitude">Degrees north, WGS-84.</param>
    /// <param name="longitude">Degrees east, WGS-84.</param>
    public static byte[] Taken(byte[] jpeg, double latitude, double longitude, DateTimeOffset at)
    {
        Tag[] exif = [Text(0x9003, at.ToString("yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture)), Text(0x9011, at.ToString("zzz", CultureInfo.InvariantCulture))];
        Tag[] gps = [Text(1, latitude < 0 ? "S" : "N"), Degrees(2, latitude), Text(3, longitude < 0 ? "W" : "E"), Degrees(4, longitude)];
        const int first = 8;
        var exifAt = first + 2 + (2 * 12) + 4;
        var exifBlock = Directory(exif, exifAt);
        var gpsAt = exifAt + exifBlock.Length;
        byte[] tiff = [.. "II*\0"u8, .. Bytes(first), .. Directory([new(ExifPointer, Long, 1, Bytes(exifAt)), new(GpsPointer, Long, 1, Bytes(gpsAt))], first), .. exifBlock, .. Directory(gps, gpsAt)];
        byte[] segment = [.. "Exif\0\0"u8, .. tiff];
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)((segment.Length + 2) >> 8), (byte)(segment.Length + 2), .. segment, .. jpeg.AsSpan(2)];
    }

    /// <summary>A directory with what does not fit into its entries behind it.</summary>
    private static byte[] Directory(Tag[] tags, int at)
    {
        var behind = new List<byte>();
        var entries = new List<byte>();
        foreach (var tag in tags)
        {
            var inline = tag.Value.Length <= 4;
            byte[] value = inline ? [.. tag.Value, .. new byte[4 - tag.Value.Length]] : Bytes(at + 2 + (tags.Length * 12) + 4 + behind.Count);
            entries.AddRange([(byte)tag.Id, (byte)(tag.Id >> 8), (byte)tag.Type, 0, .. Bytes(tag.Count), .. value]);
            if (!inline)
            {
                behind.AddRange(tag.Value);
            }
        }

        return [(byte)tags.Length, 0, .. entries, .. Bytes(0), .. behind];
    }

    private static Tag Text(int id, string text) => new(id, Ascii, text.Length + 1, [.. Encoding.ASCII.GetBytes(text), 0]);

    /// <summary>Degrees, minutes and seconds to a hundredth.</summary>
    private static Tag Degrees(int id, double degrees)
    {
        var hundredths = (int)Math.Round(Math.Abs(degrees) * 3600 * 100);
        return new(id, Rational, 3, [.. Bytes(hundredths / 360_000), .. Bytes(1), .. Bytes(hundredths / 6000 % 60), .. Bytes(1), .. Bytes(hundredths % 6000), .. Bytes(100)]);
    }

    private static byte[] Bytes(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }
}
