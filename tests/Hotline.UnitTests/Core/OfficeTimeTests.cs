using System.Globalization;
using Hotline.Contracts;

namespace Hotline.UnitTests.Core;

public sealed class OfficeTimeTests
{
    [Theory]
    [InlineData("2026-03-01T15:59:59.999Z", 2026, 3, 1)]
    [InlineData("2026-03-01T16:00:00Z", 2026, 3, 2)]
    [InlineData("2025-12-31T16:00:00Z", 2026, 1, 1)]
    [InlineData("2026-03-01T23:30:00-05:00", 2026, 3, 2)]
    [InlineData("1990-07-01T16:00:00Z", 1990, 7, 2)] // the last years of daylight saving do not matter to us
    public void The_day_turns_at_midnight_in_the_office(string instant, int year, int month, int day) =>
        Assert.Equal(new DateOnly(year, month, day), OfficeTime.Day(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)));

    [Fact]
    public void The_offset_is_eight_hours_and_the_instant_the_same()
    {
        var instant = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromHours(8), OfficeTime.At(instant).Offset);
        Assert.Equal(instant, OfficeTime.At(instant));
    }
}
