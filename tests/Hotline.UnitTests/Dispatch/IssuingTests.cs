using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.UnitTests.Dispatching;

/// <summary>签发: where a unit requires it, a reply counts from the moment its head issues it.</summary>
public sealed class IssuingTests
{
    private static readonly Dictionary<string, (StaffUser User, Func<WorkOrder, Request, Decision> Decide)> Actions = new()
    {
        ["sign"] = (Staff.CityUrban, (o, r) => AssignmentDecisions.Sign(o, 1, new(), r)),
        ["start"] = (Staff.CityUrban, (o, r) => AssignmentDecisions.Start(o, 1, new(), r)),
        ["reply"] = (Staff.CityUrban, (o, r) => AssignmentDecisions.Reply(o, 1, new("已办"), r)),
        ["return"] = (Staff.CityUrban, (o, r) => AssignmentDecisions.AskReturn(o, 1, new("理由", "city-housing"), r)),
        ["review"] = (Staff.Dispatcher, (o, r) => AssignmentDecisions.Review(o, 1, new(), r)),
        ["send-back"] = (Staff.Dispatcher, (o, r) => AssignmentDecisions.SendBack(o, 1, Story.Note, r)),
        ["approve-return"] = (Staff.Dispatcher, (o, r) => AssignmentDecisions.ApproveReturn(o, 1, new(), r)),
        ["issue"] = (Staff.CityUrbanHead, (o, r) => AssignmentDecisions.Issue(o, 1, new(), r)),
        ["return-draft"] = (Staff.CityUrbanHead, (o, r) => AssignmentDecisions.ReturnDraft(o, 1, Story.Note, r)),
    };

    public static TheoryData<string> EveryAction => [.. Actions.Keys];

    [Fact]
    public void A_draft_waits_and_the_issued_reply_is_the_draft_word_for_word()
    {
        var story = Drafted();
        var draft = story.Order.Assignment(1)!;
        Assert.Equal((AssignmentState.Drafted, null), (draft.State, draft.PublicReply));
        Assert.Null(draft.Claim);

        var issued = story.Issue(Staff.CityUrbanHead, 1, "同意").Order.Assignment(1)!;

        Assert.Equal((AssignmentState.Replied, "路面已修好。", "city-urban-head"), (issued.State, issued.PublicReply, issued.History[^1].By));
        Assert.Equal("派人修补\n签发意见：同意", issued.History[^1].Note);
        Assert.Null(issued.Draft);
        Assert.Equal(WorkOrderState.Callback, story.Review(Staff.Dispatcher, 1).Order.State);
    }

    [Fact]
    public void The_units_clock_runs_until_the_issuing()
    {
        var story = Drafted();
        Assert.Contains(Clocks.Running(story.Order, Staff.Office), clock => clock is { Step: LimitSteps.Unit, Assignment.Number: 1 });
        Assert.DoesNotContain(Clocks.Running(story.Order, Staff.Office), clock => clock.Step == LimitSteps.Review);

        var issuedAt = story.Now;
        story.Issue(Staff.CityUrbanHead, 1);

        Assert.DoesNotContain(Clocks.Running(story.Order, Staff.Office), clock => clock.Step == LimitSteps.Unit);
        Assert.Equal(issuedAt, Assert.Single(Clocks.Running(story.Order, Staff.Office), clock => clock.Step == LimitSteps.Review).Deadline.StartsAt);
    }

    [Fact]
    public void A_draft_sent_back_goes_on_being_handled_and_is_written_anew()
    {
        var story = Drafted().ReturnDraft(Staff.CityUrbanHead, 1);
        var share = story.Order.Assignment(1)!;
        Assert.Equal((AssignmentState.InHandling, "路面已修好。"), (share.State, share.Draft!.PublicReply));

        story.Reply(Staff.CityUrban, 1, "路面已重铺。").Issue(Staff.CityUrbanHead, 1);

        Assert.Equal("路面已重铺。", story.Order.Assignment(1)!.PublicReply);
    }

    [Theory]
    [MemberData(nameof(EveryAction))]
    public void While_a_draft_waits_only_its_head_moves_it(string action)
    {
        var story = Drafted();
        var (user, decide) = Actions[action];
        var decision = story.Try(user, decide);
        if (action is "issue" or "return-draft")
        {
            Assert.IsType<Decision.Granted>(decision);
        }
        else
        {
            Assert.Contains("drafted", Assert.IsType<Decision.Conflict>(decision).Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nobody_else_issues_and_a_head_issues_nothing_twice()
    {
        var story = Drafted();
        foreach (var other in new[] { Staff.CityUrban, Staff.Dispatcher, Staff.Acceptor })
        {
            Assert.IsType<Decision.Denied>(story.Try(other, (o, r) => AssignmentDecisions.Issue(o, 1, new(), r)));
        }

        Assert.IsType<Decision.Missing>(story.Try(Staff.XiaoyiUrbanHead, (o, r) => AssignmentDecisions.Issue(o, 1, new(), r)));
        Assert.IsType<Decision.Invalid>(story.Try(Staff.CityUrbanHead, (o, r) => AssignmentDecisions.ReturnDraft(o, 1, new(), r)));
        story.Issue(Staff.CityUrbanHead, 1);
        Assert.IsType<Decision.Conflict>(story.Try(Staff.CityUrbanHead, (o, r) => AssignmentDecisions.Issue(o, 1, new(), r)));
        Assert.IsType<Decision.Conflict>(story.Try(Staff.CityUrbanHead, (o, r) => AssignmentDecisions.ReturnDraft(o, 1, Story.Note, r)));
    }

    [Fact]
    public void A_unit_of_one_person_issues_as_it_replies()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "town-141102101");

        story.Sign(Staff.XinyiTown, 2).Start(Staff.XinyiTown, 2).Reply(Staff.XinyiTown, 2);

        Assert.Equal(AssignmentState.Replied, story.Order.Assignment(2)!.State);
    }

    [Fact]
    public void A_promise_whose_day_has_passed_is_not_issued()
    {
        var story = new Story().Accept().Dispatch("city-urban").Sign(Staff.CityUrban, 1).Start(Staff.CityUrban, 1).Promise(Staff.CityUrban, 1, OfficeTime.Day(Appeals.ReceivedAt));
        var late = new Request(Staff.CityUrbanHead, Staff.Office, story.Now.AddDays(1));

        Assert.Contains("日期已过", Assert.IsType<Decision.Conflict>(AssignmentDecisions.Issue(story.Order, 1, new(), late)).Detail, StringComparison.Ordinal);
        Assert.Equal(OfficeTime.Day(Appeals.ReceivedAt), story.Issue(Staff.CityUrbanHead, 1).Order.Assignment(1)!.PromisedFor);
    }

    [Fact]
    public void A_draft_waiting_when_the_unit_gave_issuing_up_is_still_answered()
    {
        var story = Drafted();
        var without = new Organization(Staff.Office.Data with { Units = [.. Staff.Office.Data.Units.Select(unit => unit with { Issuing = false })] }, Staff.Office.Calendar);

        var decision = AssignmentDecisions.Reply(story.Order, 1, new("已修好。"), new Request(Staff.CityUrban, without, story.Now));

        Assert.Equal(AssignmentState.Replied, story.Take(Assert.IsType<Decision.Granted>(decision).Facts).Order.Assignment(1)!.State);
    }

    [Fact]
    public void What_did_not_leave_the_unit_is_the_units()
    {
        var story = Drafted().ReturnDraft(Staff.CityUrbanHead, 1);
        foreach (var own in new[] { Staff.CityUrban, Staff.CityUrbanHead, Staff.Auditor })
        {
            var share = ViewOf(story, own);
            Assert.Equal("路面已修好。", share.Draft!.PublicReply);
            Assert.Equal("内部说明", share.History[^1].Note);
        }

        var seen = ViewOf(story, Staff.Dispatcher);
        Assert.Null(seen.Draft);
        Assert.Equal(["drafted", "draft-returned"], seen.History.TakeLast(2).Select(step => step.State));
        Assert.All(seen.History.TakeLast(2), step => Assert.Equal((null, null), (step.Note, step.PublicReply)));
    }

    [Fact]
    public void The_head_finds_what_waits_for_him_and_nothing_of_others()
    {
        var story = Drafted();
        IEnumerable<string> Values() => WorkOrderDocument.Type.Indexes.Single(index => index.Name == WorkOrderDocument.UnitIndex).Values(story.Order);
        Assert.Contains(WorkOrderDocument.UnitValue("city-urban", WorkOrderDocument.ToIssue), Values());
        Assert.True(WorkOrderScope.MaySee(Staff.CityUrbanHead, story.Order, Staff.Office));
        Assert.False(WorkOrderScope.MaySee(Staff.XiaoyiUrbanHead, story.Order, Staff.Office));

        story.Issue(Staff.CityUrbanHead, 1);
        Assert.DoesNotContain(WorkOrderDocument.UnitValue("city-urban", WorkOrderDocument.ToIssue), Values());
    }

    [Fact]
    public void A_fact_of_a_step_told_twice_changes_nothing_and_one_without_proofs_reads()
    {
        var story = Drafted().ReturnDraft(Staff.CityUrbanHead, 1);
        foreach (var again in story.Facts.OfType<AssignmentChanged>().ToList())
        {
            Assert.Same(story.Order, WorkOrder.Apply(story.Order, again with { Proofs = again.Proofs?.ToList() }));
        }

        var old = """{"id":"01980000-0000-7000-8000-000000000001","number":"260302010000079","assignment":1,"at":"2026-03-02T01:05:00Z","by":"city-urban","state":"replied","publicReply":"好"}"""u8;
        var read = (AssignmentChanged)WorkOrderDocument.Type.Facts.Read(EventTypes.AssignmentChanged, old);
        Assert.Null(read.Proofs);
        Assert.Equal(AssignmentState.Replied, WorkOrder.Apply(story.Order, read with { At = story.Now }).Assignment(1)!.State);
    }

    private static Story Drafted() =>
        new Story().Accept().Dispatch("city-urban").Sign(Staff.CityUrban, 1).Start(Staff.CityUrban, 1).Reply(Staff.CityUrban, 1);

    private static AssignmentView ViewOf(Story story, StaffUser user) =>
        WorkOrderViews.Of(new Document<WorkOrder>(story.Order.Id, 1, story.Facts.Count, story.Order, []), user, Staff.Office).Assignments[0];
}
