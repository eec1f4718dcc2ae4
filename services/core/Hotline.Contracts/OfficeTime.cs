namespace Hotline.Contracts;

/// <summary>The office's time zone: China has had no daylight saving since 1991, so a fixed +08:00 needs no time zone data on the machine.</summary>
public static class OfficeTime
{
    public static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static DateTimeOffset At(DateTimeOffset instant) => instant.ToOffset(Offset);

    public static DateOnly Day(DateTimeOffset instant) => DateOnly.FromDateTime(At(instant).DateTime);
}
