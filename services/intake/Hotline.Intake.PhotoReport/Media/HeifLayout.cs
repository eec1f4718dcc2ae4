using System.Buffers.Binary;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>
/// HEIF and AVIF (ISO 23008-12): boxes. The largest <c>ispe</c> is the image's size; the item of type <c>Exif</c> is found by its number,
/// its place by the table of places. How it is turned stands in boxes of its own, which decoders obey.
/// </summary>
internal static class HeifLayout
{
    private const int MostBoxes = 4096;
    private const int Deepest = 4;

    public static ImageLayout Read(ReadOnlySpan<byte> file)
    {
        var found = new Found();
        var end = Walk(file, 0, file.Length, 0, ref found);
        var layout = default(ImageLayout).AtLeast(found.Width, found.Height) with { End = end };
        if (found.ExifItem == 0 || found.Places.Length == 0 || PlaceOf(file.Slice(found.Places.At, found.Places.Length), found.ExifItem) is not var (at, length)
            || at < 0 || length < 5 || at + length > file.Length)
        {
            return layout;
        }

        // The item begins with how far the TIFF structure lies behind these four bytes.
        var skip = 4 + BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);
        return skip >= length ? layout : layout.WithExif(file, (int)(at + skip), (int)(length - skip));
    }

    private record struct Found(int Boxes, int Width, int Height, int ExifItem, (int At, int Length) Places);

    /// <returns>Where the last whole box ends.</returns>
    private static int Walk(ReadOnlySpan<byte> file, int at, int end, int depth, ref Found found)
    {
        while (end - at >= 8 && found.Boxes++ < MostBoxes)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            var header = 8;
            if (length == 1 && end - at >= 16)
            {
                length = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(file[(at + 8)..]), long.MaxValue);
                header = 16;
            }
            else if (length == 0)
            {
                length = end - at; // to the end of what it stands in
            }

            if (length < header || length > end - at)
            {
                return at;
            }

            var (body, next) = (at + header, at + (int)length);
            var type = file.Slice(at + 4, 4);
            if (type.SequenceEqual("ispe"u8) && next - body >= 12)
            {
                Enlarge(ref found, BinaryPrimitives.ReadUInt32BigEndian(file[(body + 4)..]), BinaryPrimitives.ReadUInt32BigEndian(file[(body + 8)..]));
            }
            else if (type.SequenceEqual("infe"u8) && next - body >= 12 && file[body] is 2 or 3)
            {
                NoteItem(file[body..next], ref found);
            }
            else if (type.SequenceEqual("iloc"u8))
            {
                found.Places = (body, next - body);
            }
            else if (depth < Deepest && Inside(type, file[body..next]) is { } skip && body + skip <= next)
            {
                Walk(file, body + skip, next, depth + 1, ref found);
            }

            at = next;
        }

        return at;
    }

    /// <returns>How far behind its header a box's own boxes begin; null when it holds none we look for.</returns>
    private static int? Inside(ReadOnlySpan<byte> type, ReadOnlySpan<byte> body) =>
        type.SequenceEqual("meta"u8) ? 4
        : type.SequenceEqual("iprp"u8) || type.SequenceEqual("ipco"u8) ? 0
        : type.SequenceEqual("iinf"u8) && body.Length > 0 ? (body[0] == 0 ? 6 : 8)
        : null;

    private static void Enlarge(ref Found found, uint width, uint height)
    {
        if ((ulong)width * height > (ulong)found.Width * (ulong)found.Height)
        {
            (found.Width, found.Height) = ((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue));
        }
    }

    private static void NoteItem(ReadOnlySpan<byte> entry, ref Found found)
    {
        var wide = entry[0] == 3;
        var type = entry[(wide ? 10 : 8)..];
        if (type.StartsWith("Exif"u8) && found.ExifItem == 0)
        {
            found.ExifItem = wide ? (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(entry[4..]), int.MaxValue) : BinaryPrimitives.ReadUInt16BigEndian(entry[4..]);
        }
    }

    /// <summary>An item's place in the table <c>iloc</c>, when it lies in one piece at a place of the file.</summary>
    private static (long At, long Length)? PlaceOf(ReadOnlySpan<byte> table, int item)
    {
        var reader = new Table(table);
        var version = reader.Take(1);
        reader.Take(3);
        var sizes = reader.Take(2);
        var (offset, length, origin, index) = ((int)(sizes >> 12), (int)(sizes >> 8) & 15, (int)(sizes >> 4) & 15, version is 1 or 2 ? (int)sizes & 15 : 0);
        if (offset + length == 0)
        {
            return null; // pieces of no bytes could be counted for ever
        }

        var items = reader.Take(version < 2 ? 2 : 4);
        for (var i = 0; i < items && !reader.Ended; i++)
        {
            var id = reader.Take(version < 2 ? 2 : 4);
            var method = version is 1 or 2 ? reader.Take(2) & 15 : 0;
            reader.Take(2);
            var start = reader.Take(origin);
            var pieces = reader.Take(2);
            for (var piece = 0; piece < pieces && !reader.Ended; piece++)
            {
                reader.Take(index);
                var (at, size) = (start + reader.Take(offset), reader.Take(length));
                if (id == item && !reader.Ended)
                {
                    return method == 0 && pieces == 1 && at is >= 0 and <= int.MaxValue && size is >= 0 and <= int.MaxValue ? (at, size) : null;
                }
            }
        }

        return null;
    }

    /// <summary>Big-endian numbers one after the other; nothing but zeros, and the mark, after the end.</summary>
    private ref struct Table(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public bool Ended { get; private set; }

        public long Take(int size)
        {
            if (size > 8 || size > _rest.Length)
            {
                Ended = true;
                return 0;
            }

            long value = 0;
            foreach (var b in _rest[..size])
            {
                value = (value << 8) | b;
            }

            _rest = _rest[size..];
            return value;
        }
    }
}
