using System.Globalization;
using Hotline.Hosting;

namespace Hotline.Intake.PhotoReport.Media;

/// <summary>What a photo says of itself. Whoever sends it can have written anything here, so it is a hint and never a proof.</summary>
/// <param name="Width">Pixels as stored, before turning; 0 when the file does not say.</param>
/// <param name="Height">Pixels as stored.</param>
/// <param name="Orientation">1–8 as EXIF counts them; 1, upright, when the file does not say.</param>
/// <param name="Place">Where it was taken; null when that is missing, broken, (0, 0) or of a datum we do not know.</param>
/// <param name="TakenAt">When it was taken.</param>
/// <param name="ZoneAssumed">The camera told no zone, so +08:00 was taken.</param>
public sealed record PhotoFacts(int Width, int Height, int Orientation, Coordinate? Place, DateTimeOffset? TakenAt, bool ZoneAssumed)
{
    private const int FirstYear = 1990; // before it no camera wrote EXIF: a clock that was never set
    private static readonly TimeSpan OfficeZone = TimeSpan.FromHours(8);
    private static readonly string[] TimeFormats = ["yyyy:MM:dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy/MM/dd HH:mm:ss", "yyyy:MM:dd HH:mm"];
    private static readonly string[] DateFormats = ["yyyy:MM:dd", "yyyy-MM-dd", "yyyy/MM/dd"];

    /// <summary>Reads a photo's facts from any bytes: what is broken is absent. One pass, no decoding, nothing thrown.</summary>
    public static PhotoFacts Read(ReadOnlySpan<byte> file) => Read(file, ImageLayout.Read(file, FileTypes.Sniff(file).MediaType));

    /// <summary>The same for a file whose layout is known.</summary>
    public static PhotoFacts Read(ReadOnlySpan<byte> file, ImageLayout layout)
    {
        var block = new ExifBlock(file.Slice(layout.ExifAt, layout.ExifLength));
        var (exif, gps) = (block.Number(block.First, ExifBlock.ExifDirectory), block.Number(block.First, ExifBlock.GpsDirectory));
        var orientation = block.Number(block.First, ExifBlock.Orientation);
        var (taken, assumed) = TakenOf(block, exif, gps);
        return new PhotoFacts(layout.Width, layout.Height, orientation is >= 1 and <= 8 ? orientation : 1, PlaceOf(block, gps), taken, assumed);
    }

    private static Coordinate? PlaceOf(ExifBlock block, int gps)
    {
        // Without its letter a number is not known to be north or east: one that is guessed lies on the other side of the earth.
        if (SignOf(block.Text(gps, ExifBlock.LatitudeRef), 'N', 'S') is not { } north || SignOf(block.Text(gps, ExifBlock.LongitudeRef), 'E', 'W') is not { } east
            || block.Sexagesimal(gps, ExifBlock.Latitude) is not { } latitude || block.Sexagesimal(gps, ExifBlock.Longitude) is not { } longitude
            || DatumOf(block.Text(gps, ExifBlock.GpsDatum)) is not { } datum)
        {
            return null;
        }

        return Coordinate.IsPlace(latitude, longitude) ? new Coordinate(north * latitude, east * longitude, datum) : null;
    }

    private static int? SignOf(string? letter, char plus, char minus) =>
        letter is not { Length: > 0 } ? null : char.ToUpperInvariant(letter[0]) is var first && first == plus ? 1 : first == minus ? -1 : null;

    /// <summary>Cameras seldom name a datum, and then nearly always this one; China's CGCS2000 is the same within centimetres.</summary>
    private static string? DatumOf(string? name) =>
        name is null || name.Contains("84", StringComparison.Ordinal) || name.Contains("CGCS", StringComparison.OrdinalIgnoreCase) ? Coordinate.Wgs84
        : name.StartsWith("GCJ", StringComparison.OrdinalIgnoreCase) ? Coordinate.Gcj02
        : name.StartsWith("BD", StringComparison.OrdinalIgnoreCase) ? Coordinate.Bd09
        : null;

    /// <summary>The camera's clock with its zone; else the satellites' clock, which is UTC; else the camera's clock, taken for the office's.</summary>
    private static (DateTimeOffset? TakenAt, bool ZoneAssumed) TakenOf(ExifBlock block, int exif, int gps)
    {
        var local = TimeOf(block.Text(exif, ExifBlock.TakenAt), TimeFormats);
        if (local is { } time && ZoneOf(block.Text(exif, ExifBlock.TakenOffset)) is { } zone)
        {
            return (new DateTimeOffset(time, zone), false);
        }

        return TimeOf(block.Text(gps, ExifBlock.GpsDate), DateFormats) is { } day && block.Sexagesimal(gps, ExifBlock.GpsTime) is { } hours and < 24
            ? (new DateTimeOffset(day, TimeSpan.Zero).AddSeconds(Math.Round(hours * 3600)), false)
            : local is { } unzoned ? (new DateTimeOffset(unzoned, OfficeZone), true)
            : (null, false);
    }

    private static DateTime? TimeOf(string? text, string[] formats) =>
        DateTime.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time.Year is >= FirstYear and < 9999 ? time : null;

    private static TimeSpan? ZoneOf(string? text) =>
        text == "Z" ? TimeSpan.Zero
        : text is ['+' or '-', _, _, ':', _, _] && TimeSpan.TryParseExact(text.AsSpan(1), "hh\\:mm", CultureInfo.InvariantCulture, out var zone) && zone <= TimeSpan.FromHours(14)
            ? (text[0] == '-' ? -zone : zone)
            : null;
}
