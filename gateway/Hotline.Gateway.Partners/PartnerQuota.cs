using System.Globalization;
using Hotline.Contracts;

namespace Hotline.Gateway.Partners;

/// <summary>What a partner has left.</summary>
/// <param name="RetryAfter">Seconds to wait where <paramref name="Granted"/> is false.</param>
internal sealed record QuotaLeft(bool Granted, int OfMinute, int MinuteSeconds, int OfDay, int DaySeconds, int RetryAfter)
{
    /// <summary>As the HTTP working group writes it in <c>RateLimit</c> (draft-ietf-httpapi-ratelimit-headers).</summary>
    public string Header => string.Create(CultureInfo.InvariantCulture, $"\"minute\";r={OfMinute};t={MinuteSeconds}, \"day\";r={OfDay};t={DaySeconds}");
}

/// <summary>
/// Counts one partner's requests by the minute and by the office's day. In memory: it begins anew with the process, and each instance counts for itself.
/// Ocelot's own limit cannot stand here: it has one rule for all clients of a route, one window, and counts each part of an aggregate. Those of
/// System.Threading.RateLimiting know neither our clock nor calendar days.
/// </summary>
internal sealed class PartnerQuota(int perMinute, int perDay, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _minute;
    private int _ofMinute;
    private DateOnly _day;
    private int _ofDay;

    /// <summary>As <c>RateLimit-Policy</c>.</summary>
    public string Policy { get; } = string.Create(CultureInfo.InvariantCulture, $"\"minute\";q={perMinute};w=60, \"day\";q={perDay};w=86400");

    /// <summary>Takes one request; what is refused takes none.</summary>
    public QuotaLeft Take()
    {
        var now = time.GetUtcNow();
        var (second, local) = (now.ToUnixTimeSeconds(), OfficeTime.At(now));
        var (minute, day) = (second / 60, DateOnly.FromDateTime(local.DateTime));
        var (minuteSeconds, daySeconds) = ((int)(60 - (second % 60)), 86_400 - (int)local.TimeOfDay.TotalSeconds);
        lock (_lock)
        {
            if (minute != _minute)
            {
                (_minute, _ofMinute) = (minute, 0);
            }

            if (day != _day)
            {
                (_day, _ofDay) = (day, 0);
            }

            var granted = _ofMinute < perMinute && _ofDay < perDay;
            if (granted)
            {
                _ofMinute++;
                _ofDay++;
            }

            return new(granted, perMinute - _ofMinute, minuteSeconds, perDay - _ofDay, daySeconds, _ofDay >= perDay ? daySeconds : minuteSeconds);
        }
    }
}
