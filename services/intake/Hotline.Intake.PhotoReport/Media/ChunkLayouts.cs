using System.Buffers.Binary;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>PNG: chunks of length, type, data and check sum, from IHDR to IEND.</summary>
internal static class PngLayout
{
    private const int Signature = 8;
    private const int Around = 12; // length, type and check sum of a chunk

    public static ImageLayout Read(ReadOnlySpan<byte> file)
    {
        var layout = default(ImageLayout);
        for (var at = Signature; at + Around <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            var type = file.Slice(at + 4, 4);
            if (length > file.Length - at - Around)
            {
                break;
            }

            var data = at + 8;
            at += (int)length + Around;
            if (type.SequenceEqual("IHDR"u8) && length >= 8)
            {
                layout = layout.AtLeast(ReadSide(file[data..]), ReadSide(file[(data + 4)..]));
            }
            else if (type.SequenceEqual("eXIf"u8))
            {
                layout = layout.WithExif(file, data, (int)length);
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                return layout with { End = at };
            }
        }

        return layout;
    }

    private static int ReadSide(ReadOnlySpan<byte> bytes) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), int.MaxValue);
}

/// <summary>WebP: chunks within RIFF; the size stands in the lossy or lossless data, or in the extended header.</summary>
internal static class WebpLayout
{
    public static ImageLayout Read(ReadOnlySpan<byte> file)
    {
        var layout = default(ImageLayout);
        var end = file.Length < 12 ? 0 : Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L, file.Length);
        for (long at = 12; at + 8 <= end;)
        {
            var type = file.Slice((int)at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[((int)at + 4)..]);
            if (length > end - at - 8)
            {
                return layout;
            }

            var data = file.Slice((int)at + 8, (int)length);
            if (type.SequenceEqual("EXIF"u8))
            {
                layout = layout.WithExif(file, (int)at + 8, (int)length);
            }
            else if (SizeOf(type, data) is var (width, height))
            {
                layout = layout.AtLeast(width, height);
            }

            at += 8 + length + (length & 1); // chunks begin on even bytes
        }

        return end > 12 && BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L <= file.Length ? layout with { End = (int)end } : layout;
    }

    private static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.SequenceEqual("VP8X"u8) && data.Length >= 10)
        {
            return (1 + Read24(data[4..]), 1 + Read24(data[7..]));
        }

        if (type.SequenceEqual("VP8 "u8) && data.Length >= 10)
        {
            return (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
        }

        if (type.SequenceEqual("VP8L"u8) && data.Length >= 5)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
            return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
        }

        return null;
    }

    private static int Read24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
