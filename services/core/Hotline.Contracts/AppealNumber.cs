using System.Globalization;

namespace Hotline.Contracts;

/// <summary>
/// The number 编号 a citizen is given, 15 digits: the day in +08:00 (yyMMdd), the channel (2), a sequence within both (6),
/// and a check digit by ISO 7064 MOD 11,10, which finds every single wrong digit and nearly every swap of neighbours.
/// The work order bears the same number; its assignments add <c>-1</c>, <c>-2</c>.
/// </summary>
public static class AppealNumber
{
    public const int Length = 15;

    /// <summary>The most numbers one channel can give in a day.</summary>
    public const int MostPerDay = 1_000_000;

    /// <exception cref="ArgumentOutOfRangeException">The channel is not 0–99 or the sequence not 0–999,999.</exception>
    public static string Compose(DateOnly day, int channel, int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)channel, 99u, nameof(channel));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sequence, (uint)MostPerDay, nameof(sequence));
        return string.Create(Length, (day, channel, sequence), static (digits, parts) =>
        {
            parts.day.TryFormat(digits, out _, "yyMMdd", CultureInfo.InvariantCulture);
            parts.channel.TryFormat(digits[6..], out _, "00", CultureInfo.InvariantCulture);
            parts.sequence.TryFormat(digits[8..], out _, "000000", CultureInfo.InvariantCulture);
            digits[14] = CheckDigit(digits[..14]);
        });
    }

    /// <summary>Whether <paramref name="number"/> can be one of ours: its length, digits, day and check digit.</summary>
    public static bool IsValid(ReadOnlySpan<char> number) =>
        number.Length == Length
        && !number.ContainsAnyExceptInRange('0', '9')
        && DateOnly.TryParseExact(number[..6], "yyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        && CheckDigit(number[..14]) == number[14];

    private static char CheckDigit(ReadOnlySpan<char> digits)
    {
        var product = 10;
        foreach (var digit in digits)
        {
            var sum = (product + digit - '0') % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (char)('0' + ((11 - product) % 10));
    }
}
