using Hotline.Callback;
using Hotline.Callback.Calls;
using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.UnitTests.Callbacks;

/// <summary>When a machine rings, what it asks, and what is made of the keys.</summary>
public sealed class CallRulesTests
{
    private const string Number = "260302030000060";
    private const string Other = "260302030000078";
    private static readonly Guid Id = new("01980000-0000-7000-8000-000000000001");
    private static readonly DateTimeOffset Started = new(2026, 3, 2, 2, 0, 0, TimeSpan.Zero); // Monday 10:00 in +08:00
    private static readonly DateTimeOffset Tuesday = Started.AddDays(1);
    private static readonly Organization Office = OrganizationFile.Load();
    private static readonly CallbackOptions Options = new() { MachineTries = 1 };
    private static readonly StaffUser Agent = new("callback-01", new HashSet<string> { Roles.CallbackAgent }, "hotline");

    [Fact]
    public void A_machine_rings_after_the_link_in_the_hours_and_not_after_them()
    {
        Assert.Null(Order(Handled(), Started.AddHours(23)));
        Assert.Null(Order(Handled(), new(2026, 3, 3, 4, 30, 0, TimeSpan.Zero))); // 12:30
        Assert.Null(CallRules.Order(Handled(), Id, [], Options, Office.Calendar, new(2026, 3, 7, 2, 0, 0, TimeSpan.Zero))); // Saturday
        var order = Order(Handled(), Tuesday)!;
        Assert.Equal(("app", Number, 1, new DateTimeOffset(2026, 3, 3, 4, 0, 0, TimeSpan.Zero)), (order.Channel, order.Number, order.Round, order.NotAfter)); // 12:00
        Assert.Equal(order.Call, Order(Handled(), Tuesday.AddMinutes(1))!.Call);
        Assert.DoesNotContain(Id.ToString("N"), order.Call, StringComparison.Ordinal);

        var limited = new CallbackOptions { MachineTries = 1, MachineHours = { "15:00-16:00" } };
        Assert.Null(CallRules.Order(Handled(), Id, [], limited, Office.Calendar, Tuesday));
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 0, TimeSpan.Zero), CallRules.Order(Handled(), Id, [], limited, Office.Calendar, new(2026, 3, 3, 7, 0, 0, TimeSpan.Zero))!.NotAfter);
    }

    [Fact]
    public void Without_a_machine_the_person_follows_the_link()
    {
        var none = new CallbackOptions();
        Assert.Null(CallRules.Order(Handled(), Id, [], none, Office.Calendar, Tuesday));
        Assert.True(CallbackRules.WaitsForAgent(Handled(), Tuesday, none, Office.Calendar));
        Assert.False(CallbackRules.WaitsForAgent(Handled(), Tuesday, Options, Office.Calendar));
        Assert.True(CallbackRules.WaitsForAgent(Handled(phone: null), Tuesday, Options, Office.Calendar)); // raised before phones had keys
        Assert.Contains("自动外呼", Try(Handled(), Tuesday).Refused!.Detail, StringComparison.Ordinal);
        Assert.True(CallbackRules.WaitsForAgent(Handled(), Tuesday.AddDays(2), Options, Office.Calendar)); // the machine never came to it
    }

    [Fact]
    public void Nothing_the_citizen_wrote_is_said_and_each_question_has_its_keys()
    {
        var script = CallScripts.Of([Handled(), Handled(Other, "phone")]);
        var said = string.Concat(script.Questions.Select(question => question.Say)) + script.Opening + script.Closing;
        Assert.DoesNotContain("标题", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Number, said, StringComparison.Ordinal);
        Assert.Contains("编号末4位为0 0 6 0", said, StringComparison.Ordinal);
        Assert.Equal(["who", $"{Number}/contacted", $"{Number}/solved", $"{Number}/unsolvedReason", $"{Number}/satisfied", $"{Number}/dissatisfiedReason"], script.Questions.Take(6).Select(question => question.Name));
        Assert.Equal($"{Other}/service", script.Questions[^1].Name);
        Assert.Equal(new CallAnswer($"{Number}/solved", "no"), script.Questions[3].If);
        Assert.All(script.Questions, question => Assert.DoesNotContain(question.Keys, key => script.Always.Any(always => always.Key == key.Key)));
        Assert.All(script.Questions, question => Assert.All(question.Keys, key => Assert.Contains($"请按{key.Key}", question.Say, StringComparison.Ordinal)));
        Assert.Equal([Number, Other], CallScripts.NumbersOf(script));
    }

    [Fact]
    public void One_call_is_about_all_orders_of_the_phone_and_of_no_other()
    {
        var order = Order(Handled(), Tuesday, Handled(Other))!;
        Assert.Equal([Number, Other], CallScripts.NumbersOf(order.Script));

        var ringing = CallbackTask.Apply(Handled(Other), order with { Number = Other, Call = "other" });
        Assert.Null(Order(Handled(), Tuesday, ringing));
        Assert.Null(Order(Handled(), Tuesday.AddHours(1), Take(Handled(Other), Hear(Handled(Other), Called("no-answer", Tuesday.AddMinutes(1)))))); // rung an hour ago
        Assert.Null(Order(Handled(), Tuesday, Take(Handled(Other), Claim(Handled(Other), Tuesday)))); // somebody has the number before him
        Assert.Null(Order(Take(Handled(), Claim(Handled(), Tuesday)), Tuesday)); // somebody has it in hand
    }

    [Fact]
    public void Keys_are_an_answer_of_his_own_with_the_service_apart()
    {
        var task = Handled(channel: "phone");
        var decision = Hear(task, Called("answered", Tuesday, ("contacted", "no"), ("solved", "no"), ("unsolvedReason", "partly"), ("satisfied", "dissatisfied"), ("dissatisfiedReason", "slow"), ("service", "satisfied")));
        var answered = Assert.IsType<CallbackAnswered>(decision.Facts![1]);
        Assert.Equal((CallbackWays.Machine, "citizen", false), (answered.Way, answered.By, answered.IsContent));
        Assert.Equal(new CallbackAnswer(false, "dissatisfied", false, "partly", "slow", "satisfied"), answered.Answer);
        Assert.False(Take(task, decision).Current!.IsOpen);

        var hungUp = Hear(task, Called("hung-up", Tuesday, ("contacted", "yes"), ("solved", "yes"), ("satisfied", "fair")));
        Assert.Null(Assert.IsType<CallbackAnswered>(hungUp.Facts![1]).Answer.Service);
    }

    [Theory]
    [InlineData("no-answer", false, true)]
    [InlineData("busy", false, true)]
    [InlineData("off", false, true)]
    [InlineData("unknown", false, true)]
    [InlineData("hung-up", true, true)]
    [InlineData("agent", true, true)]
    [InlineData("wrong-number", true, true)]
    [InlineData("failed", false, false)]
    [InlineData("closed", false, false)]
    [InlineData("expired", false, false)]
    [InlineData("withdrawn", false, false)]
    public void A_call_without_an_answer_is_a_try_if_it_may_have_rung_and_then_a_person_follows(string outcome, bool reached, bool isTry)
    {
        var task = Take(Handled(), Hear(Handled(), Called(outcome, Tuesday)));
        if (isTry)
        {
            var tried = Assert.Single(task.Current!.Tries);
            Assert.Equal((CallbackWays.Machine, "machine", reached, outcome), (tried.Way, tried.By, tried.Reached, tried.Why));
        }
        else
        {
            Assert.Empty(task.Current!.Tries);
        }

        Assert.Equal(isTry || outcome is "failed" or "closed", CallbackRules.WaitsForAgent(task, Tuesday.AddHours(3), Options, Office.Calendar));
        Assert.Same(task, Take(task, Hear(task, Called(outcome, Tuesday)))); // told again
    }

    [Fact]
    public void The_machines_tries_are_among_the_tries_and_the_last_is_a_persons()
    {
        var twice = new CallbackOptions { MachineTries = 2 };
        var task = Take(Handled(), Hear(Handled(), Called("busy", Tuesday)));
        Assert.Null(CallRules.Order(task, Id, [], twice, Office.Calendar, Tuesday.AddHours(1))); // the pause
        task = Take(task, Decision.Of(CallRules.Order(task, Id, [], twice, Office.Calendar, Tuesday.AddHours(5))!));
        Assert.False(CallbackRules.WaitsForAgent(task, Tuesday.AddHours(6), twice, Office.Calendar)); // while it rings
        var second = task.Current!.OpenCall!.Call;
        task = Take(task, Hear(task, Called("no-answer", Tuesday.AddHours(6)) with { Call = second }));
        Assert.Contains("今天已联系2次", Try(task, Tuesday.AddHours(7), twice).Refused!.Detail, StringComparison.Ordinal);
        Assert.Equal("unreachable", Assert.IsType<CallbackEnded>(Try(task, Tuesday.AddDays(1), twice).Facts![1]).Outcome);
        Assert.NotEmpty(Validate(new() { MachineTries = 3 }));
        Assert.NotEmpty(Validate(new() { MachineHours = { "25:00-26:00" } }));
        Assert.Empty(Validate(twice));
    }

    [Fact]
    public void Who_presses_that_he_does_not_want_to_be_asked_is_left_alone()
    {
        Assert.Equal("unanswered", Assert.IsType<CallbackEnded>(Hear(Handled(), Called("refused", Tuesday)).Facts![^1]).Outcome);
        Assert.IsType<CallbackTried>(Hear(Handled(), Called("refused", Tuesday), isHis: false).Facts![^1]); // another's, left with the same phone
    }

    [Fact]
    public void What_is_told_late_changes_no_answer_and_counts_once()
    {
        var byLink = Take(Handled(), CallbackRules.AnswerByLink(Handled(), Id, new(true, "satisfied", true), Options, Tuesday));
        Assert.IsType<CallHeard>(Assert.Single(Hear(byLink, Called("answered", Tuesday, ("contacted", "no"), ("solved", "no"), ("unsolvedReason", "other"), ("satisfied", "fair"))).Facts!));

        var unknown = Take(Handled(), Hear(Handled(), Called("unknown", Tuesday)));
        Assert.Single(Take(unknown, Hear(unknown, Called("busy", Tuesday))).Current!.Tries);
        var late = Take(unknown, Hear(unknown, Called("answered", Tuesday, ("contacted", "yes"), ("solved", "yes"), ("satisfied", "satisfied"))));
        Assert.Equal((1, true), (late.Current!.Tries.Count, late.Current.Answer!.IsContent));
        Assert.Null(Hear(late, Called("unknown", Tuesday)).Facts);
        Assert.Null(CallRules.Hear(Handled(), Id, 2, true, Called("busy", Tuesday), Options, Tuesday).Facts); // of no round
    }

    [Fact]
    public void A_call_nobody_needs_is_withdrawn_once_and_one_nobody_tells_of_is_let_go()
    {
        var order = Order(Handled(), Tuesday)!;
        var task = CallbackTask.Apply(Handled(), order);
        Assert.Null(CallRules.Settle(task, Id, task.Current!, isWanted: true, Tuesday));
        var withdrawn = Assert.IsType<CallbackCallWithdrawn>(CallRules.Settle(task, Id, task.Current!, isWanted: false, Tuesday));
        Assert.Equal(order.Call, withdrawn.Call);
        task = CallbackTask.Apply(task, withdrawn);
        Assert.Null(CallRules.Settle(task, Id, task.Current!, isWanted: false, Tuesday));

        var lost = Assert.IsType<CallHeard>(CallRules.Settle(task, Id, task.Current!, isWanted: true, order.NotAfter.AddHours(7)));
        task = CallbackTask.Apply(task, lost);
        Assert.True(CallbackRules.WaitsForAgent(task, order.NotAfter.AddHours(7), Options, Office.Calendar));
        Assert.Single(Take(task, Hear(task, Called("busy", Tuesday) with { Call = order.Call })).Current!.Tries); // it was not lost after all
    }

    [Fact]
    public void What_is_being_rung_about_is_found_by_its_phone_also_when_it_takes_no_answers_any_more()
    {
        var task = CallbackTask.Apply(Handled(), Order(Handled(), Tuesday)!);
        Assert.Equal(["open", "ringable", "ringing"], States(task));
        task = CallbackTask.Apply(task, new WorkOrderClosed(Id, Number, Tuesday, "citizen", "solved"));
        Assert.Equal(["ringing"], States(task));
        Assert.Equal(["p"], CallbackDocument.Type.Indexes.Single(index => index.Name == CallbackDocument.PhoneIndex).Values(task));
        Assert.Equal(["open"], States(Take(Handled(), Hear(Handled(), Called("agent", Tuesday)))));
    }

    private static IEnumerable<string> States(CallbackTask task) => CallbackDocument.Type.Indexes.Single(index => index.Name == CallbackDocument.StateIndex).Values(task);

    private static IEnumerable<object> Validate(CallbackOptions options) => options.Validate(new(options));

    [Fact]
    public void What_a_person_does_on_the_phone_holds_the_machine_off_it()
    {
        var other = Handled(Other);
        Assert.NotNull(Order(Handled(), Tuesday, other));
        Assert.Null(Order(Handled(), Tuesday, Take(other, Decision.Of(new CallbackClaimed(1, "callback-01", Tuesday.AddMinutes(-1)))))); // he dials
        var answered = CallbackRules.Answered(other, Id, CallbackWays.Person, "callback-01", new(true, "satisfied"), Options, Tuesday.AddMinutes(-1));
        var done = Take(Take(other, Decision.Of(answered)), Decision.Of(new WorkOrderClosed(Id, Other, Tuesday, "citizen", "solved")));
        Assert.Null(Order(Handled(), Tuesday, done));
        Assert.Contains(CallbackDocument.PhoneValue(done.Order!.PhoneKey!, OfficeTime.Day(Tuesday)), CallbackDocument.Type.Indexes.Single(index => index.Name == CallbackDocument.PhoneIndex).Values(done));
    }

    private static CallbackCallOrdered? Order(CallbackTask task, DateTimeOffset now, params CallbackTask[] others) => CallRules.Order(task, Id, others, Options, Office.Calendar, now);

    private static Decision Hear(CallbackTask task, AppealCalled called, bool isHis = true) => CallRules.Hear(task, Id, 1, isHis, called, Options, Tuesday);

    private static Decision Claim(CallbackTask task, DateTimeOffset now) => CallbackRules.Claim(task, Agent, Office, Options, now);

    private static Decision Try(CallbackTask task, DateTimeOffset now, CallbackOptions? options = null) => CallbackRules.Try(task, Id, false, "no-answer", Agent, Office, options ?? Options, now);

    private static AppealCalled Called(string outcome, DateTimeOffset at, params (string Field, string Value)[] answers) =>
        new(Id, Number, "app", at, "call-1", outcome, [.. answers.Select(answer => new CallAnswer($"{Number}/{answer.Field}", answer.Value))]);

    private static CallbackTask Take(CallbackTask task, Decision decision) => (decision.Facts ?? []).Aggregate(task, CallbackTask.Apply);

    private static CallbackTask Handled(string number = Number, string channel = "app", string? phone = "p") => new object[]
    {
        new OrderSeen(number, channel, "标题", Id, [channel, "phone"], false, null, phone, Started.AddDays(-3)),
        new WorkOrderDispatched(Id, number, 1, Started, "dispatcher-01", "141102-housing", "lead", Started, "", "v"),
        new WorkOrderHandled(Id, number, Started, "dispatcher-01", "已修好。"),
        new WorkOrderCallbackStarted(Id, number, Started, "rules", Round: 1, DueAt: Started.AddDays(3)),
        new CallbackAsked(Id, number, Started, 1, "链接"),
    }.Aggregate((CallbackTask?)null, CallbackTask.Apply)!;
}
