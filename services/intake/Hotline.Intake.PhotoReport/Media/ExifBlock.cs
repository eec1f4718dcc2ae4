using System.Buffers.Binary;
using System.Text;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>
/// An EXIF block: a TIFF structure of directories of tagged values. It looks up the few tags asked for and copies nothing else, so a block
/// whose thousand tags each claim the whole of it costs no memory; it follows no chain of directories, so none can be a loop.
/// </summary>
internal readonly ref struct ExifBlock
{
    public const int ImageWidth = 0x0100;
    public const int ImageHeight = 0x0101;
    public const int Orientation = 0x0112;
    public const int ExifDirectory = 0x8769;
    public const int GpsDirectory = 0x8825;
    public const int TakenAt = 0x9003;
    public const int TakenOffset = 0x9011;
    public const int LatitudeRef = 1;
    public const int Latitude = 2;
    public const int LongitudeRef = 3;
    public const int Longitude = 4;
    public const int GpsTime = 7;
    public const int GpsDatum = 0x12;
    public const int GpsDate = 0x1D;
    private const int EntryBytes = 12;
    private const int LongestText = 64;

    private readonly ReadOnlySpan<byte> _block;
    private readonly bool _bigEndian;

    public ExifBlock(ReadOnlySpan<byte> block)
    {
        _block = block;
        _bigEndian = block.StartsWith("MM\0*"u8);
        First = block.Length >= 8 && (_bigEndian || block.StartsWith("II*\0"u8)) ? Offset(4) : 0;
    }

    /// <summary>Where the first directory begins; 0 when this is no such block.</summary>
    public int First { get; }

    /// <summary>A whole number: a directory's place, a size, an orientation; 0 when it is not there or of another type.</summary>
    public int Number(int directory, int tag) => Find(directory, tag) is not { Count: > 0 } entry ? 0 : entry.Type switch
    {
        1 => _block[entry.At],
        3 => Short(entry.At),
        4 => Offset(entry.At),
        _ => 0,
    };

    /// <summary>A short text without the zero and the spaces at its end; null when it is not there or is empty.</summary>
    public string? Text(int directory, int tag)
    {
        if (Find(directory, tag) is not { Type: 2 or 7 } entry)
        {
            return null;
        }

        var bytes = _block.Slice(entry.At, Math.Min(entry.Count, LongestText));
        var end = bytes.IndexOf((byte)0);
        var text = Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]).Trim();
        return text.Length == 0 ? null : text;
    }

    /// <summary>Degrees, minutes and seconds, or hours, minutes and seconds.</summary>
    /// <returns>Null when they are not three fractions, or one is of nothing (0/0, 5/0), or sixty parts are more than sixty.</returns>
    public double? Sexagesimal(int directory, int tag)
    {
        if (Find(directory, tag) is not { Type: 5 or 10, Count: 3 } entry)
        {
            return null;
        }

        Span<double> parts = stackalloc double[3];
        for (var i = 0; i < parts.Length; i++)
        {
            long upper = Long(entry.At + (8 * i)), lower = Long(entry.At + (8 * i) + 4);
            if (entry.Type == 10)
            {
                (upper, lower) = ((int)upper, (int)lower);
            }

            parts[i] = lower == 0 ? double.NaN : (double)upper / lower;
        }

        return parts[0] >= 0 && parts[1] is >= 0 and < 60 && parts[2] is >= 0 and <= 60 ? parts[0] + (parts[1] / 60) + (parts[2] / 3600) : null;
    }

    private readonly record struct Entry(int Type, int Count, int At);

    /// <summary>The first entry of a tag whose value lies within the block.</summary>
    private Entry? Find(int directory, int tag)
    {
        if (directory <= 0 || directory > _block.Length - 2)
        {
            return null;
        }

        var entries = Math.Min(Short(directory), (_block.Length - directory - 2) / EntryBytes);
        for (var i = 0; i < entries; i++)
        {
            var at = directory + 2 + (i * EntryBytes);
            if (Short(at) == tag)
            {
                var (type, count) = (Short(at + 2), Long(at + 4));
                var length = SizeOf(type) * count;
                var value = length <= 4 ? at + 8 : Offset(at + 8);
                return length > 0 && value > 0 && value + length <= _block.Length ? new Entry(type, (int)count, value) : null;
            }
        }

        return null;
    }

    private static long SizeOf(int type) => type switch
    {
        1 or 2 or 7 => 1,
        3 => 2,
        4 => 4,
        5 or 10 => 8,
        _ => 0,
    };

    private int Short(int at) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(_block[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(_block[at..]);

    private uint Long(int at) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_block[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(_block[at..]);

    private int Offset(int at) => (int)Math.Min(Long(at), int.MaxValue);
}
