using System.Text;
using Hotline.Desk.Accounts;
using Hotline.UnitTests.Core;
using Xunit;

namespace Hotline.UnitTests.Desk;

/// <summary>The second factor against the vectors of its standards, and how guessing slows.</summary>
public sealed class TotpTests
{
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    [Theory] // RFC 6238 appendix B, the last six of its eight digits
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code) =>
        Assert.Equal(code, Totp.CodeOf(Secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void A_code_holds_for_its_step_and_one_on_either_side()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = Totp.StepOf(now);
        for (var off = -3; off <= 3; off++)
        {
            Assert.Equal(Math.Abs(off) <= 1 ? step + off : null, Totp.StepOf(Secret, Totp.CodeOf(Secret, step + off), now));
        }

        foreach (var wrong in new[] { "", "00592", "0059240", "００５９２４", "abcdef" })
        {
            Assert.Null(Totp.StepOf(Secret, wrong, now));
        }
    }

    [Theory] // RFC 4648 section 10, without padding
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_standard(string plain, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.Equal(plain, Encoding.ASCII.GetString(Base32.Decode(Base32.Grouped(encoded).ToLowerInvariant())!));
    }

    [Fact]
    public void What_is_no_base32_is_nothing() => Assert.Null(Base32.Decode("MZXW1"));

    [Fact]
    public void An_enrolment_code_is_of_one_account_and_one_day()
    {
        var time = new FakeTime();
        var codes = new EnrolmentCodes(new byte[32], time);
        var code = codes.Issue("agent-01");
        Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), codes.Read("agent-01", code.ToLowerInvariant())!.Value.ToUnixTimeMilliseconds());
        Assert.Null(codes.Read("agent-02", code));
        Assert.Null(new EnrolmentCodes([.. new byte[31], 1], time).Read("agent-01", code));
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] != '-')
            {
                Assert.Null(codes.Read("agent-01", $"{code[..i]}{(code[i] == 'A' ? 'B' : 'A')}{code[(i + 1)..]}"));
            }
        }

        time.Now += TimeSpan.FromHours(24);
        Assert.Null(codes.Read("agent-01", code));
    }

    [Fact]
    public void Failures_cost_more_each_time_to_a_quarter_of_an_hour_and_are_forgotten()
    {
        var time = new FakeTime();
        var slowdown = new Slowdown(free: 3, time);
        var waits = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            var wait = slowdown.Begin("a");
            waits.Add(wait.TotalSeconds);
            time.Now += wait;
            Assert.True(wait == TimeSpan.Zero || slowdown.Begin("a") == TimeSpan.Zero);
        }

        Assert.Equal([0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900], waits);
        Assert.Equal(TimeSpan.Zero, slowdown.Begin("b"));
        time.Now += TimeSpan.FromMinutes(31);
        Assert.All(new[] { 1, 2, 3 }, _ => Assert.Equal(TimeSpan.Zero, slowdown.Begin("a")));
    }

    [Fact]
    public void Tries_at_once_count_before_they_are_judged_and_what_was_none_is_taken_back()
    {
        var slowdown = new Slowdown(free: 3, new FakeTime());
        Assert.Equal([0, 0, 0, 15, 15], Enumerable.Range(0, 5).Select(_ => slowdown.Begin("a").TotalSeconds));
        slowdown.TakeBack("a");
        Assert.Equal([0, 15], Enumerable.Range(0, 2).Select(_ => slowdown.Begin("a").TotalSeconds));
        slowdown.Forget("a");
        Assert.Equal([0, 0, 0, 15], Enumerable.Range(0, 4).Select(_ => slowdown.Begin("a").TotalSeconds));
    }
}
