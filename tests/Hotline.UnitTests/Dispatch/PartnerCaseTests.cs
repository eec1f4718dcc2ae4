using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Xunit;

namespace Hotline.UnitTests.Dispatching;

/// <summary>How long a partner who stands for a unit may have a citizen's contact shown.</summary>
public sealed class PartnerCaseTests
{
    private static readonly StaffUser Housing = new("partner:housing", new HashSet<string>(), "city-housing");

    [Fact]
    public void While_his_unit_is_at_work_and_not_after_a_redo_or_the_closing()
    {
        var story = new Story();
        Assert.False(WorkOrderScope.HasNow(Housing, story.Order));
        story.Accept().Dispatch("city-housing");
        Assert.True(WorkOrderScope.HasNow(Housing, story.Order));
        story.Handle(Staff.CityHousing, 1, Staff.Dispatcher).Say(solved: false).Redo("city-water");
        Assert.False(WorkOrderScope.HasNow(Housing, story.Order));
        Assert.True(WorkOrderScope.MaySeeAsPartner(Housing, story.Order)); // what became of what he did

        story = new Story().Accept().Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher).Say(solved: true);
        Assert.Equal(WorkOrderState.Closed, story.Order.State);
        Assert.False(WorkOrderScope.HasNow(Housing, story.Order));
    }
}
