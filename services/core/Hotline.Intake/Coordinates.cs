namespace Hotline.Intake;

/// <summary>A point on the earth together with the system its numbers are of. The three systems in use differ by 300–700 m, so a pair without its datum is worth little.</summary>
/// <param name="Latitude">Degrees north, −90 to 90.</param>
/// <param name="Longitude">Degrees east, −180 to 180.</param>
/// <param name="Datum"><see cref="Wgs84"/> (satellites, phones, EXIF), <see cref="Gcj02"/> (Amap, Tencent, WeChat) or <see cref="Bd09"/> (Baidu).</param>
public sealed record Coordinate(double Latitude, double Longitude, string Datum)
{
    public const string Wgs84 = "wgs84";
    public const string Gcj02 = "gcj02";
    public const string Bd09 = "bd09";
    private const double EarthRadius = 6_371_008.8; // metres, the mean radius of IUGG

    /// <summary>A datum this type converts.</summary>
    public static bool IsDatum(string? datum) => datum is Wgs84 or Gcj02 or Bd09;

    /// <summary>Whether the numbers can be a place: in range, and not the (0, 0) that devices write when they know none.</summary>
    public static bool IsPlace(double latitude, double longitude) =>
        latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180 && (latitude != 0 || longitude != 0);

    /// <summary>The same point in another system.</summary>
    /// <exception cref="ArgumentException">Either datum is not one of the three.</exception>
    public Coordinate To(string datum) => (Datum, datum) switch
    {
        _ when !IsDatum(Datum) || !IsDatum(datum) => throw new ArgumentException($"A datum is wgs84, gcj02 or bd09; given were '{Datum}' and '{datum}'.", nameof(datum)),
        _ when Datum == datum => this,
        (Wgs84, Gcj02) => ChineseGrid.Shift(this),
        (Gcj02, Wgs84) => ChineseGrid.Unshift(this),
        (Gcj02, Bd09) => BaiduGrid.Shift(this),
        (Bd09, Gcj02) => BaiduGrid.Unshift(this),
        (Wgs84, _) => To(Gcj02).To(Bd09),
        _ => To(Gcj02).To(Wgs84),
    };

    /// <summary>Metres along the earth's surface, whatever the two are written in; good to half a per cent.</summary>
    public double DistanceTo(Coordinate other)
    {
        var (here, there) = (To(Wgs84), other.To(Wgs84));
        var (north, east) = (Radians(there.Latitude - here.Latitude), Radians(there.Longitude - here.Longitude));
        var chord = Math.Pow(Math.Sin(north / 2), 2) + (Math.Cos(Radians(here.Latitude)) * Math.Cos(Radians(there.Latitude)) * Math.Pow(Math.Sin(east / 2), 2));
        return 2 * EarthRadius * Math.Asin(Math.Sqrt(Math.Min(1, chord)));
    }

    private static double Radians(double degrees) => degrees / 180 * Math.PI;
}

/// <summary>GCJ-02: WGS-84 moved by a sum of polynomials and sines that depends on where one stands, within a box around China and nowhere else.</summary>
internal static class ChineseGrid
{
    private const double Axis = 6_378_245.0; // metres; of Krasovsky's ellipsoid, as the system uses it
    private const double Eccentricity = 0.00669342162296594323; // squared
    private const double Close = 1e-10; // degrees: a hundredth of a millimetre
    private const int MostSteps = 10;

    public static Coordinate Shift(Coordinate point)
    {
        var (north, east) = OffsetAt(point.Latitude, point.Longitude);
        return new Coordinate(point.Latitude + north, point.Longitude + east, Coordinate.Gcj02);
    }

    /// <summary>There is no formula back: take the offset of the guess, until the guess moves to where we are.</summary>
    public static Coordinate Unshift(Coordinate point)
    {
        var (latitude, longitude) = (point.Latitude, point.Longitude);
        for (var step = 0; step < MostSteps; step++)
        {
            var (north, east) = OffsetAt(latitude, longitude);
            var (missedNorth, missedEast) = (point.Latitude - latitude - north, point.Longitude - longitude - east);
            (latitude, longitude) = (latitude + missedNorth, longitude + missedEast);
            if (Math.Abs(missedNorth) < Close && Math.Abs(missedEast) < Close)
            {
                break;
            }
        }

        return new Coordinate(latitude, longitude, Coordinate.Wgs84);
    }

    private static (double North, double East) OffsetAt(double latitude, double longitude)
    {
        if (latitude is < 0.8293 or > 55.8271 || longitude is < 72.004 or > 137.8347)
        {
            return (0, 0);
        }

        var (x, y) = (longitude - 105, latitude - 35);
        var ripple = (20 * Sine(6 * x)) + (20 * Sine(2 * x));
        var north = -100 + (2 * x) + (3 * y) + (0.2 * y * y) + (0.1 * x * y) + (0.2 * Math.Sqrt(Math.Abs(x)))
            + ((ripple + (20 * Sine(y)) + (40 * Sine(y / 3)) + (160 * Sine(y / 12)) + (320 * Sine(y / 30))) * 2 / 3);
        var east = 300 + x + (2 * y) + (0.1 * x * x) + (0.1 * x * y) + (0.1 * Math.Sqrt(Math.Abs(x)))
            + ((ripple + (20 * Sine(x)) + (40 * Sine(x / 3)) + (150 * Sine(x / 12)) + (300 * Sine(x / 30))) * 2 / 3);

        // Metres to degrees on the ellipsoid, at this latitude.
        var radians = latitude / 180 * Math.PI;
        var flat = 1 - (Eccentricity * Math.Sin(radians) * Math.Sin(radians));
        var metresNorth = Axis * (1 - Eccentricity) / (flat * Math.Sqrt(flat)) * Math.PI / 180;
        var metresEast = Axis / Math.Sqrt(flat) * Math.Cos(radians) * Math.PI / 180;
        return (north / metresNorth, east / metresEast);
    }

    private static double Sine(double halfTurns) => Math.Sin(halfTurns * Math.PI);
}

/// <summary>BD-09: GCJ-02 in polar form with a small ripple on radius and angle, moved by a constant.</summary>
internal static class BaiduGrid
{
    private const double Ripple = Math.PI * 3000 / 180;
    private const double East = 0.0065;
    private const double North = 0.006;

    public static Coordinate Shift(Coordinate point)
    {
        var (x, y) = Turn(point.Longitude, point.Latitude, 1);
        return new Coordinate(y + North, x + East, Coordinate.Bd09);
    }

    /// <summary>Back in one step: the ripple is so small that the point's own stands for that of where it came from (within 0.1 m).</summary>
    public static Coordinate Unshift(Coordinate point)
    {
        var (x, y) = Turn(point.Longitude - East, point.Latitude - North, -1);
        return new Coordinate(y, x, Coordinate.Gcj02);
    }

    private static (double X, double Y) Turn(double x, double y, int sign)
    {
        var radius = Math.Sqrt((x * x) + (y * y)) + (sign * 2e-5 * Math.Sin(y * Ripple));
        var angle = Math.Atan2(y, x) + (sign * 3e-6 * Math.Cos(x * Ripple));
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }
}
