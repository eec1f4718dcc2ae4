using Hotline.Dispatch;
using Hotline.Hosting;

namespace Hotline.UnitTests.Dispatching;

public sealed class TransitionTests
{
    private static readonly Dictionary<WorkOrderState, WorkOrderState[]> Orders = new()
    {
        [WorkOrderState.Received] = [WorkOrderState.Accepted],
        [WorkOrderState.Accepted] = [WorkOrderState.Answered, WorkOrderState.InHandling],
        [WorkOrderState.Answered] = [WorkOrderState.Callback, WorkOrderState.Closed],
        [WorkOrderState.InHandling] = [WorkOrderState.Handled, WorkOrderState.Accepted],
        [WorkOrderState.Handled] = [WorkOrderState.Callback, WorkOrderState.Promise],
        [WorkOrderState.Promise] = [WorkOrderState.Callback],
        [WorkOrderState.Callback] = [WorkOrderState.Closed, WorkOrderState.Review],
        [WorkOrderState.Review] = [WorkOrderState.Accepted, WorkOrderState.Closed],
        [WorkOrderState.Closed] = [WorkOrderState.Review],
    };

    /// <summary>The states an order rests in; answered and handled lead on in the same commit.</summary>
    private static readonly Dictionary<WorkOrderState, Func<Story>> OrderAt = new()
    {
        [WorkOrderState.Received] = () => new Story(),
        [WorkOrderState.Accepted] = () => new Story().Accept(),
        [WorkOrderState.InHandling] = () => new Story().Accept().Dispatch(),
        [WorkOrderState.Promise] = () => new Story().Accept().Dispatch("city-housing").Sign(Staff.CityHousing, 1).Start(Staff.CityHousing, 1)
            .Promise(Staff.CityHousing, 1, new(2026, 3, 20)).Review(Staff.Dispatcher, 1),
        [WorkOrderState.Callback] = () => new Story().Accept().Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher),
        [WorkOrderState.Review] = () => new Story().Accept().Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher).Say(solved: false),
        [WorkOrderState.Closed] = () => new Story().Accept().Answer(),
    };

    private static readonly Dictionary<WorkOrderState, string[]> OrderActionsAllowed = new()
    {
        [WorkOrderState.Received] = ["accept"],
        [WorkOrderState.Accepted] = ["answer", "dispatch"],
        [WorkOrderState.InHandling] = ["dispatch"], // another unit may join while others are at work
        [WorkOrderState.Promise] = [],
        [WorkOrderState.Callback] = [],
        [WorkOrderState.Review] = ["redo", "explain"],
        [WorkOrderState.Closed] = [],
    };

    private static readonly Dictionary<string, (WorkOrderState Wanted, WorkOrderState After, StaffUser User, Func<WorkOrder, Request, Decision> Decide)> OrderActions = new()
    {
        ["accept"] = (WorkOrderState.Accepted, WorkOrderState.Accepted, Staff.Acceptor, (o, r) => WorkOrderDecisions.Accept(o, new("help", "road-repair", "normal"), r)),
        ["answer"] = (WorkOrderState.Answered, WorkOrderState.Closed, Staff.Acceptor, (o, r) => WorkOrderDecisions.Answer(o, new("答", "依据"), r)),
        ["dispatch"] = (WorkOrderState.InHandling, WorkOrderState.InHandling, Staff.Dispatcher, (o, r) => WorkOrderDecisions.Dispatch(o, new("city-water", "lead"), r)),
        ["redo"] = (WorkOrderState.Accepted, WorkOrderState.InHandling, Staff.Acceptor, (o, r) => ReviewDecisions.Redo(o, new("没有修好"), r)),
        ["explain"] = (WorkOrderState.Closed, WorkOrderState.Closed, Staff.Acceptor, (o, r) => ReviewDecisions.Explain(o, new("说明", "依据"), r)),
    };

    private static readonly Dictionary<AssignmentState, string[]> AssignmentActionsAllowed = new()
    {
        [AssignmentState.Dispatched] = ["sign", "return"],
        [AssignmentState.SignedFor] = ["start", "return", "dispatch"],
        [AssignmentState.InHandling] = ["reply", "return", "dispatch"],
        [AssignmentState.Replied] = ["review", "send-back"],
        [AssignmentState.SentBack] = ["start"],
        [AssignmentState.ReturnAsked] = ["approve-return", "refuse-return"],
        [AssignmentState.Reviewed] = [],
        [AssignmentState.Returned] = [],
    };

    private static readonly Dictionary<AssignmentState, Func<Story>> AssignmentAt = new()
    {
        [AssignmentState.Dispatched] = Given,
        [AssignmentState.SignedFor] = () => Given().Sign(Staff.Lishi, 1),
        [AssignmentState.InHandling] = () => Given().Sign(Staff.Lishi, 1).Start(Staff.Lishi, 1),
        [AssignmentState.Replied] = () => Given().Sign(Staff.Lishi, 1).Start(Staff.Lishi, 1).Reply(Staff.Lishi, 1),
        [AssignmentState.SentBack] = () => Given().Sign(Staff.Lishi, 1).Start(Staff.Lishi, 1).Reply(Staff.Lishi, 1).SendBack(Staff.Dispatcher, 1),
        [AssignmentState.ReturnAsked] = () => Given().AskReturn(Staff.Lishi, 1),
        [AssignmentState.Reviewed] = () => Given().Handle(Staff.Lishi, 1, Staff.Dispatcher),
        [AssignmentState.Returned] = () => Given().AskReturn(Staff.Lishi, 1).ApproveReturn(Staff.Dispatcher, 1),
    };

    private static readonly Dictionary<string, (StaffUser User, Func<WorkOrder, Request, Decision> Decide)> AssignmentActions = new()
    {
        ["sign"] = (Owner, (o, r) => AssignmentDecisions.Sign(o, 1, new(), r)),
        ["start"] = (Owner, (o, r) => AssignmentDecisions.Start(o, 1, new(), r)),
        ["reply"] = (Owner, (o, r) => AssignmentDecisions.Reply(o, 1, new("已办"), r)),
        ["return"] = (Owner, (o, r) => AssignmentDecisions.AskReturn(o, 1, new("理由", "city-housing"), r)),
        ["dispatch"] = (Owner, (o, r) => AssignmentDecisions.Dispatch(o, 1, new("141102-housing", "lead"), r)),
        ["review"] = (Giver, (o, r) => AssignmentDecisions.Review(o, 1, new(), r)),
        ["send-back"] = (Giver, (o, r) => AssignmentDecisions.SendBack(o, 1, Story.Note, r)),
        ["approve-return"] = (Giver, (o, r) => AssignmentDecisions.ApproveReturn(o, 1, new(), r)),
        ["refuse-return"] = (Giver, (o, r) => AssignmentDecisions.RefuseReturn(o, 1, Story.Note, r)),
    };

    public static TheoryData<WorkOrderState, string> EveryOrderAction => Pairs(OrderAt.Keys, OrderActions.Keys);

    public static TheoryData<AssignmentState, string> EveryAssignmentAction => Pairs(AssignmentAt.Keys, AssignmentActions.Keys);

    /// <summary>Sees the assignment in every state, returned ones too, so that only the state refuses.</summary>
    private static StaffUser Owner => Staff.Lishi with { Roles = Staff.Lishi.Roles.Append("auditor").ToHashSet() };

    private static StaffUser Giver => Staff.Dispatcher;

    [Fact]
    public void The_table_of_orders_is_the_one_of_the_domain() => Assert.All(
        Orders.Keys.SelectMany(_ => Orders.Keys, (before, after) => (before, after)),
        pair => Assert.Equal(Orders[pair.before].Contains(pair.after), pair.before.MayBecome(pair.after)));

    [Fact]
    public void Every_state_of_an_assignment_has_a_name_that_reads_back() => Assert.All(
        Enum.GetValues<AssignmentState>(), state => Assert.Equal(state, AssignmentStates.Parse(state.Name())));

    [Theory]
    [MemberData(nameof(EveryOrderAction))]
    public void An_order_moves_where_the_table_lets_it_and_nowhere_else(WorkOrderState from, string action)
    {
        var story = OrderAt[from]();
        Assert.Equal(from, story.Order.State);
        var (wanted, after, user, decide) = OrderActions[action];

        var decision = story.Try(user, decide);

        if (OrderActionsAllowed[from].Contains(action))
        {
            Assert.Equal(after, story.Take(Assert.IsType<Decision.Granted>(decision).Facts).Order.State);
        }
        else
        {
            var conflict = Assert.IsType<Decision.Conflict>(decision);
            Assert.Contains(from.Name(), conflict.Detail, StringComparison.Ordinal);
            Assert.Contains(wanted.Name(), conflict.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(EveryAssignmentAction))]
    public void An_assignment_moves_where_the_table_lets_it_and_nowhere_else(AssignmentState from, string action)
    {
        var story = AssignmentAt[from]();
        Assert.Equal(from, story.Order.Assignment(1)!.State);
        var (user, decide) = AssignmentActions[action];

        var decision = story.Try(user, decide);

        if (AssignmentActionsAllowed[from].Contains(action))
        {
            var before = Story.Render(story.Order);
            Assert.NotEqual(before, Story.Render(story.Take(Assert.IsType<Decision.Granted>(decision).Facts).Order));
        }
        else
        {
            var conflict = Assert.IsType<Decision.Conflict>(decision);
            var state = story.Order.IsWithUnits ? from.Name() : story.Order.State.Name();
            Assert.Contains(state, conflict.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_withdrawal_closes_from_every_open_state() => Assert.All(OrderAt.Where(s => s.Key != WorkOrderState.Closed), at =>
    {
        var story = at.Value().Withdraw();

        Assert.Equal(WorkOrderState.Closed, story.Order.State);
        Assert.Equal((ReplyTexts.Withdrawn, "closed"), (story.Replies.Last().Kind, story.Replies.Last().State));
    });

    [Fact]
    public void Nothing_moves_in_a_withdrawn_order()
    {
        var story = AssignmentAt[AssignmentState.InHandling]().Withdraw();

        Assert.All(AssignmentActions.Values, action => Assert.IsType<Decision.Conflict>(story.Try(action.User, action.Decide)));
        Assert.All(OrderActions.Values, action => Assert.IsType<Decision.Conflict>(story.Try(action.User, action.Decide)));
    }

    private static Story Given() => new Story().Accept().Dispatch();

    private static TheoryData<T1, T2> Pairs<T1, T2>(IEnumerable<T1> first, IReadOnlyCollection<T2> second)
    {
        var pairs = new TheoryData<T1, T2>();
        foreach (var (a, b) in first.SelectMany(a => second.Select(b => (a, b))))
        {
            pairs.Add(a, b);
        }

        return pairs;
    }
}
