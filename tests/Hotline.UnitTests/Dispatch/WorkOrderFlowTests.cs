using Hotline.Contracts;
using Hotline.Dispatch;

namespace Hotline.UnitTests.Dispatching;

/// <summary>The ways of an order through three levels.</summary>
public sealed class WorkOrderFlowTests
{
    [Fact]
    public void Three_levels_down_and_up_again()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1)
            .SubDispatch(Staff.Lishi, 1, "141102-housing")
            .Handle(Staff.LishiHousing, 2, Staff.Lishi);
        Assert.Equal((WorkOrderState.InHandling, AssignmentState.InHandling), (story.Order.State, story.Order.Assignment(1)!.State));

        story.Reply(Staff.Lishi, 1, text: null).Review(Staff.Dispatcher, 1);
        Assert.Equal(WorkOrderState.Callback, story.Order.State);
        Assert.Equal("路面已修好。", story.Order.Handling!.PublicReply);

        story.Ask().Say();
        Assert.Equal((WorkOrderState.Closed, Outcomes.Solved), (story.Order.State, story.Order.Closing!.Outcome));
        Assert.Equal(["accepted", "dispatched", "handled", "callback", "closed"], story.Replies.Select(r => r.Kind));
        Assert.Equal([1, 2, 3, 4, 5], story.Replies.Select(r => r.Version));
    }

    [Fact]
    public void A_station_cannot_reply_before_its_units_are_reviewed()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-housing");

        Assert.IsType<Decision.Conflict>(story.Try(Staff.Lishi, (o, r) => AssignmentDecisions.Reply(o, 1, new("好了"), r)));
        Assert.IsType<Decision.Conflict>(story.Try(Staff.Lishi, (o, r) => AssignmentDecisions.AskReturn(o, 1, new("理由", "city-housing"), r)));
    }

    [Fact]
    public void A_station_passes_down_only_within_its_own_subtree()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1);

        foreach (var unit in new[] { "141181-housing", "city-housing", "station-141102", "absent" })
        {
            Assert.Equal("unit", Assert.Single(Assert.IsType<Decision.Invalid>(story.Try(Staff.Lishi, (o, r) => AssignmentDecisions.Dispatch(o, 1, new(unit, "lead"), r))).Errors).Field);
        }
    }

    [Fact]
    public void The_hotline_dispatches_to_a_county_unit_by_way_of_its_station()
    {
        var story = new Story().Accept();

        var error = Assert.Single(Assert.IsType<Decision.Invalid>(story.Try(Staff.Dispatcher, (o, r) => WorkOrderDecisions.Dispatch(o, new("141102-housing", "lead"), r))).Errors);

        Assert.Contains("station-141102", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_order_is_handled_when_every_lead_is_reviewed_and_not_before()
    {
        var story = new Story().Accept().Dispatch().Dispatch("city-housing").Dispatch("city-water", "co").Handle(Staff.Lishi, 1, Staff.Dispatcher);
        Assert.Equal(WorkOrderState.InHandling, story.Order.State);

        story.Handle(Staff.CityHousing, 2, Staff.Dispatcher);

        Assert.Equal(WorkOrderState.Callback, story.Order.State);
        Assert.Equal("离石区12345工作站：路面已修好。\n吕梁市住房和城乡建设局：路面已修好。", story.Order.Handling!.PublicReply);
    }

    [Fact]
    public void A_reviewed_co_handler_does_not_end_the_handling()
    {
        var story = new Story().Accept().Dispatch().Dispatch("city-water", "co").Handle(Staff.CityWater, 2, Staff.Dispatcher);

        Assert.Equal(WorkOrderState.InHandling, story.Order.State);
    }

    [Fact]
    public void A_co_handler_needs_somebody_to_help() =>
        Assert.IsType<Decision.Conflict>(new Story().Accept().Try(Staff.Dispatcher, (o, r) => WorkOrderDecisions.Dispatch(o, new("city-water", "co"), r)));

    [Fact]
    public void A_unit_is_not_given_the_same_order_twice_at_once() =>
        Assert.IsType<Decision.Conflict>(new Story().Accept().Dispatch().Try(Staff.Dispatcher, (o, r) => WorkOrderDecisions.Dispatch(o, new("station-141102", "lead"), r)));

    [Fact]
    public void An_approved_return_leads_back_to_the_dispatcher_and_on_to_another_unit()
    {
        var story = new Story().Accept().Dispatch().AskReturn(Staff.Lishi, 1).ApproveReturn(Staff.Dispatcher, 1);
        Assert.Equal(WorkOrderState.Accepted, story.Order.State);

        story.Dispatch("city-housing").Handle(Staff.CityHousing, 2, Staff.Dispatcher);
        Assert.Equal(WorkOrderState.Callback, story.Order.State);
    }

    [Fact]
    public void An_approved_return_keeps_the_order_with_the_units_while_another_lead_is_at_work()
    {
        var story = new Story().Accept().Dispatch().Dispatch("city-housing").AskReturn(Staff.Lishi, 1).ApproveReturn(Staff.Dispatcher, 1);
        Assert.Equal(WorkOrderState.InHandling, story.Order.State);

        Assert.Equal(WorkOrderState.Callback, story.Handle(Staff.CityHousing, 2, Staff.Dispatcher).Order.State);
    }

    [Fact]
    public void A_child_that_is_returned_comes_back_to_its_station()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-housing")
            .AskReturn(Staff.LishiHousing, 2, "141102-urban").ApproveReturn(Staff.Lishi, 2);
        Assert.Equal(WorkOrderState.InHandling, story.Order.State);

        story.SubDispatch(Staff.Lishi, 1, "141102-urban").Handle(Staff.LishiUrban, 3, Staff.Lishi);
        Assert.Equal(1, story.Order.Assignment(3)!.Parent);
    }

    [Fact]
    public void A_refused_return_goes_on_where_it_was_gives_no_time_back_and_is_the_last()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1);
        var due = story.Order.Assignment(1)!.Given.DueAt;
        story.AskReturn(Staff.Lishi, 1).RefuseReturn(Staff.Dispatcher, 1);

        Assert.Equal((AssignmentState.SignedFor, due), (story.Order.Assignment(1)!.State, story.Order.Assignment(1)!.Given.DueAt));
        Assert.IsType<Decision.Conflict>(story.Try(Staff.Lishi, (o, r) => AssignmentDecisions.AskReturn(o, 1, new("理由", "city-housing"), r)));
    }

    [Fact]
    public void A_reply_that_is_sent_back_is_handled_again()
    {
        var story = new Story().Accept().Dispatch("city-housing").Sign(Staff.CityHousing, 1).Start(Staff.CityHousing, 1).Reply(Staff.CityHousing, 1, "查无此事。")
            .SendBack(Staff.Dispatcher, 1).Start(Staff.CityHousing, 1).Reply(Staff.CityHousing, 1).Review(Staff.Dispatcher, 1);

        Assert.Equal("路面已修好。", story.Order.Handling!.PublicReply);
    }

    [Fact]
    public void Only_the_unit_itself_moves_its_part_and_only_the_giver_judges_it()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-housing");

        Assert.IsType<Decision.Denied>(story.Try(Staff.Lishi, (o, r) => AssignmentDecisions.Sign(o, 2, new(), r)));
        Assert.IsType<Decision.Denied>(story.Try(Staff.Dispatcher, (o, r) => AssignmentDecisions.ApproveReturn(o, 2, new(), r)));
        Assert.IsType<Decision.Denied>(story.Try(Staff.Lishi, (o, r) => AssignmentDecisions.Review(o, 1, new(), r)));
        Assert.IsType<Decision.Missing>(story.Try(Staff.LishiHousing, (o, r) => AssignmentDecisions.Sign(o, 1, new(), r)));
        Assert.IsType<Decision.Missing>(story.Try(Staff.Xiaoyi, (o, r) => AssignmentDecisions.Sign(o, 1, new(), r)));
        Assert.IsType<Decision.Missing>(story.Try(Staff.Lishi, (o, r) => AssignmentDecisions.Sign(o, 9, new(), r)));
    }

    [Fact]
    public void A_child_is_due_no_later_than_the_part_it_belongs_to()
    {
        var story = new Story().Accept("consultation").Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-housing");

        Assert.Equal(story.Order.Assignment(1)!.Given.DueAt, story.Order.Assignment(2)!.Given.DueAt);
        Assert.Contains("上级转派件", story.Order.Assignment(2)!.Given.DueReason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_citizen_reads_no_internal_note_no_basis_and_no_name_of_staff()
    {
        var story = new Story().Accept().Dispatch().AskReturn(Staff.Lishi, 1).ApproveReturn(Staff.Dispatcher, 1).Answer().Reopen().Explain();

        Assert.All(story.Replies, reply => Assert.All(
            new[] { "内部说明", "请尽快办理", "不属本单位职责", "办事指南", "市政改造计划", "-01" }, secret => Assert.DoesNotContain(secret, reply.Text, StringComparison.Ordinal)));
        Assert.Contains("2026年3月9日 09:01前", story.Replies.First().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, null, "nature,urgency,category")]
    [InlineData("anger", "urban", "soon", "nature,urgency,category")]
    [InlineData("help", "absent", "normal", "category")]
    public void A_bad_acceptance_names_each_field(string? nature, string? category, string? urgency, string fields) => Assert.Equal(
        fields.Split(','),
        Assert.IsType<Decision.Invalid>(new Story().Try(Staff.Acceptor, (o, r) => WorkOrderDecisions.Accept(o, new(nature, category, urgency), r))).Errors.Select(e => e.Field));

    [Fact]
    public void Texts_too_long_empty_or_with_control_characters_are_refused()
    {
        var story = new Story().Accept();

        foreach (var text in new[] { "", "  ", new string('长', 5001), "a\u0007b" })
        {
            Assert.Equal("text", Assert.Single(Assert.IsType<Decision.Invalid>(story.Try(Staff.Agent, (o, r) => WorkOrderDecisions.Answer(o, new(text, "依据"), r))).Errors).Field);
        }

        Assert.IsType<Decision.Granted>(story.Try(Staff.Agent, (o, r) => WorkOrderDecisions.Answer(o, new("一\r\n二\t三", "依据"), r)));
    }
}
