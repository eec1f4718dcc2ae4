using FsCheck;
using FsCheck.Fluent;
using Hotline.Contracts;
using Hotline.Dispatch;

namespace Hotline.UnitTests.Dispatching;

/// <summary>Doubled, late and shuffled facts.</summary>
public sealed class WorkOrderFoldTests
{
    private static readonly Config Repeatable = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20260302UL, 12345UL);

    private static readonly IReadOnlyList<IReadOnlyList<object>> Stories =
    [
        new Story().Accept().Answer().Facts,
        new Story().Accept().Dispatch().AskReturn(Staff.Lishi, 1).RefuseReturn(Staff.Dispatcher, 1).Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-housing")
            .Sign(Staff.LishiHousing, 2).Start(Staff.LishiHousing, 2).Reply(Staff.LishiHousing, 2).SendBack(Staff.Lishi, 2).Start(Staff.LishiHousing, 2)
            .Reply(Staff.LishiHousing, 2).Review(Staff.Lishi, 2).Reply(Staff.Lishi, 1).Review(Staff.Dispatcher, 1).Ask().Say().Facts,
        new Story().Accept().Dispatch().AskReturn(Staff.Lishi, 1).ApproveReturn(Staff.Dispatcher, 1).Dispatch("city-housing").Dispatch("city-water", "co")
            .Handle(Staff.CityHousing, 2, Staff.Dispatcher).Facts,
        new Story().Accept().Dispatch().Sign(Staff.Lishi, 1).Withdraw().Facts,
    ];

    /// <summary>Those too that are opened again.</summary>
    private static readonly IReadOnlyList<IReadOnlyList<object>> AllStories =
    [
        .. Stories,
        new Story().Accept().Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher).Ask().Say(solved: false).Redo().Handle(Staff.CityHousing, 2, Staff.Dispatcher).Ask()
            .Say(satisfied: "dissatisfied").Redo("city-water").Handle(Staff.CityWater, 3, Staff.Dispatcher).Ask().Say(solved: false).Explain().Facts,
        new Story { Sample = 100 }.Accept().Answer().Ask().Say().Reopen().Redo("city-housing").Sign(Staff.CityHousing, 1).Start(Staff.CityHousing, 1)
            .Promise(Staff.CityHousing, 1, new(2026, 3, 20)).Review(Staff.Dispatcher, 1).Facts,
    ];

    private static readonly IReadOnlyList<object> FromTheCitizen =
        [Supplement(1), Supplement(2), new WorkOrderUrged(Appeals.Id, "n", default, Submission(3), "快些"), new WorkOrderUrged(Appeals.Id, "n", default, Submission(4), null)];

    [Fact]
    public void Facts_that_come_again_later_change_nothing() => Check(
        from story in Gen.Elements(AllStories.ToArray())
        from doubled in Gen.ListOf(Gen.Choose(0, story.Count - 1))
        from places in Gen.ListOf(Gen.Choose(0, int.MaxValue), doubled.Count)
        select Fold(Insert(story, doubled, places)) == Fold(story));

    [Fact]
    public void What_the_citizen_sends_meanwhile_may_arrive_at_any_moment_and_twice() => Check(
        from story in Gen.Elements(AllStories.ToArray())
        from order in Gen.Shuffle(FromTheCitizen.Concat(FromTheCitizen))
        from places in Gen.ListOf(Gen.Choose(1, story.Count), order.Length)
        select Fold(Mix(story, order, places)) == Fold(story.Concat(FromTheCitizen)));

    [Fact]
    public void No_order_of_facts_breaks_the_fold_or_reopens_what_is_closed() => Check(
        from story in Gen.Elements(Stories.ToArray())
        from shuffled in Gen.Shuffle(story.Skip(1).Concat(story.Skip(1)))
        select StaysClosed([story[0], .. shuffled]));

    [Fact]
    public void Parts_of_different_units_do_not_depend_on_each_other()
    {
        var opening = new Story().Accept().Dispatch().Dispatch("city-housing").Dispatch("city-water");
        var count = opening.Facts.Count;
        var parts = opening.Sign(Staff.Lishi, 1).Start(Staff.Lishi, 1).Sign(Staff.CityHousing, 2).Start(Staff.CityHousing, 2).Reply(Staff.CityHousing, 2)
            .Sign(Staff.CityWater, 3).AskReturn(Staff.CityWater, 3).RefuseReturn(Staff.Dispatcher, 3).Facts.Skip(count).Cast<AssignmentChanged>().ToList();

        Check(
            from whose in Gen.Shuffle(parts.Select(p => p.Assignment))
            select Fold(opening.Facts.Take(count).Concat(Interleave(parts, whose))) == Fold(opening.Facts));
    }

    [Fact]
    public void An_order_begins_with_its_opening() => Assert.Throws<InvalidOperationException>(() => WorkOrder.Apply(null, Supplement(1)));

    [Fact]
    public void Facts_of_a_newer_version_are_passed_over()
    {
        var order = new Story().Order;

        Assert.Same(order, WorkOrder.Apply(order, new DeadLetterStandIn()));
    }

    private static void Check(Gen<bool> holds) => Prop.ForAll(holds.ToArbitrary(), (bool yes) => yes).Check(Repeatable);

    private static string Fold(IEnumerable<object> facts) => Story.Render(facts.Aggregate((WorkOrder?)null, WorkOrder.Apply)!);

    private static bool StaysClosed(IEnumerable<object> facts)
    {
        WorkOrder? order = null;
        foreach (var fact in facts)
        {
            var wasClosed = order?.State == WorkOrderState.Closed;
            order = WorkOrder.Apply(order, fact);
            if (wasClosed && order.State != WorkOrderState.Closed)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The facts of each part in their own order, the parts taking turns as told.</summary>
    private static IEnumerable<object> Interleave(IEnumerable<AssignmentChanged> parts, IEnumerable<int> whose)
    {
        var queues = parts.GroupBy(p => p.Assignment).ToDictionary(g => g.Key, g => new Queue<AssignmentChanged>(g));
        return whose.Select(assignment => queues[assignment].Dequeue());
    }

    /// <summary>Each doubled fact again, anywhere after the first.</summary>
    private static List<object> Insert(IReadOnlyList<object> story, IReadOnlyList<int> doubled, IReadOnlyList<int> places)
    {
        var facts = story.ToList();
        foreach (var (which, place) in doubled.Zip(places))
        {
            var first = facts.IndexOf(story[which]);
            facts.Insert(first + 1 + (place % (facts.Count - first)), story[which]);
        }

        return facts;
    }

    private static List<object> Mix(IReadOnlyList<object> story, IReadOnlyList<object> others, IReadOnlyList<int> places)
    {
        var facts = story.ToList();
        foreach (var (other, place) in others.Zip(places))
        {
            facts.Insert(place, other);
        }

        return facts;
    }

    private static Guid Submission(byte last) => new([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, last]);

    private static WorkOrderSupplemented Supplement(byte last) => new(Appeals.Id, "n", default, Submission(last), "补充");

    private sealed record DeadLetterStandIn;
}
