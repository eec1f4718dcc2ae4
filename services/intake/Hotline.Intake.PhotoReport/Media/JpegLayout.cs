using System.Buffers.Binary;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>JPEG (ITU T.81): markers, segments, and between scans the coded data, in which every 0xFF is followed by 0 or a restart.</summary>
internal static class JpegLayout
{
    private const byte Start = 0xD8;
    private const byte End = 0xD9;
    private const byte Scan = 0xDA;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte Comment = 0xFE;

    public static ImageLayout Read(ReadOnlySpan<byte> file)
    {
        var layout = default(ImageLayout);
        var at = 0;
        while (TryNext(file, ref at, out var marker, out var body))
        {
            if (marker == End)
            {
                return layout with { End = at };
            }

            var segment = file[body..at];
            if (IsFrame(marker) && segment.Length >= 5)
            {
                layout = layout.AtLeast(BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]));
            }
            else if (marker == App1 && segment.StartsWith("Exif\0"u8) && segment.Length > 6)
            {
                layout = layout.WithExif(file, body + 6, segment.Length - 6);
            }
            else if (marker == Scan)
            {
                at = SkipScan(file, at);
            }
        }

        return layout;
    }

    /// <summary>Whether the file holds nothing but what a decoder needs: no EXIF, XMP, IPTC, profile, comment, and nothing after its end.</summary>
    public static bool IsBare(ReadOnlySpan<byte> file)
    {
        var at = 0;
        while (TryNext(file, ref at, out var marker, out var body))
        {
            if (marker == End)
            {
                return at == file.Length;
            }

            // JFIF's own header of 14 bytes holds no more than a density; a longer one may hold a thumbnail.
            if (marker == Comment || (marker is > App0 and <= 0xEF) || (marker == App0 && at - body > 14))
            {
                return false;
            }

            at = marker == Scan ? SkipScan(file, at) : at;
        }

        return false;
    }

    /// <summary>Goes on to the next marker and past its segment.</summary>
    /// <param name="body">Where the segment's content begins; it ends at <paramref name="at"/>.</param>
    private static bool TryNext(ReadOnlySpan<byte> file, ref int at, out byte marker, out int body)
    {
        (marker, body) = (0, 0);
        while (at + 1 < file.Length)
        {
            if (file[at] != 0xFF)
            {
                return false; // not a marker where one must be
            }

            marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++; // fill bytes
                continue;
            }

            at += 2;
            body = at;
            if (marker is Start or End or 0x01 or (>= 0xD0 and <= 0xD7))
            {
                return true;
            }

            if (at + 2 > file.Length || BinaryPrimitives.ReadUInt16BigEndian(file[at..]) is var length && (length < 2 || at + length > file.Length))
            {
                return false;
            }

            body = at + 2;
            at += length;
            return true;
        }

        return false;
    }

    private static int SkipScan(ReadOnlySpan<byte> file, int at)
    {
        while (true)
        {
            var next = file[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= file.Length)
            {
                return file.Length;
            }

            at += next;
            if (file[at + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
            {
                return at;
            }

            at += 2;
        }
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
