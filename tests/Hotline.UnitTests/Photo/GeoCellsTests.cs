using FsCheck.Fluent;
using Hotline.Intake;
using Hotline.Intake.PhotoReport;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.Photo;

public sealed class GeoCellsTests
{
    [Fact]
    public void What_lies_within_250_m_lies_in_the_cells_around() => Fuzz.Holds(
        Gen.Choose(-84_000, 84_000).Zip(Gen.Choose(-179_900, 179_900)).Zip(Gen.Choose(0, 359).Zip(Gen.Choose(0, 249))),
        given =>
        {
            var here = new Coordinate(given.Item1.Item1 / 1e3, given.Item1.Item2 / 1e3, "wgs84");
            var (turn, metres) = (given.Item2.Item1 / 180d * Math.PI, given.Item2.Item2);
            var north = metres * Math.Cos(turn) / 111_195;
            var there = new Coordinate(here.Latitude + north, here.Longitude + (metres * Math.Sin(turn) / 111_195 / Math.Cos((here.Latitude + north) / 180 * Math.PI)), "wgs84");
            return here.DistanceTo(there) > 250 || GeoCells.Around(here, 250).Contains(GeoCells.Of(there));
        },
        tests: 10_000);

    [Fact]
    public void A_look_around_takes_few_cells() =>
        Assert.InRange(GeoCells.Around(new Coordinate(37.5, 111.1, "gcj02"), 250).Count, 4, 12);

    [Fact]
    public void The_cell_is_the_same_in_every_system()
    {
        var here = new Coordinate(37.5175274, 111.1379494, "wgs84");
        Assert.Equal(GeoCells.Of(here), GeoCells.Of(here.To("gcj02")));
        Assert.Equal(GeoCells.Of(here), GeoCells.Of(here.To("bd09")));
    }

    [Theory]
    [InlineData(90, 0)]
    [InlineData(-90, 180)]
    [InlineData(0, 180)]
    [InlineData(0, -180)]
    public void The_ends_of_the_earth_have_cells(double north, double east) =>
        Assert.Contains(GeoCells.Of(new Coordinate(north, east, "wgs84")), GeoCells.Around(new Coordinate(north, east, "wgs84"), 250));
}
