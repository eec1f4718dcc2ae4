using System.Globalization;
using FsCheck.Fluent;
using Hotline.Intake;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.Photo;

public sealed class CoordinatesTests
{
    private const double LastDigit = 2e-13; // degrees: what the order of additions may change
    private const double CityPrecision = 7.5e-6; // degrees: how far the published figures of cities are from the formula

    [Theory]
    [InlineData(121.5272106, 31.1774276, 121.531541859215, 31.17530398364597)]
    [InlineData(113.912316, 22.543847, 113.9171764808363, 22.540796131694766)]
    [InlineData(116.377817, 39.911954, 116.38404722455657, 39.91334545536069)]
    [InlineData(116.404, 39.915, 116.41024449916938, 39.91640428150164)]
    public void Known_points_go_from_WGS84_to_GCJ02_to_the_last_digit(double east, double north, double eastAfter, double northAfter) =>
        AssertAt(eastAfter, northAfter, new Coordinate(north, east, "wgs84").To("gcj02"), LastDigit);

    [Fact]
    public void Known_points_go_to_and_from_BD09_to_the_last_digit()
    {
        AssertAt(116.41036949371029, 39.92133699351021, new Coordinate(39.915, 116.404, "gcj02").To("bd09"), LastDigit);
        AssertAt(116.39762729119315, 39.90865673957631, new Coordinate(39.915, 116.404, "bd09").To("gcj02"), LastDigit);
    }

    [Fact]
    public void Cities_stand_where_their_maps_have_them()
    {
        var town = new Coordinate(37.5175274, 111.1379494, "wgs84");
        AssertAt(111.1443235, 37.5183184, town.To("gcj02"), CityPrecision);
        AssertAt(111.150775, 37.5244108, town.To("bd09"), CityPrecision);
        AssertAt(115.6563471, 34.4149672, new Coordinate(34.4163381, 115.6508432, "wgs84").To("gcj02"), CityPrecision);
        AssertAt(113.133855, 27.8279921, new Coordinate(27.8311221, 113.1280139, "wgs84").To("gcj02"), CityPrecision);
    }

    [SkippableFact]
    public void Every_point_others_computed_comes_out_the_same()
    {
        var file = SharedData.Find("coordinates/exact_points.csv");
        Skip.If(file is null, SharedData.Missing("coordinates"));
        var points = File.ReadLines(file!).Skip(1).Select(line => line.Split(',')).ToList();
        Assert.True(points.Count >= 7);
        foreach (var point in points)
        {
            var numbers = point[2..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            var (from, to) = (NameOf(point[0].Split("->")[0]), NameOf(point[0].Split("->")[1]));
            var oneStepOnly = point[0].Contains("one step", StringComparison.Ordinal); // it stops within 5 m of where ours goes on to
            AssertAt(numbers[2], numbers[3], new Coordinate(numbers[1], numbers[0], from).To(to), oneStepOnly ? 5e-5 : LastDigit);
        }

        static string NameOf(string system) => system[..Math.Min(5, system.Length)] switch { "WGS84" => "wgs84", "GCJ02" => "gcj02", _ => "bd09" };
    }

    [Fact]
    public void There_and_back_is_where_one_was() => Fuzz.Holds(
        Gen.Choose(0, 55_000_000).Zip(Gen.Choose(72_100_000, 137_800_000)),
        point =>
        {
            var here = new Coordinate(point.Item1 / 1e6, point.Item2 / 1e6, "wgs84");
            return here.To("gcj02").To("wgs84").DistanceTo(here) < 0.001 && here.To("bd09").To("wgs84").DistanceTo(here) < 0.5;
        },
        tests: 5000);

    [Fact]
    public void No_numbers_make_it_throw_or_leave_a_place_that_is_none() => Fuzz.Holds(
        Gen.Choose(-180_000, 180_000).Zip(Gen.Choose(-90_000, 90_000)).Zip(Gen.Elements("wgs84", "gcj02", "bd09").Two()),
        given =>
        {
            var there = new Coordinate(given.Item1.Item2 / 1e3, given.Item1.Item1 / 1e3, given.Item2.Item1).To(given.Item2.Item2);
            return double.IsFinite(there.Latitude) && double.IsFinite(there.Longitude) && there.Datum == given.Item2.Item2;
        },
        tests: 5000);

    [Theory]
    [InlineData(51.5, -0.12)]
    [InlineData(-33.86, 151.2)]
    [InlineData(35.68, 139.69)]
    public void Outside_the_box_the_two_systems_are_one(double north, double east) =>
        Assert.Equal(new Coordinate(north, east, "gcj02"), new Coordinate(north, east, "wgs84").To("gcj02"));

    [Fact]
    public void The_three_systems_lie_hundreds_of_metres_apart_and_a_distance_knows_it()
    {
        var here = new Coordinate(37.5175274, 111.1379494, "wgs84");
        Assert.InRange(here.DistanceTo(here with { Datum = "gcj02" }), 300, 700);
        Assert.InRange(here.DistanceTo(here.To("bd09")), 0, 0.5);
        Assert.Equal(111_195, new Coordinate(0, 0, "wgs84").DistanceTo(new Coordinate(1, 0, "wgs84")), 0d + 1);
        Assert.InRange(new Coordinate(10, 179.9, "wgs84").DistanceTo(new Coordinate(10, -179.9, "wgs84")), 21_000, 22_500); // over the date line
    }

    [Theory]
    [InlineData("WGS84", "gcj02")]
    [InlineData("wgs84", "")]
    public void A_datum_nobody_knows_is_an_error(string from, string to) => Assert.Throws<ArgumentException>(() => new Coordinate(30, 110, from).To(to));

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, 1, true)]
    [InlineData(90.1, 1, false)]
    [InlineData(double.NaN, 1, false)]
    [InlineData(1, double.PositiveInfinity, false)]
    [InlineData(-90, -180, true)]
    public void What_can_be_a_place(double north, double east, bool place) => Assert.Equal(place, Coordinate.IsPlace(north, east));

    private static void AssertAt(double east, double north, Coordinate point, double tolerance)
    {
        Assert.InRange(point.Longitude, east - tolerance, east + tolerance);
        Assert.InRange(point.Latitude, north - tolerance, north + tolerance);
    }
}
