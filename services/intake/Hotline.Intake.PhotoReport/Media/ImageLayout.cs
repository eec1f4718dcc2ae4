namespace Hotline.Intake.PhotoReport.Media;

/// <summary>How an image file is built, read from its outermost structure without decoding a pixel: in one pass, whatever the bytes.</summary>
/// <param name="Width">Pixels as stored, before any turning; 0 when the file does not say.</param>
/// <param name="Height">Pixels as stored; 0 when the file does not say.</param>
/// <param name="End">Where the image ends; null when it does not end within the file, or its kind has no end.</param>
/// <param name="ExifAt">Where the EXIF block (a TIFF structure) begins; 0 when there is none.</param>
/// <param name="ExifLength">Its bytes.</param>
public readonly record struct ImageLayout(int Width, int Height, int? End, int ExifAt, int ExifLength)
{
    /// <summary>How many pixels decoding would make.</summary>
    public long Pixels => (long)Width * Height;

    /// <param name="mediaType">By the first bytes, as <c>FileTypes</c> tells.</param>
    /// <returns>All zero for a kind that is no photo.</returns>
    public static ImageLayout Read(ReadOnlySpan<byte> file, string mediaType) => mediaType switch
    {
        "image/jpeg" => JpegLayout.Read(file),
        "image/png" => PngLayout.Read(file),
        "image/webp" => WebpLayout.Read(file),
        "image/gif" => GifLayout.Read(file),
        "image/tiff" => OfTiff(file),
        "image/heic" or "image/avif" => HeifLayout.Read(file),
        _ => default,
    };

    /// <summary>A TIFF file is one EXIF structure as a whole, and has no end of its own.</summary>
    private static ImageLayout OfTiff(ReadOnlySpan<byte> file)
    {
        var block = new ExifBlock(file);
        return default(ImageLayout).AtLeast(block.Number(block.First, ExifBlock.ImageWidth), block.Number(block.First, ExifBlock.ImageHeight)) with { ExifLength = file.Length };
    }

    /// <summary>This layout with an EXIF block, which some writers begin with the six bytes JPEG puts before it.</summary>
    internal ImageLayout WithExif(ReadOnlySpan<byte> file, int at, int length)
    {
        var skip = file.Slice(at, length).StartsWith("Exif\0\0"u8) ? 6 : 0;
        return ExifLength > 0 || length <= skip ? this : this with { ExifAt = at + skip, ExifLength = length - skip };
    }

    /// <summary>This layout with dimensions at least as large: of several the file gives the largest is what decoding may cost.</summary>
    internal ImageLayout AtLeast(int width, int height) => (long)width * height > Pixels ? this with { Width = width, Height = height } : this;
}
