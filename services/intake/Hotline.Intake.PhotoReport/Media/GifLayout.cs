using System.Buffers.Binary;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>GIF (89a): a screen, then blocks until the trailer. All frames together count as its pixels: a decoder may be asked for each.</summary>
internal static class GifLayout
{
    private const int Header = 13;
    private const byte Extension = 0x21;
    private const byte Frame = 0x2C;
    private const byte Trailer = 0x3B;

    public static ImageLayout Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < Header)
        {
            return default;
        }

        var (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(file[6..]), BinaryPrimitives.ReadUInt16LittleEndian(file[8..]));
        var frames = 0;
        long at = Header + TableOf(file[10]);
        while (at < file.Length)
        {
            var kind = file[(int)at];
            if (kind == Trailer)
            {
                return Of(width, height, frames) with { End = (int)at + 1 };
            }

            if (kind == Frame && at + 10 < file.Length)
            {
                frames++;
                width = Math.Max(width, BinaryPrimitives.ReadUInt16LittleEndian(file[((int)at + 5)..]));
                height = Math.Max(height, BinaryPrimitives.ReadUInt16LittleEndian(file[((int)at + 7)..]));
                at = SkipBlocks(file, at + 11 + TableOf(file[(int)at + 9]));
            }
            else if (kind == Extension)
            {
                at = SkipBlocks(file, at + 2);
            }
            else
            {
                break;
            }
        }

        return Of(width, height, frames);
    }

    private static ImageLayout Of(int width, int height, int frames) =>
        default(ImageLayout).AtLeast(width, (int)Math.Min((long)height * Math.Max(1, frames), int.MaxValue));

    private static int TableOf(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    private static long SkipBlocks(ReadOnlySpan<byte> file, long at)
    {
        while (at < file.Length && file[(int)at] != 0)
        {
            at += file[(int)at] + 1;
        }

        return at + 1;
    }
}
