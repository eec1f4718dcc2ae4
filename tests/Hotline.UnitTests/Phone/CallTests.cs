using System.Collections.Immutable;
using System.Text;
using Hotline.Intake.Phone;
using Hotline.Intake.Phone.Calls;
using Xunit;

namespace Hotline.UnitTests.Phone;

/// <summary>Calls from their events, in whatever order these come; the figures of many calls.</summary>
public sealed class CallTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableList<CallMoment> Story =
    [
        At(0, "queued", group: "general"), At(9, "answered", agent: "agent-01"), At(60, "transferred", agent: "agent-02", group: "tax"), At(100, "ended"), At(101, "rated", rating: 3), At(130, "rated", rating: 5), At(400, "recorded"),
    ];

    [Fact]
    public void A_call_is_the_same_whatever_the_order_of_its_events()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 200; i++)
        {
            var moments = Story.ToArray();
            random.Shuffle(moments);
            var call = new Call("c1", [.. moments]);
            Assert.Equal(("over", "agent-02", "tax", 5, true, Start), (call.State, call.Agent, call.SkillGroup, call.Rating, call.IsRecorded, call.Began));
        }
    }

    [Fact]
    public void States_follow_the_events()
    {
        Assert.Equal("ringing", new Call("c", [At(0, "queued")]).State);
        Assert.Equal("live", new Call("c", [At(0, "queued"), At(3, "answered")]).State);
        Assert.Equal("over", new Call("c", [At(0, "queued"), At(30, "abandoned")]).State);
        Assert.Equal("live", new Call("c", [At(0, "answered"), At(1, "something-new")]).State);
        Assert.False(new Call("c", [At(0, "queued"), At(3, "answered"), At(9, "abandoned")]).IsAbandoned);
    }

    [Fact]
    public void Figures_are_those_of_the_calls()
    {
        Call[] calls =
        [
            new("a", Story), new("b", [At(0, "queued"), At(20, "answered"), At(90, "ended"), At(91, "rated", rating: 2)]), new("c", [At(0, "queued"), At(40, "abandoned")]), new("d", [At(0, "queued"), At(15, "answered")]),
        ];
        var figures = CallStatistics.Of(calls, TimeSpan.FromSeconds(15));
        Assert.Equal(new CallFigures(null, 4, 3, 1, 2, 1, 2, 0.75, 0.6667, 0.5), figures[0]);
        Assert.Equal(new CallFigures("tax", 1, 1, 0, 1, 1, 1, 1, 1, 1), Assert.Single(figures.Skip(1)));
        Assert.Equal(new CallFigures(null, 0, 0, 0, 0, 0, 0, null, null, null), Assert.Single(CallStatistics.Of([], TimeSpan.FromSeconds(15))));
    }

    [Fact]
    public void A_signature_holds_for_its_body_and_time_only()
    {
        var body = Encoding.UTF8.GetBytes("""{"callId":"1"}""");
        var header = CallSignature.Of("secret", Start.ToUnixTimeSeconds(), body);
        Assert.True(CallSignature.Holds(header, "secret", body, Start.AddSeconds(299), TimeSpan.FromSeconds(300)));
        Assert.False(CallSignature.Holds(header, "secret", body, Start.AddSeconds(301), TimeSpan.FromSeconds(300)));
        Assert.False(CallSignature.Holds(header, "other", body, Start, TimeSpan.FromSeconds(300)));
        for (var bit = 0; bit < body.Length * 8; bit++)
        {
            var changed = (byte[])body.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(CallSignature.Holds(header, "secret", changed, Start, TimeSpan.FromSeconds(300)));
        }

        Assert.All(new[] { null, "", "t=", "t=1", "t=x,v1=", header[..^1], "v1=00,t=1" }, bad => Assert.False(CallSignature.Holds(bad, "secret", body, Start, TimeSpan.FromSeconds(300))));
    }

    [Theory]
    [InlineData("08:00-18:00", "07:59", false)]
    [InlineData("08:00-18:00", "08:00", true)]
    [InlineData("08:00-18:00", "18:00", false)]
    [InlineData(null, "03:00", true)]
    public void A_skill_group_has_its_hours(string? hours, string at, bool open) =>
        Assert.Equal(open, new SkillGroup { Hours = hours }.IsOpenAt(TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    private static CallMoment At(int seconds, string state, string? agent = null, string? group = null, int? rating = null) =>
        new(state, Start.AddSeconds(seconds), agent, group, rating, null);
}
