using Hotline.Callback;
using Hotline.Callback.Answers;
using Hotline.Callback.Figures;
using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.UnitTests.Callbacks;

/// <summary>Who asks, when, how often; what is made of answers.</summary>
public sealed class CallbackRulesTests
{
    private const string Number = "260302030000060";
    private static readonly Guid Id = new("01980000-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Started = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero); // Monday 10:00 in +08:00
    private static readonly Organization Office = OrganizationFile.Load();
    private static readonly CallbackOptions Options = new();
    private static readonly StaffUser Agent = new("callback-01", new HashSet<string> { Roles.CallbackAgent }, "hotline");

    [Fact]
    public void A_call_waits_for_the_link_keeps_to_the_hours_and_is_spread_over_days()
    {
        var task = Handled();
        Assert.Contains("链接", Refusal(Try(task, Started.AddHours(23))).Detail, StringComparison.Ordinal);
        Assert.Contains("不是可以回访的时间", Refusal(Try(task, new(2026, 3, 3, 4, 30, 0, TimeSpan.Zero))).Detail, StringComparison.Ordinal); // 12:30
        Assert.Contains("不是可以回访的时间", Refusal(Try(task, new(2026, 3, 7, 2, 0, 0, TimeSpan.Zero))).Detail, StringComparison.Ordinal); // Saturday

        var tuesday = Started.AddDays(1);
        task = Take(task, Try(task, tuesday));
        task = Take(task, Try(task, tuesday.AddHours(1)));
        Assert.Contains("今天已联系2次", Refusal(Try(task, tuesday.AddHours(1.5))).Detail, StringComparison.Ordinal);

        var last = Try(task, tuesday.AddDays(1));
        Assert.Equal("unreachable", Assert.IsType<CallbackEnded>(last.Facts![1]).Outcome);
        task = Take(task, last);
        Assert.Contains("没有进行中", Refusal(Try(task, tuesday.AddDays(2))).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_does_not_want_to_be_asked_is_left_alone_and_was_reached()
    {
        var task = Handled();
        var refused = CallbackRules.Try(task, Id, true, "refused", Agent, Office, Options, Started.AddDays(1));

        Assert.Equal("unanswered", Assert.IsType<CallbackEnded>(refused.Facts![1]).Outcome);
    }

    [Fact]
    public void Somebody_else_who_picks_up_is_not_the_citizen()
    {
        var task = Handled();
        for (var day = 1; day <= 3; day++)
        {
            var tried = CallbackRules.Try(task, Id, true, "wrong-number", Agent, Office, Options, Started.AddDays(day));
            Assert.NotNull(tried.Facts);
            task = Take(task, tried);
        }

        Assert.Equal("unreachable", task.Current!.End!.Outcome);
    }

    [Theory]
    [InlineData("callback-01", "hotline", true)]
    [InlineData("acceptor-01", "hotline", false)] // took it up
    [InlineData("x", "141102-housing", false)] // handled
    [InlineData("x", "station-141102", false)] // stands above
    [InlineData("x", "141102-urban", false)] // stands below the station that handled
    [InlineData("x", "city-water", true)]
    public void The_unit_that_handled_and_who_took_it_up_do_not_ask(string account, string unit, bool may) =>
        Assert.Equal(may, CallbackRules.MayAsk(Handled(), Agent with { Account = account, Unit = unit }, Office));

    [Fact]
    public void Who_answered_at_once_does_not_ask_about_it()
    {
        var task = CallbackTask.Apply(Seen(), new WorkOrderAnswered(Id, Number, Started, "callback-01", "答复", "依据"));

        Assert.False(CallbackRules.MayAsk(task, Agent, Office));
    }

    [Fact]
    public void A_claimed_task_is_its_agents_until_the_claim_is_old()
    {
        var task = Take(Handled(), CallbackRules.Claim(Handled(), Agent, Office, Options, Started));
        var other = Agent with { Account = "callback-02" };

        Assert.Contains("callback-01", Refusal(CallbackRules.Claim(task, other, Office, Options, Started.AddMinutes(59))).Detail, StringComparison.Ordinal);
        Assert.NotNull(CallbackRules.Claim(task, Agent, Office, Options, Started.AddMinutes(59)).Facts);
        Assert.NotNull(CallbackRules.Claim(task, other, Office, Options, Started.AddMinutes(60)).Facts);
    }

    [Fact]
    public void The_citizen_may_change_his_answer_until_the_office_is_done_and_an_agent_may_not()
    {
        var task = Take(Handled(), CallbackRules.AnswerByLink(Handled(), Id, new(false, "dissatisfied"), Options, Started));
        Assert.False(task.Current!.IsOpen);
        Assert.NotNull(CallbackRules.AnswerByAgent(task, Id, new(true, "satisfied"), Agent, Office, Options, Started).Refused);

        var changed = CallbackRules.AnswerByLink(task, Id, new(true, "fair"), Options, Started);
        Assert.True(Assert.IsType<CallbackAnswered>(changed.Facts![0]).IsContent);
        task = CallbackTask.Apply(task, new WorkOrderClosed(Id, Number, Started.AddHours(1), "citizen", "solved"));
        Assert.NotNull(CallbackRules.AnswerByLink(task, Id, new(true, "satisfied"), Options, Started.AddHours(2)).Refused);
    }

    [Theory]
    [InlineData(true, "satisfied", true, true)]
    [InlineData(true, "fair", true, true)]
    [InlineData(true, "fair", false, false)]
    [InlineData(true, "dissatisfied", true, false)]
    [InlineData(false, "satisfied", true, false)]
    public void Content_is_solved_and_not_dissatisfied(bool solved, string satisfied, bool fairIsContent, bool content)
    {
        var answered = CallbackRules.AnswerByLink(Handled(), Id, new(solved, satisfied), new() { FairIsContent = fairIsContent }, Started);

        Assert.Equal(content, Assert.IsType<CallbackAnswered>(answered.Facts![0]).IsContent);
    }

    [Theory]
    [InlineData(5.0, 5.0, true, "satisfied")]
    [InlineData(3.0, null, true, "fair")]
    [InlineData(2.0, 4.0, true, "dissatisfied")]
    [InlineData(4.0, 1.0, false, "satisfied")]
    public void A_rating_on_the_platform_is_an_answer(double? grade, double? solved, bool isSolved, string satisfied)
    {
        var task = CallbackTask.Apply(Handled(Channels.MessageBoard.Name), new AppealRated(Id, Number, "message-board", Started, grade, solved));

        var answered = CallbackRules.AnswerByPlatform(task, Id, Options, Started)!;
        Assert.Equal((CallbackWays.Platform, isSolved, satisfied), (answered.Way, answered.Answer.Solved, answered.Answer.Satisfied));
    }

    [Fact]
    public void A_rating_counts_when_it_is_changed_and_after_the_asking_ended_and_not_twice()
    {
        var task = Rate(Handled(Channels.MessageBoard.Name), Started, 5);
        var content = CallbackRules.AnswerByPlatform(task, Id, Options, Started)!;
        task = CallbackTask.Apply(CallbackTask.Apply(task, content), new WorkOrderClosed(Id, Number, Started.AddHours(1), "citizen", "solved"));
        Assert.Null(CallbackRules.AnswerByPlatform(Rate(task, Started.AddDays(1), 5), Id, Options, Started.AddDays(1)));
        Assert.False(CallbackRules.AnswerByPlatform(Rate(task, Started.AddDays(2), 1), Id, Options, Started.AddDays(2))!.IsContent);

        static CallbackTask Rate(CallbackTask task, DateTimeOffset at, double grade) => CallbackTask.Apply(task, new AppealRated(Id, Number, "message-board", at, grade, grade));
    }

    [Fact]
    public void A_rating_that_says_nothing_of_the_matter_or_is_of_an_earlier_handling_is_no_answer()
    {
        var board = Handled(Channels.MessageBoard.Name);
        Assert.Null(CallbackRules.AnswerByPlatform(CallbackTask.Apply(board, new AppealRated(Id, Number, "message-board", Started, Manner: 5)), Id, Options, Started));
        Assert.Equal(Started.AddDays(7), CallbackRules.CallFrom(board, board.Current!, Options));

        var again = Redone(CallbackTask.Apply(board, new AppealRated(Id, Number, "message-board", Started, 1, 1)));
        Assert.Null(CallbackRules.AnswerByPlatform(again, Id, Options, Started.AddDays(3)));
    }

    [Fact]
    public void Events_that_come_again_change_nothing()
    {
        var task = Redone(Take(Handled(), CallbackRules.AnswerByLink(Handled(), Id, new(false, "dissatisfied"), Options, Started)));

        Assert.All(Events().Where(fact => fact is not (WorkOrderHandled or AssignmentChanged)), fact => Assert.Same(task, CallbackTask.Apply(task, fact)));
        Assert.Same(task, CallbackTask.Apply(task, new WorkOrderClosed(Id, Number, Started.AddHours(1), "citizen", "solved")));
    }

    [Fact]
    public void A_claim_against_the_citizens_no_is_a_contradiction_of_that_round_and_its_units()
    {
        var task = Take(Handled(), CallbackRules.AnswerByLink(Handled(), Id, new(false, "dissatisfied", Contacted: false), Options, Started));

        Assert.True(task.Contradicts(task.Current!));
        var values = CallbackDocument.Type.Indexes.Single(i => i.Name == CallbackDocument.ContradictionIndex).Values(task);
        Assert.Equal(["unit/141102-housing", "unit/station-141102", "all"], values);
        var content = Take(Handled(), CallbackRules.AnswerByLink(Handled(), Id, new(true, "satisfied", Contacted: true), Options, Started));
        Assert.False(content.Contradicts(content.Current!));
    }

    [Fact]
    public void Figures_open_to_numerator_and_denominator_and_keep_the_first_handling_apart()
    {
        var first = Take(Handled(), CallbackRules.AnswerByLink(Handled(), Id, new(false, "dissatisfied", Contacted: true, Service: "satisfied"), Options, Started));
        var again = Redone(first);
        again = Take(again, CallbackRules.AnswerByLink(again, Id, new(true, "fair", Contacted: true), Options, Started.AddDays(3)));
        var unreached = CallbackTask.Apply(Handled(), new CallbackEnded(Id, Number, Started.AddDays(2), 1, "unreachable"));

        var figures = CallbackFigures.Of(new(2026, 3, 2), new(2026, 3, 8), [.. again.Rounds.Select(round => (again, round)), (unreached, unreached.Current!)], true, Office);

        Assert.Equal(3, figures.All.Asked);
        Assert.Equal((2, 3, 0.6667), (figures.All.Reached.Numerator, figures.All.Reached.Denominator, figures.All.Reached.Rate));
        Assert.Equal((1, 2), (figures.All.Solved.Numerator, figures.All.Solved.Denominator));
        Assert.Equal((1, 2), (figures.All.Satisfied.Numerator, figures.All.Satisfied.Denominator));
        Assert.Equal((0, 1), (figures.All.FirstSatisfied.Numerator, figures.All.FirstSatisfied.Denominator));
        Assert.Equal((1, 1), (figures.All.Service.Numerator, figures.All.Service.Denominator));
        Assert.Equal(["141102-housing", "city-water", "station-141102"], figures.Units.Select(unit => unit.Unit));
        Assert.Equal((1, 1), (figures.Units[1].Solved.Numerator, figures.Units[1].Solved.Denominator));
        Assert.Null(CallbackFigures.Of(new(2026, 3, 2), new(2026, 3, 2), [], true, Office).All.Solved.Rate);
    }

    [Theory]
    [InlineData("satisfied", null, null, "contacted,solved")]
    [InlineData("angry", true, false, "unsolvedReason,satisfied")]
    [InlineData("dissatisfied", false, true, "dissatisfiedReason")]
    public void What_is_missing_in_an_answer_is_named(string satisfied, bool? contacted, bool? solved, string fields) => Assert.Equal(
        fields.Split(','), new AnswerRequest(contacted, solved, null, satisfied).Read(byUnit: true).Errors.Select(error => error.Field));

    [Fact]
    public void Reasons_that_do_not_fit_are_left_out_and_words_are_limited()
    {
        var (answer, _) = new AnswerRequest(true, true, "not-done", "satisfied", "slow", "", "  ").Read(byUnit: false);

        Assert.Equal(new CallbackAnswer(true, "satisfied"), answer);
        Assert.Equal("words", Assert.Single(new AnswerRequest(true, true, null, "satisfied", Words: new string('长', 501)).Read(byUnit: true).Errors).Field);
        Assert.Equal("words", Assert.Single(new AnswerRequest(true, true, null, "satisfied", Words: "a\u0000").Read(byUnit: true).Errors).Field);
    }

    private static Decision Try(CallbackTask task, DateTimeOffset now) => CallbackRules.Try(task, Id, false, "no-answer", Agent, Office, Options, now);

    private static CallbackRefusal Refusal(Decision decision) => Assert.IsType<CallbackRefusal>(decision.Refused);

    private static CallbackTask Take(CallbackTask task, Decision decision) => decision.Facts!.Aggregate(task, CallbackTask.Apply);

    private static CallbackTask Seen(string channel = "app") => CallbackTask.Apply(null, new OrderSeen(Number, channel, "标题", Id, ["app", "phone"], false));

    private static CallbackTask Handled(string channel = "app") =>
        Events().Append(new CallbackAsked(Id, Number, Started, 1, "链接")).Aggregate(Seen(channel), CallbackTask.Apply);

    private static IReadOnlyList<object> Events() =>
    [
        new WorkOrderAccepted(Id, Number, Started, "acceptor-01", "help", "road-repair", "normal", Started, "", "v"),
        new WorkOrderDispatched(Id, Number, 1, Started, "dispatcher-01", "station-141102", "lead", Started, "", "v"),
        new WorkOrderDispatched(Id, Number, 2, Started, "station-141102", "141102-housing", "lead", Started, "", "v", 1),
        new AssignmentChanged(Id, Number, 2, Started, "141102-housing", "replied", Claim: new(true, Started, true)),
        new WorkOrderHandled(Id, Number, Started, "dispatcher-01", "已修好。"),
        new WorkOrderCallbackStarted(Id, Number, Started, "rules", Round: 1, DueAt: Started.AddDays(3)),
    ];

    private static CallbackTask Redone(CallbackTask task) => new object[]
    {
        new WorkOrderRedone(Id, Number, Started.AddDays(1), "acceptor-01", 2, "没有修好"),
        new WorkOrderDispatched(Id, Number, 3, Started.AddDays(1), "acceptor-01", "city-water", "lead", Started, "", "v"),
        new WorkOrderHandled(Id, Number, Started.AddDays(2), "dispatcher-01", "重做了。"),
        new WorkOrderCallbackStarted(Id, Number, Started.AddDays(2), "rules", Round: 2, DueAt: Started.AddDays(5)),
    }.Aggregate(task, CallbackTask.Apply);
}
