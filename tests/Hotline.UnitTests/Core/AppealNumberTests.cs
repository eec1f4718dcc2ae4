using FsCheck.Fluent;
using Hotline.Contracts;

namespace Hotline.UnitTests.Core;

public sealed class AppealNumberTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    [Theory]
    [InlineData(2026, 11, 20, 3, 0, "261120030000004")] // products 4 9 9 9 2 4 8 2 4 8 5 10 9 7: 11 − 7
    [InlineData(2026, 3, 2, 12, 123_456, "260302121234561")] // products 4 9 7 9 7 7 5 3 8 9 4 5 9 10: 11 − 10
    [InlineData(2026, 3, 2, 3, 6, "260302030000060")] // products 4 9 7 9 7 7 3 1 2 4 8 5 10 1: 11 − 1, and 10 is written 0
    public void Check_digits_worked_out_by_hand_agree(int year, int month, int day, int channel, int sequence, string expected)
    {
        Assert.Equal(expected, AppealNumber.Compose(new DateOnly(year, month, day), channel, sequence));
        Assert.True(AppealNumber.IsValid(expected));
    }

    [Fact]
    public void Every_single_wrong_digit_is_found()
    {
        for (var sequence = 0; sequence < 2000; sequence += 7)
        {
            var number = AppealNumber.Compose(Day, 3, sequence);
            for (var at = 0; at < number.Length; at++)
            {
                for (var digit = '0'; digit <= '9'; digit++)
                {
                    Assert.Equal(number[at] == digit, AppealNumber.IsValid(With(number, at, digit)));
                }
            }
        }
    }

    [Fact]
    public void Nearly_every_swap_of_neighbours_is_found()
    {
        var (swaps, missed) = (0, 0);
        for (var sequence = 0; sequence < 100_000; sequence += 13)
        {
            var number = AppealNumber.Compose(Day, 3, sequence);
            for (var at = 8; at + 1 < number.Length; at++)
            {
                if (number[at] != number[at + 1])
                {
                    swaps++;
                    missed += AppealNumber.IsValid(With(With(number, at, number[at + 1]), at + 1, number[at])) ? 1 : 0;
                }
            }
        }

        Assert.InRange(missed / (double)swaps, 0, 0.03);
    }

    [Fact]
    public void The_ends_of_the_ranges_are_numbers_too()
    {
        foreach (var number in new[] { AppealNumber.Compose(new(2000, 1, 1), 0, 0), AppealNumber.Compose(new(2099, 12, 31), 99, AppealNumber.MostPerDay - 1) })
        {
            Assert.Equal(AppealNumber.Length, number.Length);
        }

        Assert.True(AppealNumber.IsValid(AppealNumber.Compose(new(2000, 2, 29), 99, AppealNumber.MostPerDay - 1)));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(100, 0)]
    [InlineData(0, -1)]
    [InlineData(0, AppealNumber.MostPerDay)]
    [InlineData(int.MinValue, int.MaxValue)]
    public void Channels_and_sequences_out_of_range_are_refused(int channel, int sequence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AppealNumber.Compose(Day, channel, sequence));

    [Theory]
    [InlineData("")]
    [InlineData("26112003000000")]
    [InlineData("2611200300000040")]
    [InlineData(" 61120030000004")]
    [InlineData("26112003000000\u0664")] // an Arabic 4
    [InlineData("２６１１２００３０００００００")]
    [InlineData("2611200300000-4")]
    [InlineData("+61120030000004")]
    [InlineData("../../etc/passw")]
    [InlineData("000000000000000")] // no such day
    public void What_is_no_number_is_not_valid(string number) => Assert.False(AppealNumber.IsValid(number));

    [Fact]
    public void A_day_that_does_not_exist_is_not_valid_whatever_the_check_digit()
    {
        foreach (var day in new[] { "261301", "260230", "260001", "260100" })
        {
            Assert.All(Enumerable.Range(0, 10), digit => Assert.False(AppealNumber.IsValid($"{day}03000000{digit}")));
        }
    }

    [Fact]
    public void Hostile_input_never_throws() => Fuzz.Holds(Fuzz.Text, text => !AppealNumber.IsValid(text));

    [Fact]
    public void What_is_composed_is_valid_and_tells_its_parts() => Fuzz.Holds(
        from day in Gen.Choose(0, 36_000)
        from channel in Gen.Choose(0, 99)
        from sequence in Gen.Choose(0, AppealNumber.MostPerDay - 1)
        select (Day: new DateOnly(2000, 1, 1).AddDays(day), channel, sequence),
        parts => AppealNumber.Compose(parts.Day, parts.channel, parts.sequence) is var number
            && AppealNumber.IsValid(number)
            && number[..14] == $"{parts.Day:yyMMdd}{parts.channel:00}{parts.sequence:000000}");

    private static string With(string number, int at, char digit) => string.Concat(number.AsSpan(0, at), digit.ToString(), number.AsSpan(at + 1));
}
