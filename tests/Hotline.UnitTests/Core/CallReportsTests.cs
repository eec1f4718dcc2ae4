using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Calls;

namespace Hotline.UnitTests.Core;

/// <summary>What a platform says of a call, and what is done about it.</summary>
public sealed class CallReportsTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 3, 2, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly CallbackCallOrdered Order = new(new Guid("01980000-0000-7000-8000-000000000001"), "260302030000060", At, 1, "app", "c1", At.AddHours(2), new CallScript(
        "您好", "再见", [new("0", "agent", "agent")], [new("who", "是您吗？", [new("1", "yes"), new("2", "no", "wrong-number")]), new("n/solved", "解决了吗？", [new("1", "yes"), new("2", "no")])]));

    [Fact]
    public void Keys_become_what_they_mean()
    {
        var (end, problem) = Read(Ended("answered", ("who", "1"), ("n/solved", "2")));
        Assert.Null(problem);
        Assert.Equal(("c1", "answered", "app"), (end!.Call, end.Outcome, end.Channel));
        Assert.Equal([new("who", "yes"), new("n/solved", "no")], end.Answers);
        Assert.Equal([new("who", "yes")], Read(Ended("agent", ("who", "1"), ("n/solved", "0"))).End!.Answers);
        Assert.Empty(Read(Ended("wrong-number", ("who", "2"))).End!.Answers);
        Assert.Equal((null, null), Read(new("c1", "ringing", At)));
    }

    [Theory]
    [InlineData("answered", "who", "3")]
    [InlineData("answered", "what", "1")]
    [InlineData("answered", "who", "2")] // a key that ends the call otherwise
    [InlineData("unknown", "who", "1")] // our word, not the platform's
    [InlineData("closed", "who", "1")]
    [InlineData("???", "who", "1")]
    public void What_does_not_fit_the_script_is_not_believed(string outcome, string question, string key) => Assert.NotNull(Read(Ended(outcome, (question, key))).Problem);

    [Fact]
    public void Nor_is_a_time_that_cannot_be_or_a_question_answered_twice()
    {
        Assert.NotNull(Read(Ended("busy") with { At = At.AddHours(1) }).Problem);
        Assert.NotNull(Read(Ended("busy") with { At = At.AddHours(-1) }).Problem);
        Assert.NotNull(Read(Ended("busy") with { At = null }).Problem);
        Assert.NotNull(Read(Ended("busy") with { Call = "c2" }).Problem);
        Assert.NotNull(Read(Ended("busy") with { State = "" }).Problem);
        Assert.NotNull(Read(Ended("answered", ("who", "1"), ("who", "1"))).Problem);
        Assert.NotNull(Read(new("c1", "ended", At, "answered", [null!])).Problem);
    }

    [Fact]
    public void After_silence_the_platform_is_asked_and_told_again_only_when_it_has_no_such_call()
    {
        var call = new OrderedCall(Order);
        Assert.Equal(CallTask.Place, CallSteps.NextOf(call, At));
        call = After(call, new CallPlacing("c1", At));
        Assert.Equal(CallTask.Recover, CallSteps.NextOf(call, At)); // what a crash leaves behind
        call = After(call, CallSteps.FactOf(call, new CallPlacement.Unsure("没有回答。"), Minute, At));
        Assert.Equal((CallTask.Ask, true), (CallSteps.NextOf(call, At), call.Unsure));
        var asked = After(call, CallSteps.FactOf(call, new CallKnowledge.Away("没有回答。"), Minute, At));
        Assert.Equal((CallTask.Wait, CallTask.Ask, true), (CallSteps.NextOf(asked, At), CallSteps.NextOf(asked, At.AddMinutes(10)), asked.Unsure));
        var late = Order.NotAfter.AddHours(3);
        Assert.Equal(CallTask.GiveUp, CallSteps.NextOf(asked, late));
        Assert.Equal(CallOutcomes.Unknown, After(asked, CallSteps.LastOf(asked, new CallKnowledge.Away("没有回答。"), Minute, late)).End!.Outcome);
        Assert.Equal(CallOutcomes.Expired, After(asked, CallSteps.LastOf(asked, new CallKnowledge.NotThere(), Minute, late)).End!.Outcome);
        var busy = new CallKnowledge.Known(new(Order.Call, CallReport.Ended, Order.NotAfter, CallOutcomes.Busy));
        Assert.Equal(CallOutcomes.Busy, After(asked, CallSteps.LastOf(asked, busy, Minute, late)).End!.Outcome);
        Assert.Equal(CallOutcomes.Unknown, After(call, CallSteps.FactOf(call, new CallKnowledge.CannotSay(), Minute, At)).End!.Outcome);

        var again = After(call, CallSteps.FactOf(call, new CallKnowledge.NotThere(), Minute, At));
        Assert.Equal((CallTask.Place, CallTask.Expire), (CallSteps.NextOf(again, At), CallSteps.NextOf(again, Order.NotAfter.AddMinutes(1))));
        var there = After(call, CallSteps.FactOf(call, new CallKnowledge.Known(new("c1", "ringing", At)), Minute, At));
        Assert.Equal((CallStep.Placed, CallTask.Wait, CallTask.Ask), (there.Step, CallSteps.NextOf(there, At), CallSteps.NextOf(there, At + Minute)));
        Assert.Equal(CallOutcomes.Unknown, After(there, CallSteps.FactOf(there, new CallKnowledge.NotThere(), Minute, At)).End!.Outcome); // it had it: it may have rung
        Assert.Equal("busy", After(there, CallSteps.FactOf(there, new CallKnowledge.Known(Ended("busy")), Minute, At)).End!.Outcome);
        Assert.IsType<CallPostponed>(CallSteps.FactOf(there, new CallKnowledge.Known(Ended("???")), Minute, At));
    }

    [Fact]
    public void Of_two_ends_the_first_counts_unless_it_was_that_nobody_knew()
    {
        var ended = After(new OrderedCall(Order), Read(Ended("busy")).End!);
        Assert.False(ended.Allows(Read(Ended("answered", ("who", "1"))).End!));
        Assert.False(ended.Allows(new CallPlaced("c1", At, At)));
        var unknown = After(new OrderedCall(Order), OrderedCalls.EndOf(Order, At, CallOutcomes.Unknown));
        Assert.Equal("busy", After(unknown, Read(Ended("busy")).End!).End!.Outcome);
        Assert.False(unknown.Allows(OrderedCalls.EndOf(Order, At, CallOutcomes.Unknown)));
    }

    [Theory]
    [InlineData("+86 138-0000-1111", "13800001111")]
    [InlineData("013800001111", "13800001111")]
    [InlineData("0358-8220001", "03588220001")]
    [InlineData("+86 10 62220001", "01062220001")]
    [InlineData("12345", null)]
    [InlineData("8220001", null)]
    [InlineData("+1 212 555 0100", null)]
    [InlineData("13800001111#2", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void What_can_be_dialled_is_a_mobile_or_a_landline_with_its_area_code(string? written, string? dialled) => Assert.Equal(dialled, PhoneNumbers.Dialable(written));

    private static OrderedCall After(OrderedCall call, object fact) => OrderedCall.Apply([call], fact)[0];

    private static CallReport Ended(string outcome, params (string Question, string Key)[] keys) => new("c1", "ended", At, outcome, [.. keys.Select(key => new PressedKey(key.Question, key.Key))]);

    private static (AppealCalled? End, string? Problem) Read(CallReport report) => CallReports.Read(report, Order, At);
}
