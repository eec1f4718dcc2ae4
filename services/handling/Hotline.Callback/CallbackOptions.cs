using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Callback;

/// <summary>The callback service's options.</summary>
public sealed class CallbackOptions : IValidatableObject
{
    public const string Section = "Hotline:Callback";
    private static readonly string[] UsualHours = ["09:00-12:00", "14:30-20:00"];

    /// <summary>Hours for which an answer by the link is awaited before somebody calls, 0–240.</summary>
    [Range(0, 240)]
    public int LinkHours { get; set; } = 24;

    /// <summary>Days for which the rating on a platform that asks by itself (the message board) is awaited before somebody calls, 0–90.</summary>
    [Range(0, 90)]
    public int PlatformDays { get; set; } = 7;

    /// <summary>How often somebody tries to reach the citizen, 1–10.</summary>
    [Range(1, 10)]
    public int Tries { get; set; } = 3;

    /// <summary>On how many days these tries are spread, 1–10, no more than <see cref="Tries"/>.</summary>
    [Range(1, 10)]
    public int TryDays { get; set; } = 2;

    /// <summary>When citizens may be called on a working day, in +08:00, each as <c>09:00-12:00</c>; when none is given, 9:00–12:00 and 14:30–20:00.</summary>
    public List<string> Hours { get; } = [];

    /// <summary>
    /// How often a machine rings before a person does, 0–5 and fewer than <see cref="Tries"/>, of which its tries are part; 0: no machine does. The services of the
    /// channels have it done: see <see cref="CallOptions"/>.
    /// </summary>
    [Range(0, 5)]
    public int MachineTries { get; set; }

    /// <summary>When a machine may ring on a working day, in +08:00; when none is given, in the hours of <see cref="Hours"/>.</summary>
    public List<string> MachineHours { get; } = [];

    /// <summary>Minutes between two calls of one phone, where the second is a machine's, 10–1440.</summary>
    [Range(10, 1440)]
    public int MachinePauseMinutes { get; set; } = 120;

    /// <summary>Days after which a person calls though the machine has not come to it, 1–10.</summary>
    [Range(1, 10)]
    public int MachineDays { get; set; } = 2;

    /// <summary>Minutes after which another agent may take over a task somebody has claimed, 1–1440.</summary>
    [Range(1, 1440)]
    public int ClaimMinutes { get; set; } = 60;

    /// <summary>Whether fair 基本满意 counts as content; cities differ.</summary>
    public bool FairIsContent { get; set; } = true;

    /// <summary>Seconds between looks at what nobody can be called about, 1–3600.</summary>
    [Range(1, 3600)]
    public int WatchSeconds { get; set; } = 30;

    /// <summary>The most tries on one day.</summary>
    internal int TriesADay => (Tries + TryDays - 1) / TryDays;

    /// <summary>Whether a citizen may be called now.</summary>
    internal bool MayCall(DateTimeOffset now, OfficeCalendar calendar)
    {
        var time = TimeOnly.FromDateTime(OfficeTime.At(now).DateTime);
        return calendar.IsWorkingDay(OfficeTime.Day(now)) && HoursInForce.Any(hours => ReadHours(hours) is { } read && time >= read.From && time < read.To);
    }

    /// <summary>Until when a machine may ring citizens now; null when it may not.</summary>
    internal DateTimeOffset? MachineMayCallUntil(DateTimeOffset now, OfficeCalendar calendar)
    {
        var (day, time) = (OfficeTime.Day(now), TimeOnly.FromDateTime(OfficeTime.At(now).DateTime));
        return calendar.IsWorkingDay(day) && (MachineHours.Count > 0 ? MachineHours : HoursInForce).Select(ReadHours).FirstOrDefault(read => time >= read?.From && time < read?.To) is { } hours
            ? new DateTimeOffset(day.ToDateTime(hours.To), OfficeTime.Offset).ToUniversalTime()
            : null;
    }

    /// <summary>The hours as people read them.</summary>
    internal IReadOnlyList<string> HoursInForce => Hours.Count > 0 ? Hours : UsualHours;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Hours.Exists(hours => ReadHours(hours) is null))
        {
            yield return new($"{Section}:Hours must each be written as 09:00-12:00.");
        }

        if (MachineHours.Exists(hours => ReadHours(hours) is null))
        {
            yield return new($"{Section}:MachineHours must each be written as 09:00-12:00.");
        }

        if (MachineTries >= Tries)
        {
            yield return new($"{Section}:MachineTries must be fewer than {Section}:Tries: the last try is a person's.");
        }

        if (TryDays > Tries)
        {
            yield return new($"{Section}:TryDays must not be more than {Section}:Tries.");
        }
    }

    private static (TimeOnly From, TimeOnly To)? ReadHours(string hours) =>
        hours.Split('-') is [var from, var to]
        && TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start)
        && TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
        && start < end
            ? (start, end)
            : null;
}

[OptionsValidator]
public sealed partial class CallbackOptionsValidator : IValidateOptions<CallbackOptions>;
