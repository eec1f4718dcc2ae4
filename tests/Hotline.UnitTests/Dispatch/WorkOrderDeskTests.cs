using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.UnitTests.Dispatching;

/// <summary>Who sees which orders.</summary>
public sealed class WorkOrderDeskTests : IAsyncLifetime
{
    private readonly MemoryDocuments<WorkOrder> _store = new(WorkOrderDocument.Type);
    private readonly WorkOrderDesk _desk;
    private string _received = "", _atLishi = "", _atLishiHousing = "", _atCityHousing = "", _closed = "";

    public WorkOrderDeskTests() => _desk = new(_store, Staff.Office, Options.Create(new DispatchOptions()), new TestTime());

    public async Task InitializeAsync()
    {
        _received = await AddAsync(1, a => new Story(a));
        _atLishi = await AddAsync(2, a => new Story(a).Accept().Dispatch());
        _atLishiHousing = await AddAsync(3, a => new Story(a with { Confidential = true }).Accept().Dispatch().Sign(Staff.Lishi, 1).SubDispatch(Staff.Lishi, 1, "141102-housing"));
        _atCityHousing = await AddAsync(4, a => new Story(a).Accept().Dispatch("city-housing").Dispatch("city-water", "co"));
        _closed = await AddAsync(5, a => new Story(a).Accept().Dispatch().Withdraw());
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task The_hotline_sees_all()
    {
        foreach (var user in new[] { Staff.Acceptor, Staff.Agent, Staff.Dispatcher, Staff.CallbackAgent, Staff.Auditor })
        {
            Assert.Equal([_received, _atLishi, _atLishiHousing, _atCityHousing], await ListAsync(user));
            Assert.Equal([_closed], await ListAsync(user, "closed"));
            Assert.NotNull(await _desk.FindAsync(user, _received, default));
        }
    }

    [Fact]
    public async Task A_station_sees_what_lies_in_its_own_subtree()
    {
        Assert.Equal([_atLishi, _atLishiHousing, _closed], await ListAsync(Staff.Lishi));
        Assert.Equal([_atLishiHousing], await ListAsync(Staff.Lishi, unit: "141102-housing"));
        Assert.Equal([_atLishi, _atLishiHousing], await ListAsync(Staff.Lishi, "open"));
        Assert.Equal([_closed], await ListAsync(Staff.Lishi, "closed"));
        Assert.Equal([], await ListAsync(Staff.Xiaoyi));
        Assert.Null(await ListAsync(Staff.Xiaoyi, unit: "141102-housing"));
        Assert.Null(await ListAsync(Staff.Xiaoyi, unit: "hotline"));
    }

    [Fact]
    public async Task A_unit_sees_its_own_alone()
    {
        Assert.Equal([_atLishiHousing], await ListAsync(Staff.LishiHousing));
        Assert.Equal([_atCityHousing], await ListAsync(Staff.CityHousing));
        Assert.Equal([_atCityHousing], await ListAsync(Staff.CityWater, "in-handling"));
        Assert.Equal([], await ListAsync(Staff.LishiUrban));
        Assert.Null(await ListAsync(Staff.LishiUrban, unit: "station-141102"));
    }

    [Fact]
    public async Task What_is_out_of_sight_and_what_does_not_exist_are_the_same()
    {
        foreach (var number in new[] { _received, _atLishi, _atCityHousing, AppealNumber.Compose(new(2026, 3, 2), 3, 999), "nonsense", "" })
        {
            Assert.Null(await _desk.FindAsync(Staff.LishiHousing, number, default));
            var (decision, after) = await _desk.ChangeAsync(Staff.LishiHousing, number, null, (o, r) => AssignmentDecisions.Sign(o, 1, new(), r), default);
            Assert.Equal(new Decision.Missing("没有这张工单。", "请核对编号；只能看到已转派给本单位的工单。"), decision);
            Assert.Null(after);
        }
    }

    [Fact]
    public async Task A_returned_order_is_out_of_sight_again()
    {
        var number = await AddAsync(6, a => new Story(a).Accept().Dispatch("city-housing").AskReturn(Staff.CityHousing, 1, "city-urban").ApproveReturn(Staff.Dispatcher, 1));

        Assert.Null(await _desk.FindAsync(Staff.CityHousing, number, default));
        Assert.DoesNotContain(number, (await ListAsync(Staff.CityHousing))!);
    }

    [Fact]
    public async Task The_contact_is_hidden_from_units_when_the_citizen_asked_for_it()
    {
        var hidden = (await _desk.FindAsync(Staff.LishiHousing, _atLishiHousing, default))!;
        var open = (await _desk.FindAsync(Staff.CityHousing, _atCityHousing, default))!;

        Assert.Null(WorkOrderViews.Of(hidden, Staff.LishiHousing, Staff.Office).ContactRef);
        Assert.Empty(WorkOrderViews.Of(hidden, Staff.Lishi, Staff.Office).Reach);
        Assert.NotNull(WorkOrderViews.Of(hidden, Staff.Dispatcher, Staff.Office).ContactRef);
        Assert.NotNull(WorkOrderViews.Of(open, Staff.CityHousing, Staff.Office).ContactRef);
    }

    [Fact]
    public async Task A_unit_sees_neither_the_parts_of_others_nor_the_clocks_of_the_hotline()
    {
        var order = (await _desk.FindAsync(Staff.LishiHousing, _atLishiHousing, default))!;

        Assert.Equal([2], WorkOrderViews.Of(order, Staff.LishiHousing, Staff.Office).Assignments.Select(a => a.Assignment));
        Assert.Equal([1, 2], WorkOrderViews.Of(order, Staff.Lishi, Staff.Office).Assignments.Select(a => a.Assignment));
        Assert.Equal([null, 2, 2, 2], WorkOrderViews.ClocksOf(order.State, Staff.LishiHousing, Staff.Office, Appeals.ReceivedAt).Clocks.Select(c => c.Assignment));
    }

    [Fact]
    public async Task Pages_follow_one_another()
    {
        var first = (await _desk.ListAsync(Staff.Auditor, new(null, null, 0, 3), default))!.Value;
        var second = (await _desk.ListAsync(Staff.Auditor, new(null, null, first.Next!.Value, 3), default))!.Value;

        Assert.Equal([_received, _atLishi, _atLishiHousing, _atCityHousing], first.Page.Concat(second.Page).Select(d => d.State.Number));
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Of_two_who_decide_at_once_the_second_is_told_what_became_of_it()
    {
        _store.BeforeAppend = () => AcceptAsync(null);

        var (decision, _) = await _desk.ChangeAsync(Staff.Acceptor, _received, null, (o, r) => WorkOrderDecisions.Accept(o, new("help", "other", "normal"), r), default);

        Assert.Contains("已受理", Assert.IsType<Decision.Conflict>(decision).Detail, StringComparison.Ordinal);
        Assert.Equal("road-repair", (await _desk.FindAsync(Staff.Auditor, _received, default))!.State.Category);
    }

    [Fact]
    public async Task A_version_that_is_no_longer_the_latest_is_refused()
    {
        Assert.IsType<Decision.Conflict>(await AcceptAsync("\"9\""));
        Assert.IsType<Decision.Granted>(await AcceptAsync("\"1\""));
        Assert.Equal(3, (await _desk.FindAsync(Staff.Auditor, _received, default))!.Version);
    }

    private async Task<Decision> AcceptAsync(string? ifMatch) => (await _desk.ChangeAsync(
        Staff.Acceptor, _received, ifMatch, (o, r) => WorkOrderDecisions.Accept(o, new("help", "road-repair", "normal"), r), default)).Decision;

    private async Task<IEnumerable<string>?> ListAsync(StaffUser user, string? state = null, string? unit = null) =>
        (await _desk.ListAsync(user, new(state, unit, 0, 100), default))?.Page.Select(d => d.State.Number);

    private async Task<string> AddAsync(byte sequence, Func<Appeal, Story> tell)
    {
        var appeal = Appeals.Of("路面坑洼", "离石区路面坑洼") with
        {
            Id = new([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, sequence]),
            Number = AppealNumber.Compose(new(2026, 3, 2), Channels.App.Code, sequence),
        };
        var facts = tell(appeal).Facts.Select(f => new NewFact(f, Appeals.ReceivedAt)).ToList();
        await _store.AddOnceAsync(new NewDocument(appeal.Id, appeal.Number, facts), default);
        return appeal.Number;
    }
}
