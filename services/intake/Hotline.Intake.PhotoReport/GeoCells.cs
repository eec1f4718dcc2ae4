using System.Globalization;

namespace Hotline.Intake.PhotoReport;

/// <summary>
/// Cuts the earth into cells of about 280 m, by which an index finds what is near: rows of equal height, each cut into columns as wide as
/// the row is high. Coordinates are WGS-84.
/// </summary>
internal static class GeoCells
{
    private const double Height = 0.0025; // degrees
    private const double MetresPerDegree = 110_500; // the least a degree of latitude measures
    private const double NearestPole = 0.01; // cosine: beyond, columns grow no more in number

    public static string Of(Coordinate point)
    {
        var wgs84 = point.To(Coordinate.Wgs84);
        var row = RowOf(wgs84.Latitude);
        return Name(row, ColumnOf(row, wgs84.Longitude));
    }

    /// <summary>The cells that hold every point within so many metres, and some farther ones.</summary>
    public static IReadOnlyCollection<string> Around(Coordinate point, double metres)
    {
        var (latitude, longitude, _) = point.To(Coordinate.Wgs84);
        var north = metres / MetresPerDegree;
        var cells = new HashSet<string>();
        for (var row = RowOf(Math.Max(-90, latitude - north)); row <= RowOf(Math.Min(90, latitude + north)); row++)
        {
            var east = north / Math.Min(CosineOf(row), CosineOf(RowOf(latitude)));
            var last = ColumnOf(row, longitude + east);
            for (var column = ColumnOf(row, longitude - east); column <= last; column++)
            {
                cells.Add(Name(row, column));
            }
        }

        return cells;
    }

    private static int RowOf(double latitude) => (int)Math.Floor((latitude + 90) / Height);

    private static int ColumnOf(int row, double longitude) => (int)Math.Floor((longitude + 180) / WidthOf(row));

    private static double WidthOf(int row) => Height / CosineOf(row);

    private static double CosineOf(int row) => Math.Max(NearestPole, Math.Cos((((row + 0.5) * Height) - 90) / 180 * Math.PI));

    /// <summary>Columns go round: the one before the first is the last.</summary>
    private static string Name(int row, int column)
    {
        var columns = (int)Math.Ceiling(360 / WidthOf(row));
        return string.Create(CultureInfo.InvariantCulture, $"{row}:{(column + columns) % columns}");
    }
}
