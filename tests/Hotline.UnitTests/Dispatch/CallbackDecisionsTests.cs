using Hotline.Contracts;
using Hotline.Dispatch;

namespace Hotline.UnitTests.Dispatching;

/// <summary>What becomes of an order by what the citizen says of it.</summary>
public sealed class CallbackDecisionsTests
{
    [Fact]
    public void Not_solved_is_reviewed_and_handled_again_at_most_twice()
    {
        var story = Handled().Say(solved: false, words: "还是坑");
        Assert.Equal((WorkOrderState.Review, "not-solved", "还是坑"), (story.Order.State, story.Order.Review!.Ground, story.Order.Review.Text));

        story.Redo().Handle(Staff.CityHousing, 2, Staff.Dispatcher);
        Assert.Equal((WorkOrderState.Callback, 2), (story.Order.State, story.Order.Round));
        story.Say(satisfied: "dissatisfied");
        Assert.Equal("not-content", story.Order.Review!.Ground);
        Assert.Null(story.Order.Oversight);

        story.Redo("city-water").Handle(Staff.CityWater, 3, Staff.Dispatcher).Say(solved: false);
        Assert.NotNull(story.Order.Oversight);
        Assert.IsType<Decision.Conflict>(story.Try(Staff.Acceptor, (o, r) => ReviewDecisions.Redo(o, new("再办"), r)));
        Assert.Contains("oversight-wanted", WorkOrderDocument.Type.Indexes.Single(i => i.Name == WorkOrderDocument.StateIndex).Values(story.Order));

        story.Explain();
        Assert.Equal((WorkOrderState.Closed, Outcomes.Explained, "市政改造计划第12项"), (story.Order.State, story.Order.Closing!.Outcome, story.Order.Closing.Evidence));
        Assert.Contains("该路段明年改造", story.Replies.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_redo_is_answered_by_the_new_reply_alone_and_only_its_leads_count()
    {
        var story = Handled().Say(solved: false).Redo("city-water");
        Assert.Equal(["city-water"], story.Order.Leads.Select(a => a.Unit));

        story.Sign(Staff.CityWater, 2).Start(Staff.CityWater, 2).Reply(Staff.CityWater, 2, "重做好了。").Review(Staff.Dispatcher, 2);
        Assert.Equal("重做好了。", story.Order.Handling!.PublicReply);
    }

    [Fact]
    public void Who_reviewed_or_answered_does_not_decide_the_review()
    {
        Assert.IsType<Decision.Denied>(Handled().Say(solved: false).Try(Staff.Dispatcher, (o, r) => ReviewDecisions.Redo(o, new("再办"), r)));
        Assert.IsType<Decision.Denied>(new Story { Sample = 100 }.Accept().Answer().Say(solved: false).Try(Staff.Agent, (o, r) => ReviewDecisions.Explain(o, new("说", "据"), r)));
    }

    [Fact]
    public void A_direct_answer_that_is_redone_without_a_unit_goes_back_to_the_dispatcher()
    {
        var story = new Story { Sample = 100 }.Accept().Answer().Say(solved: false).Redo();

        Assert.Equal(WorkOrderState.Accepted, story.Order.State);
        Assert.Equal(WorkOrderState.Callback, story.Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher).Order.State);
    }

    [Fact]
    public void He_may_think_better_of_it_while_it_is_under_review_and_not_after()
    {
        var story = Handled().Say(solved: false);
        var late = story.AnswerOf(solved: true, "satisfied");
        Assert.Null(CallbackDecisions.Answer(story.Order, story.AnswerOf(solved: false, "dissatisfied"), story.Now, Story.ReopenDays));
        Assert.Equal(WorkOrderState.Closed, story.Take(CallbackDecisions.Answer(story.Order, late, story.Now, Story.ReopenDays)!.Facts).Order.State);

        Assert.Null(CallbackDecisions.Answer(story.Order, late, story.Now, Story.ReopenDays));
        Assert.Null(CallbackDecisions.Answer(story.Reopen().Order, late, story.Now, Story.ReopenDays));
    }

    [Theory]
    [InlineData(10, WorkOrderState.Review)]
    [InlineData(11, WorkOrderState.Closed)]
    public void Not_content_on_his_platform_after_nobody_reached_him_is_looked_at_within_the_days(int days, WorkOrderState state)
    {
        var story = Handled();
        story.Take(CallbackDecisions.End(story.Order, new(story.Order.Id, story.Order.Number, story.Now, 1, Outcomes.Unreachable), story.Now)!.Facts);
        var late = story.AnswerOf(solved: false, "dissatisfied") with { At = story.Order.Closing!.At.AddDays(days) };
        story.Take(CallbackDecisions.Answer(story.Order, late, late.At, Story.ReopenDays)?.Facts ?? []);
        Assert.Equal(state, story.Order.State);
    }

    [Fact]
    public void A_share_left_open_ends_with_its_round()
    {
        var story = new Story().Accept().Dispatch("city-housing").Dispatch("city-water", AssignmentRoles.Co);
        story.Handle(Staff.CityHousing, 1, Staff.Dispatcher).Say(solved: false).Redo("city-housing");
        Assert.DoesNotContain(Clocks.Running(story.Order, Staff.Office), clock => clock.Assignment?.Number == 2);
        Assert.IsType<Decision.Conflict>(story.Try(Staff.CityWater, (o, r) => AssignmentDecisions.Sign(o, 2, new(), r)));
        Assert.DoesNotContain(WorkOrderDocument.UnitValue("city-water", WorkOrderDocument.Open), UnitsOf(story.Order));

        Assert.Equal("ended", AssignmentViews.StateOf(story.Order, story.Order.Assignment(2)!).Name);
        story.Dispatch("city-water", AssignmentRoles.Co);
        Assert.Contains(WorkOrderDocument.UnitValue("city-water", WorkOrderDocument.Open), UnitsOf(story.Order));

        static IEnumerable<string> UnitsOf(WorkOrder order) => WorkOrderDocument.Type.Indexes.Single(index => index.Name == WorkOrderDocument.UnitIndex).Values(order);
    }

    [Fact]
    public void A_changed_answer_undoes_a_closing_it_crossed_and_what_comes_again_has_no_effect()
    {
        var story = Handled();
        var content = story.AnswerOf(solved: true, "satisfied");
        var changed = content with { At = content.At.AddSeconds(1), Answer = new(false, "dissatisfied", Words: "又坏了"), IsContent = false };
        story.Take(CallbackDecisions.Answer(story.Order, content, story.Now, Story.ReopenDays)!.Facts);
        Assert.Equal(WorkOrderState.Closed, story.Order.State);
        Assert.Null(CallbackDecisions.Answer(story.Order, content, story.Now, Story.ReopenDays));

        story.Take(CallbackDecisions.Answer(story.Order, changed, story.Now, Story.ReopenDays)!.Facts);
        Assert.Equal((WorkOrderState.Review, "又坏了"), (story.Order.State, story.Order.Review!.Text));
        Assert.All(new[] { content, changed }, again => Assert.Null(CallbackDecisions.Answer(story.Order, again, story.Now, Story.ReopenDays)));
    }

    [Fact]
    public void What_was_said_of_an_earlier_round_moves_nothing()
    {
        var story = Handled();
        var first = story.AnswerOf(solved: false, "dissatisfied");
        story.Take(CallbackDecisions.Answer(story.Order, first, story.Now, Story.ReopenDays)!.Facts).Redo().Handle(Staff.CityHousing, 2, Staff.Dispatcher);

        Assert.Null(CallbackDecisions.Answer(story.Order, first, story.Now, Story.ReopenDays));
        Assert.Null(CallbackDecisions.End(story.Order, new(story.Order.Id, story.Order.Number, story.Now, 1, "unreachable"), story.Now));
        Assert.Null(CallbackDecisions.Ask(story.Order, new(story.Order.Id, story.Order.Number, story.Now, 1, "链接"), story.Now));
    }

    [Fact]
    public void The_link_is_passed_on_once_for_each_round()
    {
        var story = Handled().Ask();
        Assert.Null(CallbackDecisions.Ask(story.Order, new(story.Order.Id, story.Order.Number, story.Now, 1, "链接"), story.Now));

        story.Say(solved: false).Redo().Handle(Staff.CityHousing, 2, Staff.Dispatcher).Ask();
        Assert.Equal(2, story.Replies.Count(r => r.Kind == ReplyTexts.Callback));
    }

    [Theory]
    [InlineData(Outcomes.Unreachable, "未能联系上")]
    [InlineData(Outcomes.Unanswered, "已办结并结案")]
    public void Who_was_not_reached_or_did_not_say_is_closed_as_such(string outcome, string words)
    {
        var story = Handled();
        story.Take(CallbackDecisions.End(story.Order, new(story.Order.Id, story.Order.Number, story.Now, 1, outcome), story.Now)!.Facts);

        Assert.Equal((WorkOrderState.Closed, outcome), (story.Order.State, story.Order.Closing!.Outcome));
        Assert.Contains(words, story.Replies.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_promise_is_told_and_asked_about_when_its_day_is_over()
    {
        var story = new Story().Accept().Dispatch("city-housing").Sign(Staff.CityHousing, 1).Start(Staff.CityHousing, 1)
            .Promise(Staff.CityHousing, 1, new(2026, 3, 20)).Review(Staff.Dispatcher, 1);
        Assert.Equal(WorkOrderState.Promise, story.Order.State);
        Assert.Contains("2026年3月20日", story.Replies.Last().Text, StringComparison.Ordinal);

        Assert.False(CallbackDecisions.IsPromiseOver(story.Order, new(2026, 3, 20, 15, 59, 0, TimeSpan.Zero)));
        Assert.True(CallbackDecisions.IsPromiseOver(story.Order, new(2026, 3, 20, 16, 0, 0, TimeSpan.Zero)));
        Assert.Equal(WorkOrderState.Callback, story.Take(CallbackDecisions.Start(new(story.Order, story.Now), Staff.Office).Facts).Order.State);
    }

    [Fact]
    public void A_stations_reply_carries_the_promise_of_its_unit()
    {
        var story = new Story().Accept().Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-housing").Sign(Staff.LishiHousing, 2).Start(Staff.LishiHousing, 2)
            .Promise(Staff.LishiHousing, 2, new(2026, 3, 20)).Review(Staff.Lishi, 2).Reply(Staff.Lishi, 1, null).Review(Staff.Dispatcher, 1);

        Assert.Equal((WorkOrderState.Promise, new DateOnly(2026, 3, 20)), (story.Order.State, story.Order.Promise!.For));
    }

    [Fact]
    public void A_supplement_reopens_within_the_days_also_one_that_crossed_the_closing()
    {
        var order = Handled().Say().Order;
        var closed = order.Closing!.At;
        var unreached = Handled();
        unreached.Take(CallbackDecisions.End(unreached.Order, new(unreached.Order.Id, unreached.Order.Number, unreached.Now, 1, Outcomes.Unreachable), unreached.Now)!.Facts);

        Assert.True(ReviewDecisions.IsReopening(unreached.Order, unreached.Order.Closing!.At.AddMinutes(-1), 10)); // crossed the closing
        Assert.False(ReviewDecisions.IsReopening(order, order.AnsweredAt!.Value.AddSeconds(-1), 10)); // before he answered himself
        Assert.False(ReviewDecisions.IsAnswering(Handled().Order, CallbackDecisions.BegunAt(Handled().Order)!.Value.AddSeconds(-1))); // before he was asked
        Assert.True(ReviewDecisions.IsReopening(order, closed.AddDays(10), 10));
        Assert.False(ReviewDecisions.IsReopening(order, closed.AddDays(10).AddSeconds(1), 10));
        Assert.False(ReviewDecisions.IsReopening(new Story().Accept().Withdraw().Order, closed.AddDays(1), 10));
    }

    [Fact]
    public void The_sample_is_the_same_for_the_same_appeal_and_about_as_large_as_said()
    {
        var ids = Enumerable.Range(1, 2000).Select(i => new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0])).ToList();

        Assert.All(ids, id => Assert.Equal(CallbackDecisions.IsSampled(id, 10), CallbackDecisions.IsSampled(id, 10)));
        Assert.InRange(ids.Count(id => CallbackDecisions.IsSampled(id, 10)), 150, 250);
        Assert.DoesNotContain(ids, id => CallbackDecisions.IsSampled(id, 0));
        Assert.All(ids, id => Assert.True(CallbackDecisions.IsSampled(id, 100)));
    }

    private static Story Handled() => new Story().Accept().Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher);
}
