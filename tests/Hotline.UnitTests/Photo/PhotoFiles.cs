using System.Buffers.Binary;
using System.Text;

namespace Hotline.UnitTests.Photo;

/// <summary>Image files made for the tests, right in everything but what a test makes wrong.</summary>
internal static class PhotoFiles
{
    public const ushort Byte = 1;
    public const ushort Ascii = 2;
    public const ushort Short = 3;
    public const ushort Long = 4;
    public const ushort Rational = 5;

    /// <summary>A tag with its value; numbers of rationals come in pairs.</summary>
    public sealed record Tag(int Id, ushort Type, params uint[] Numbers)
    {
        public string? Text { get; init; }
    }

    public static Tag Words(int id, string text) => new(id, Ascii) { Text = text };

    /// <summary>43°28′2.814″ N, 11°53′6.456″ E.</summary>
    public static Tag[] Gps =>
    [
        Words(1, "N"), new(2, Rational, 43, 1, 28, 1, 2814, 1000), Words(3, "E"), new(4, Rational, 11, 1, 53, 1, 6456, 1000),
    ];

    /// <summary>A TIFF structure of a first directory, an EXIF and a GPS one.</summary>
    public static byte[] Block(Tag[] first, Tag[] exif, Tag[] gps, bool bigEndian = false)
    {
        var block = new List<byte>(Encoding.ASCII.GetBytes(bigEndian ? "MM\0*" : "II*\0"));
        block.AddRange(Number(8, 4));
        var links = new List<Tag>(first);
        if (exif.Length > 0)
        {
            links.Add(new Tag(0x8769, Long, 0));
        }

        if (gps.Length > 0)
        {
            links.Add(new Tag(0x8825, Long, 0));
        }

        var places = Directory(links);
        if (exif.Length > 0)
        {
            Put(places[0x8769], (uint)block.Count);
            Directory(exif);
        }

        if (gps.Length > 0)
        {
            Put(places[0x8825], (uint)block.Count);
            Directory(gps);
        }

        return [.. block];

        Dictionary<int, int> Directory(IReadOnlyList<Tag> tags)
        {
            var at = block.Count;
            var values = at + 2 + (tags.Count * 12) + 4;
            var tail = new List<byte>();
            var where = new Dictionary<int, int>();
            block.AddRange(Number((uint)tags.Count, 2));
            foreach (var tag in tags)
            {
                byte[] value = tag.Text is { } text ? [.. Encoding.Latin1.GetBytes(text), 0] : [.. tag.Numbers.SelectMany(number => Number(number, tag.Type switch { Byte => 1, Short => 2, _ => 4 }))];
                var count = tag.Text is not null ? value.Length : tag.Type == Rational ? tag.Numbers.Length / 2 : tag.Numbers.Length;
                block.AddRange([.. Number((uint)tag.Id, 2), .. Number(tag.Type, 2), .. Number((uint)count, 4)]);
                where[tag.Id] = block.Count;
                if (value.Length <= 4)
                {
                    block.AddRange([.. value, .. new byte[4 - value.Length]]);
                }
                else
                {
                    block.AddRange(Number((uint)(values + tail.Count), 4));
                    tail.AddRange(value);
                }
            }

            block.AddRange([0, 0, 0, 0, .. tail]);
            return where;
        }

        void Put(int at, uint value)
        {
            var bytes = Number(value, 4);
            for (var i = 0; i < 4; i++)
            {
                block[at + i] = bytes[i];
            }
        }

        byte[] Number(uint value, int size)
        {
            var bytes = new byte[4];
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
                return bytes[^size..];
            }

            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            return bytes[..size];
        }
    }

    /// <summary>A JPEG's structure; its pixels are none.</summary>
    public static byte[] Jpeg(byte[]? exif = null, int width = 640, int height = 480, byte[]? comment = null, byte[]? behind = null) =>
    [
        0xFF, 0xD8,
        .. exif is null ? [] : Segment(0xE1, [.. "Exif\0\0"u8, .. exif]),
        .. comment is null ? [] : Segment(0xFE, comment),
        .. Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]),
        .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4,
        0xFF, 0xD9,
        .. behind ?? [],
    ];

    public static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    public static byte[] Png(int width, int height, byte[]? exif = null, byte[]? behind = null) =>
    [
        0x89, .. "PNG\r\n\u001a\n"u8,
        .. Chunk("IHDR", [.. Big(width), .. Big(height), 8, 2, 0, 0, 0]),
        .. exif is null ? [] : Chunk("eXIf", exif),
        .. Chunk("IEND", []),
        .. behind ?? [],
    ];

    public static byte[] Webp(int width, int height, byte[] exif)
    {
        byte[] chunks = [.. Riff("VP8X", [8, 0, 0, 0, .. Little24(width - 1), .. Little24(height - 1)]), .. Riff("EXIF", exif)];
        return Riff("RIFF", [.. "WEBP"u8, .. chunks]);

        static byte[] Little24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];
    }

    public static byte[] Gif(int width, int height, int frames, byte[]? behind = null) =>
    [
        .. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 0, 0,
        .. Enumerable.Range(0, frames).SelectMany(_ => (byte[])[0x2C, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 2, 1, 0, 0]),
        0x3B, .. behind ?? [],
    ];

    /// <summary>HEIF with one image and an EXIF item.</summary>
    public static byte[] Heif(int width, int height, byte[] exif, string brand = "heic")
    {
        byte[] type = Box("ftyp", [.. Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0]);
        byte[] item = [0, 0, 0, 0, .. exif];
        byte[] Meta(int at) => Box("meta", [
            0, 0, 0, 0,
            .. Box("iinf", [0, 0, 0, 0, 0, 1, .. Box("infe", [2, 0, 0, 0, 0, 7, 0, 0, .. "Exif"u8, 0])]),
            .. Box("iloc", [0, 0, 0, 0, 0x44, 0, 0, 1, 0, 7, 0, 0, 0, 1, .. Big(at), .. Big(item.Length)]),
            .. Box("iprp", Box("ipco", Box("ispe", [0, 0, 0, 0, .. Big(width), .. Big(height)])))]);
        var length = Meta(0).Length;
        return [.. type, .. Meta(type.Length + length + 8), .. Box("mdat", item)];

        static byte[] Box(string type, byte[] body) => [.. Big(body.Length + 8), .. Encoding.ASCII.GetBytes(type), .. body];
    }

    private static byte[] Chunk(string type, byte[] data) => [.. Big(data.Length), .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];

    private static byte[] Riff(string type, byte[] data) =>
        [.. Encoding.ASCII.GetBytes(type), (byte)data.Length, (byte)(data.Length >> 8), (byte)(data.Length >> 16), 0, .. data, .. new byte[data.Length & 1]];

    private static byte[] Big(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
