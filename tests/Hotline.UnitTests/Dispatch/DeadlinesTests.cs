using System.Globalization;
using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;

namespace Hotline.UnitTests.Dispatching;

public sealed class DeadlinesTests
{
    [Theory]
    [InlineData("2026-03-02T10:00", 15, "2026-03-17T10:00")]
    [InlineData("2026-02-10T10:00", 15, "2026-02-25T10:00")] // natural days run through the Spring Festival
    [InlineData("2026-12-25T22:30", 15, "2027-01-09T22:30")]
    public void Natural_days_do_not_care_for_holidays(string start, int days, string due) =>
        Assert.Equal(At(due), Of(new(LimitSteps.Citizen, days, LimitUnits.Days, StartPoints.Accepted, "S"), At(start)).DueAt);

    [Theory]
    [InlineData("2026-03-02T10:00", 5, "2026-03-09T10:00")]
    [InlineData("2026-02-13T16:00", 1, "2026-02-14T16:00")] // the next day is a Saturday that is made up
    [InlineData("2026-02-13T16:00", 2, "2026-02-24T16:00")]
    [InlineData("2026-04-30T17:00", 3, "2026-05-08T17:00")]
    [InlineData("2026-04-30T17:00", 4, "2026-05-09T17:00")] // made up
    [InlineData("2026-03-06T19:30", 1, "2026-03-10T08:30")] // Friday evening: from Monday 08:30
    [InlineData("2026-03-07T11:00", 1, "2026-03-10T08:30")] // Saturday
    [InlineData("2026-03-02T12:30", 1, "2026-03-03T14:30")] // at lunch
    [InlineData("2026-09-30T18:00", 1, "2026-10-09T08:30")]
    public void Working_days_follow_the_calendar_and_begin_in_working_time(string start, int days, string due) =>
        Assert.Equal(At(due), Of(new(LimitSteps.Sign, days, LimitUnits.WorkingDays, StartPoints.Dispatched, "S"), At(start)).DueAt);

    [Fact]
    public void Hours_run_round_the_clock() =>
        Assert.Equal(At("2026-02-16T01:00"), Of(new(LimitSteps.Citizen, 2, LimitUnits.Hours, StartPoints.Accepted, "S"), At("2026-02-15T23:00")).DueAt);

    [Fact]
    public void The_reason_says_from_when_how_much_to_when_and_on_what_basis() => Assert.Equal(
        "自受理（2026年3月2日 10:00）起7个自然日，至2026年3月9日 10:00止；依据：办法第5条",
        Of(new(LimitSteps.Citizen, 7, LimitUnits.Days, StartPoints.Accepted, "办法第5条"), At("2026-03-02T10:00")).Reason);

    [Fact]
    public void The_reason_tells_of_a_start_out_of_hours() => Assert.Contains(
        "2026年3月6日 19:30，非工作时间，从2026年3月9日 08:30起算",
        Of(new(LimitSteps.Sign, 1, LimitUnits.WorkingDays, StartPoints.Dispatched, "S"), At("2026-03-06T19:30")).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void The_reason_tells_when_a_years_holidays_are_not_announced()
    {
        var limit = new TimeLimit(LimitSteps.Unit, 3, LimitUnits.WorkingDays, StartPoints.Dispatched, "S");

        Assert.Contains("2027年放假安排尚未公布", Of(limit, At("2026-12-30T10:00")).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("尚未公布", Of(limit, At("2026-12-21T10:00")).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("consultation", "social-security", "normal", "app", 3 * 24)]
    [InlineData("help", "road-repair", "normal", "app", 7 * 24)]
    [InlineData("complaint", "demolition", "normal", "app", 15 * 24)]
    [InlineData("consultation", "demolition", "normal", "app", 15 * 24)]
    [InlineData("complaint", "water-supply", "normal", "app", 24)]
    [InlineData("consultation", "water-supply", "danger", "app", 2)]
    [InlineData("help", "demolition", "urgent", "app", 24)]
    public void The_sample_gives_the_limits_of_the_city(string nature, string category, string urgency, string channel, int hours) => Assert.Equal(
        TimeSpan.FromHours(hours),
        Deadlines.Of(Staff.Office, Facts(LimitSteps.Citizen, At("2026-03-02T10:00")) with { Nature = nature, Category = category, Urgency = urgency, Channel = channel }).DueAt
            - At("2026-03-02T10:00"));

    [Fact]
    public void A_message_of_the_board_is_due_from_its_publication()
    {
        var facts = Facts(LimitSteps.Citizen, At("2026-03-04T10:00")) with { Nature = "consultation", Channel = "message-board", ReceivedAt = At("2026-03-03T09:00") };

        Assert.Equal(At("2026-03-05T08:00"), Deadlines.Of(Staff.Office, facts with { PublishedAt = At("2026-03-02T08:00") }).DueAt);
        Assert.Equal(At("2026-03-06T09:00"), Deadlines.Of(Staff.Office, facts with { PublishedAt = null }).DueAt);
        Assert.Equal(At("2026-03-06T09:00"), Deadlines.Of(Staff.Office, facts with { PublishedAt = At("2026-03-09T08:00") }).DueAt);
    }

    [Theory]
    [InlineData("consultation", "social-security", 3)]
    [InlineData("help", "road-repair", 7)]
    [InlineData("complaint", "demolition", 15)]
    [InlineData("consultation", "housing-title", 15)]
    public void Each_limit_of_the_board_runs_from_its_publication(string nature, string category, int days) => Assert.Equal(
        At("2026-03-01T00:00").AddDays(days),
        Deadlines.Of(Staff.Office, Facts(LimitSteps.Citizen, At("2026-03-04T10:00")) with { Nature = nature, Category = category, Channel = "message-board", PublishedAt = At("2026-03-01T00:00") }).DueAt);

    [Fact]
    public void Publication_comes_before_the_senders_clock()
    {
        var appeal = Appeals.Of("标题", "内容") with { SubmittedAt = At("2026-03-01T08:00") };

        Assert.Equal(At("2026-03-01T08:00"), Clocks.PublicationOf(appeal));
        Assert.Equal(At("2026-03-02T09:00"), Clocks.PublicationOf(appeal with { PublishedAt = At("2026-03-02T09:00") }));
    }

    [Fact]
    public void The_narrowest_row_wins_and_of_equals_the_first()
    {
        TimeLimit[] rows =
        [
            new(LimitSteps.Citizen, 1, LimitUnits.Hours, StartPoints.Accepted, "S"),
            new(LimitSteps.Citizen, 2, LimitUnits.Hours, StartPoints.Accepted, "S", Level: "city"),
            new(LimitSteps.Citizen, 3, LimitUnits.Hours, StartPoints.Accepted, "S", Nature: "help"),
            new(LimitSteps.Citizen, 4, LimitUnits.Hours, StartPoints.Accepted, "S", Channel: "app"),
            new(LimitSteps.Citizen, 5, LimitUnits.Hours, StartPoints.Accepted, "S", Category: "housing"),
            new(LimitSteps.Citizen, 6, LimitUnits.Hours, StartPoints.Accepted, "S", Category: "road-repair"),
            new(LimitSteps.Citizen, 7, LimitUnits.Hours, StartPoints.Accepted, "S", Urgency: "normal"),
            new(LimitSteps.Citizen, 8, LimitUnits.Hours, StartPoints.Accepted, "S", Urgency: "normal"),
        ];

        for (var count = 1; count <= 7; count++)
        {
            Assert.Equal(TimeSpan.FromHours(count), Of(rows[..count], At("2026-03-02T10:00")));
            Assert.Equal(TimeSpan.FromHours(count), Of([.. rows[..count].Reverse()], At("2026-03-02T10:00")));
        }

        Assert.Equal(TimeSpan.FromHours(7), Of(rows, At("2026-03-02T10:00")));

        static TimeSpan Of(IReadOnlyList<TimeLimit> rows, DateTimeOffset start) => Deadlines.Of(With(rows), Facts(LimitSteps.Citizen, start)).DueAt - start;
    }

    [Theory]
    [InlineData(0, ClockColor.Green)]
    [InlineData(79, ClockColor.Green)]
    [InlineData(80, ClockColor.Yellow)]
    [InlineData(99, ClockColor.Yellow)]
    [InlineData(100, ClockColor.Red)]
    [InlineData(500, ClockColor.Red)]
    public void A_clock_is_yellow_from_four_fifths_and_red_at_its_end(int minutes, ClockColor color)
    {
        var start = At("2026-03-02T10:00");

        Assert.Equal(color, Deadlines.Color(start, start.AddMinutes(100), start.AddMinutes(minutes)));
    }

    [Fact]
    public void A_part_is_bounded_by_its_whole_unless_that_is_over()
    {
        var part = new Deadline(At("2026-03-02T10:00"), At("2026-03-05T10:00"), "R");

        Assert.Same(part, part.Within(At("2026-03-05T10:00"), "整体"));
        Assert.Equal(At("2026-03-04T10:00"), part.Within(At("2026-03-04T10:00"), "整体").DueAt);
        Assert.Equal(part.DueAt, part.Within(At("2026-03-01T10:00"), "整体").DueAt);
    }

    [Fact]
    public void Every_running_clock_is_told_with_its_reason()
    {
        var story = new Story();
        Assert.Equal(["accept"], Steps(story));
        Assert.Equal(["citizen"], Steps(story.Accept()));
        Assert.Equal(["citizen", "sign", "contact", "unit"], Steps(story.Dispatch()));
        Assert.Equal(["citizen", "unit"], Steps(story.Sign(Staff.Lishi, 1).Start(Staff.Lishi, 1)));
        Assert.Equal(["citizen", "review"], Steps(story.Reply(Staff.Lishi, 1)));
        Assert.Equal(["callback"], Steps(story.Review(Staff.Dispatcher, 1)));
        Assert.Equal([], Steps(story.Say()));

        static IEnumerable<string> Steps(Story story)
        {
            var clocks = WorkOrderViews.ClocksOf(story.Order, Staff.Auditor, Staff.Office, story.Now).Clocks;
            Assert.All(clocks, c => Assert.Contains("依据", c.Reason, StringComparison.Ordinal));
            return clocks.Select(c => c.Step);
        }
    }

    private static Deadline Of(TimeLimit limit, DateTimeOffset start) => Deadlines.Of(With([limit]), Facts(limit.Step, start));

    private static Organization With(IReadOnlyList<TimeLimit> limits) => new(Staff.Office.Data with { Limits = limits }, Staff.Office.Calendar);

    private static ClockFacts Facts(string step, DateTimeOffset start) =>
        new(step, Natures.Help, "road-repair", Urgencies.Normal, UnitLevels.City, Channels.App.Name, start, start, null);

    private static DateTimeOffset At(string local) => new(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(8));
}
