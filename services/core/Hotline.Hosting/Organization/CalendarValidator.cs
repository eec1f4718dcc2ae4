using System.Globalization;

namespace Hotline.Hosting;

/// <summary>Finds all that is wrong in a year's calendar.</summary>
public static class CalendarValidator
{
    public static IReadOnlyList<OrganizationProblem> Validate(string file, CalendarYear calendar)
    {
        var problems = new OrganizationProblems();
        problems.Filled($"{file} source", calendar.Source);
        Hours(file, calendar.OfficeHours, problems);
        for (var i = 0; i < calendar.Off.Count; i++)
        {
            var (holiday, path) = (calendar.Off[i], $"{file} off[{i}]");
            InYear($"{path}.from", holiday.From, calendar.Year, problems);
            InYear($"{path}.to", holiday.To, calendar.Year, problems);
            if (holiday.To < holiday.From)
            {
                problems.Add(path, $"{holiday.Name} ends before it begins.", "Swap the two days.");
            }
        }

        problems.Unique(calendar.Working, d => d.ToString("o", CultureInfo.InvariantCulture), i => $"{file} working[{i}]");
        for (var i = 0; i < calendar.Working.Count; i++)
        {
            var (day, path) = (calendar.Working[i], $"{file} working[{i}]");
            InYear(path, day, calendar.Year, problems);
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday))
            {
                problems.Add(path, $"{day:o} is no day of a weekend.", "Only make-up days are listed here.");
            }

            if (calendar.Off.Any(h => h.From <= day && day <= h.To))
            {
                problems.Add(path, $"{day:o} is a day off as well.", "Remove it from one of the two lists.");
            }
        }

        return problems.All;
    }

    private static void Hours(string file, IReadOnlyList<OfficeHours> hours, OrganizationProblems problems)
    {
        if (hours.Count == 0)
        {
            problems.Add($"{file} officeHours", "There are none.", "Write at least one stretch of the day.");
        }

        for (var i = 0; i < hours.Count; i++)
        {
            if (hours[i].To <= hours[i].From || (i > 0 && hours[i].From < hours[i - 1].To))
            {
                problems.Add($"{file} officeHours[{i}]", "It ends before it begins, or begins before the one before has ended.", "Write the stretches of a day in order.");
            }
        }
    }

    private static void InYear(string path, DateOnly day, int year, OrganizationProblems problems)
    {
        if (day.Year != year)
        {
            problems.Add(path, $"{day:o} does not lie in {year}.", "Put it into that year's own file.");
        }
    }
}
