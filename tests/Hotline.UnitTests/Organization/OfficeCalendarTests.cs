using System.Globalization;
using Hotline.Hosting;

namespace Hotline.UnitTests.Office;

public sealed class OfficeCalendarTests
{
    private static readonly OfficeCalendar Calendar = OrganizationFile.Load().Calendar;

    [Theory]
    [InlineData("2026-01-02", false)] // Friday of the new year
    [InlineData("2026-01-04", true)] // Sunday, made up
    [InlineData("2026-02-14", true)] // Saturday, made up
    [InlineData("2026-02-16", false)] // Monday of the Spring Festival
    [InlineData("2026-02-24", true)]
    [InlineData("2026-02-28", true)] // Saturday, made up
    [InlineData("2026-05-09", true)] // Saturday, made up
    [InlineData("2026-06-19", false)] // Friday, Dragon Boat
    [InlineData("2026-09-20", true)] // Sunday, made up
    [InlineData("2026-10-07", false)] // Wednesday
    [InlineData("2026-10-10", true)] // Saturday, made up
    [InlineData("2026-10-11", false)] // Sunday
    public void Working_days_follow_the_notice(string day, bool working) => Assert.Equal(working, Calendar.IsWorkingDay(DateOnly.Parse(day, CultureInfo.InvariantCulture)));

    [Fact]
    public void A_year_holds_as_many_working_days_as_its_notice_makes() =>
        Assert.Equal(248, Enumerable.Range(0, 365).Count(i => Calendar.IsWorkingDay(new DateOnly(2026, 1, 1).AddDays(i))));

    [Theory]
    [InlineData("2026-03-02T09:00", "2026-03-02T09:00")]
    [InlineData("2026-03-02T08:29", "2026-03-02T08:30")]
    [InlineData("2026-03-02T12:00", "2026-03-02T14:30")]
    [InlineData("2026-03-02T13:15", "2026-03-02T14:30")]
    [InlineData("2026-03-02T18:00", "2026-03-03T08:30")]
    [InlineData("2026-03-06T20:00", "2026-03-09T08:30")] // Friday evening
    [InlineData("2026-02-14T17:59", "2026-02-14T17:59")] // a Saturday that is worked
    [InlineData("2026-02-14T18:01", "2026-02-24T08:30")] // before nine days of holiday
    public void Working_time_begins_again_when_the_office_opens(string from, string to) => Assert.Equal(At(to), Calendar.NextWorkingTime(At(from)));

    [Theory]
    [InlineData("2026-03-02T10:00", 1, "2026-03-03T10:00")]
    [InlineData("2026-02-13T10:00", 1, "2026-02-14T10:00")]
    [InlineData("2026-02-13T10:00", 2, "2026-02-24T10:00")]
    [InlineData("2026-09-30T10:00", 1, "2026-10-08T10:00")]
    [InlineData("2026-10-09T10:00", 1, "2026-10-10T10:00")]
    [InlineData("2027-01-01T10:00", 1, "2027-01-04T10:00")] // not announced: weekends only
    public void Working_days_are_counted_by_the_calendar(string from, int days, string to) => Assert.Equal(At(to), Calendar.AddWorkingDays(At(from), days));

    [Fact]
    public void A_year_without_a_notice_says_so()
    {
        Assert.True(Calendar.Announced(2026));
        Assert.False(Calendar.Announced(2027));
        Assert.True(Calendar.IsWorkingDay(new(2027, 1, 1)));
    }

    [Fact]
    public void The_zone_of_the_machine_and_of_the_caller_does_not_matter() =>
        Assert.Equal(At("2026-03-02T14:30"), Calendar.NextWorkingTime(At("2026-03-02T13:00").ToUniversalTime()));

    [Fact]
    public void A_wrong_calendar_tells_all_that_is_wrong()
    {
        var calendar = new CalendarYear(
            2027, "", [new(new(14, 0), new(12, 0))], [new("元旦", new(2027, 1, 3), new(2026, 12, 31))], [new(2027, 1, 4), new(2027, 1, 4)]);

        Assert.Equal(
            ["c source", "c officeHours[0]", "c off[0].to", "c off[0]", "c working[1]", "c working[0]", "c working[1]"],
            CalendarValidator.Validate("c", calendar).Select(p => p.Path));
    }

    private static DateTimeOffset At(string local) => new(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(8));
}
