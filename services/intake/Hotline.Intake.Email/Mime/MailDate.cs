using System.Buffers;
using System.Globalization;

namespace Hotline.Intake.Email.Mime;

/// <summary>When a message says it was written.</summary>
/// <param name="IsZoneAssumed">Whether the zone was missing or doubtful and Beijing time was taken.</param>
public readonly record struct MailDate(DateTimeOffset At, bool IsZoneAssumed)
{
    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly SearchValues<char> TimeLetters = SearchValues.Create("0123456789:.");
    private static readonly char[] Separators = [' ', ',', '\t', '-', '/'];

    /// <summary>Reads RFC 5322 with its obsolete forms, and years first as Chinese programs have it.</summary>
    /// <param name="text">The field's text; null, or what is no date, gives null.</param>
    public static MailDate? Parse(string? text)
    {
        var plain = WithoutComments(text ?? "");
        var colon = plain.IndexOf(':', StringComparison.Ordinal);
        var start = colon < 0 ? -1 : plain.LastIndexOfAny([' ', 'T', '\t'], colon);
        if (start < 0 || Day(plain[..start]) is not { } day || Time(plain[(start + 1)..], out var zone) is not { } time)
        {
            return null;
        }

        var (offset, isAssumed) = Zone(zone.Trim());
        var local = day.ToDateTime(TimeOnly.MinValue) + time;
        var utc = local.Ticks - offset.Ticks;
        return utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks ? null : new MailDate(new DateTimeOffset(local, offset), isAssumed);
    }

    private static string WithoutComments(string text)
    {
        var depth = 0;
        return string.Concat(text.Take(200).Where(letter =>
        {
            depth += letter == '(' ? 1 : 0;
            var isOutside = depth == 0;
            depth -= letter == ')' && depth > 0 ? 1 : 0;
            return isOutside && !(letter == ')');
        }));
    }

    private static DateOnly? Day(string text)
    {
        var words = text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var month = Array.FindIndex(words, word => Month(word) > 0);
        if (month >= 1 && month + 1 < words.Length)
        {
            return Day(words[month + 1], Month(words[month]), words[month - 1]);
        }

        return words is [{ Length: 4 } year, var number, var day] && Number(number, 2) is { } named ? Day(year, named, day) : null;
    }

    private static int Month(string word) => word.Length < 3 ? 0 : Array.FindIndex(Months, month => word.StartsWith(month, StringComparison.OrdinalIgnoreCase)) + 1;

    private static DateOnly? Day(string year, int month, string day)
    {
        if (Number(year, 4) is not { } written || Number(day, 2) is not { } number || month is < 1 or > 12)
        {
            return null;
        }

        // RFC 5322, 4.3: two digits below 50 are of this century, three count from 1900.
        var full = year.Length switch { 2 => written < 50 ? 2000 + written : 1900 + written, 3 => 1900 + written, _ => written };
        return full is >= 1900 and < 9999 && number >= 1 && number <= DateTime.DaysInMonth(full, month) ? new DateOnly(full, month, number) : null;
    }

    private static TimeSpan? Time(string text, out string zone)
    {
        var length = text.AsSpan().IndexOfAnyExcept(TimeLetters);
        zone = length < 0 ? "" : text[length..];
        var parts = (length < 0 ? text : text[..length]).Split(':', '.');
        if (parts.Length < 2 || Number(parts[0], 2) is not (>= 0 and < 24 and var hour) || Number(parts[1], 2) is not (>= 0 and < 60 and var minute))
        {
            return null;
        }

        // A leap second is the last of its minute.
        var second = parts.Length > 2 ? Number(parts[2], 2) ?? 0 : 0;
        return new TimeSpan(hour, minute, Math.Min(second, 59));
    }

    private static (TimeSpan Offset, bool IsAssumed) Zone(string zone)
    {
        var word = zone.Split(' ', 2)[0];
        if (word is ['+' or '-', .. var digits])
        {
            digits = digits.Replace(":", "", StringComparison.Ordinal);
            digits = digits.Length is 1 or 3 ? "0" + digits : digits;
            digits = digits.Length == 2 ? digits + "00" : digits;
            if (digits.Length == 4 && Number(digits[..2], 2) is <= 14 and var hours && Number(digits[2..], 2) is < 60 and var minutes && (hours < 14 || minutes == 0))
            {
                var offset = new TimeSpan(hours, minutes, 0);
                return (word[0] == '-' ? -offset : offset, false);
            }
        }

        int? named = word.ToUpperInvariant() switch
        {
            "UT" or "UTC" or "GMT" or "Z" => 0,
            "EDT" => -4,
            "EST" or "CDT" => -5,
            "MDT" => -6,
            "MST" or "PDT" => -7,
            "PST" => -8,
            "JST" or "KST" => 9,
            "HKT" => 8,
            _ => null,
        };
        // CST is Chicago's in the standard and China's in every program sold here; the mark says that we chose.
        return named is { } known ? (TimeSpan.FromHours(known), false) : (Beijing, true);
    }

    private static int? Number(string text, int digits) =>
        text.Length >= 1 && text.Length <= digits && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
