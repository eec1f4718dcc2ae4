using System.Collections.Frozen;
using Hotline.Contracts;

namespace Hotline.Hosting;

/// <summary>A year's holidays and make-up days 调休补班, after the State Council's yearly notice, and the office's hours.</summary>
/// <param name="Source">The notice.</param>
/// <param name="OfficeHours">In +08:00, in order; the end is no longer working time.</param>
/// <param name="Off">Days off, weekends among them included.</param>
/// <param name="Working">Days of a weekend that are worked.</param>
public sealed record CalendarYear(
    int Year, string Source, IReadOnlyList<OfficeHours> OfficeHours, IReadOnlyList<Holiday> Off, IReadOnlyList<DateOnly> Working);

/// <summary>A stretch of working time within a day.</summary>
public sealed record OfficeHours(TimeOnly From, TimeOnly To);

/// <summary>A holiday, both days included.</summary>
public sealed record Holiday(string Name, DateOnly From, DateOnly To);

/// <summary>Which days and hours are worked. A year without a notice has its weekends only, and says so.</summary>
public sealed class OfficeCalendar
{
    private static readonly OfficeHours[] UsualHours = [new(new(8, 30), new(12, 0)), new(new(14, 30), new(18, 0))];

    private readonly FrozenSet<int> _announced;
    private readonly FrozenSet<DateOnly> _off;
    private readonly FrozenSet<DateOnly> _working;
    private readonly FrozenDictionary<int, IReadOnlyList<OfficeHours>> _hours;
    private readonly IReadOnlyList<OfficeHours> _latestHours;

    /// <param name="years">Checked by <see cref="CalendarValidator"/>; one per year.</param>
    public OfficeCalendar(IReadOnlyCollection<CalendarYear> years)
    {
        _announced = years.Select(y => y.Year).ToFrozenSet();
        _off = years.SelectMany(y => y.Off).SelectMany(h => Enumerable.Range(h.From.DayNumber, h.To.DayNumber - h.From.DayNumber + 1)).Select(DateOnly.FromDayNumber).ToFrozenSet();
        _working = years.SelectMany(y => y.Working).ToFrozenSet();
        _hours = years.ToFrozenDictionary(y => y.Year, y => y.OfficeHours);
        _latestHours = years.MaxBy(y => y.Year)?.OfficeHours ?? UsualHours;
    }

    /// <summary>Whether the year's holidays are known.</summary>
    public bool Announced(int year) => _announced.Contains(year);

    public bool IsWorkingDay(DateOnly day) =>
        _working.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_off.Contains(day));

    /// <summary>The instant itself when it is working time; else the start of the next working time.</summary>
    public DateTimeOffset NextWorkingTime(DateTimeOffset instant)
    {
        var local = OfficeTime.At(instant);
        var day = DateOnly.FromDateTime(local.DateTime);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (IsWorkingDay(day))
        {
            foreach (var hours in HoursOf(day.Year))
            {
                if (time < hours.To)
                {
                    return time >= hours.From ? local : At(day, hours.From);
                }
            }
        }

        day = NextWorkingDay(day);
        return At(day, HoursOf(day.Year)[0].From);
    }

    /// <summary>The same time of day <paramref name="days"/> working days later.</summary>
    public DateTimeOffset AddWorkingDays(DateTimeOffset start, int days)
    {
        var local = OfficeTime.At(start);
        var day = DateOnly.FromDateTime(local.DateTime);
        for (var i = 0; i < days; i++)
        {
            day = NextWorkingDay(day);
        }

        return At(day, TimeOnly.FromDateTime(local.DateTime));
    }

    private static DateTimeOffset At(DateOnly day, TimeOnly time) => new(day.ToDateTime(time), OfficeTime.Offset);

    private IReadOnlyList<OfficeHours> HoursOf(int year) => _hours.GetValueOrDefault(year, _latestHours);

    private DateOnly NextWorkingDay(DateOnly day)
    {
        do
        {
            day = day.AddDays(1);
        }
        while (!IsWorkingDay(day));
        return day;
    }
}
