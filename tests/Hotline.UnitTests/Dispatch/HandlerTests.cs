using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Dispatch.Alerts;
using Hotline.Ports;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Hotline.UnitTests.Dispatching;

/// <summary>What events of appeals do to orders, once each however often they come.</summary>
public sealed class HandlerTests
{
    private static readonly CloudEvent Envelope = new("e/1", "/hotline/intake-app", EventTypes.AppealReceived, Appeals.ReceivedAt, Appeals.Id, default);
    private static readonly Guid Submission = new("01980000-0000-7000-8000-0000000000aa");

    private readonly MemoryDocuments<WorkOrder> _store = new(WorkOrderDocument.Type);
    private readonly TestTime _time = new();
    private readonly MemoryDocuments<Alert> _alerts = new(Alert.Type);
    private readonly AlertDesk _desk;
    private readonly AppealReceivedHandler _received;

    public HandlerTests()
    {
        _desk = new(_alerts, Staff.Office, _time);
        _received = new(_store, _desk, new DispatchRules(Staff.Office), Staff.Office, _time, NullLogger<AppealReceivedHandler>.Instance);
    }

    [Fact]
    public async Task An_appeal_opens_one_order_however_often_it_comes()
    {
        var appeal = Appeals.Of("停水", "离石区停水");
        await _received.HandleAsync(appeal, Envelope, default);
        await _received.HandleAsync(appeal, Envelope, default);

        var (topic, data) = Assert.Single(_store.Published);
        Assert.Equal(Topics.WorkOrders, topic);
        Assert.Equal("water-supply", Assert.IsType<WorkOrderOpened>(data).Proposal.Category);
        Assert.Equal(WorkOrderState.Received, (await OrderAsync()).State);
    }

    [Fact]
    public async Task Where_the_category_is_switched_on_the_rules_accept_and_dispatch_in_the_same_commit()
    {
        await _received.HandleAsync(Appeals.Of("路灯", "离石区滨河街道路灯不亮"), Envelope, default);

        var order = await OrderAsync();
        Assert.Equal((WorkOrderState.InHandling, "rules", "rules"), (order.State, order.Acceptance!.By, order.Assignment(1)!.Given.By));
        Assert.Equal("station-141102", order.Assignment(1)!.Unit);
        Assert.Equal("建议由离石区住房和城乡建设局承办", order.Assignment(1)!.Given.Note);
        Assert.Equal(["accepted", "dispatched"], Replies());
        Assert.Equal(1, (await _store.FindAsync(order.Number, default))!.Sequence);
    }

    [Fact]
    public async Task Two_appeals_of_one_number_are_not_confused()
    {
        await _received.HandleAsync(Appeals.Of("一", "停水"), Envelope, default);

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _received.HandleAsync(Appeals.Of("二", "停电") with { Id = Submission }, Envelope, default));
    }

    [Fact]
    public async Task A_supplement_and_an_urge_are_added_once()
    {
        await _received.HandleAsync(Appeals.Of("停水", "停水"), Envelope, default);
        var attachment = new Attachment("a.jpg", "image/jpeg", 3, "00");
        for (var i = 0; i < 2; i++)
        {
            await new AppealSupplementedHandler(_store, _desk, Options.Create(new DispatchOptions()), _time).HandleAsync(new(Submission, Appeals.Id, "n", "app", _time.Now, "三号楼", [attachment]), Envelope, default);
            await new AppealUrgedHandler(_store, _desk, _time).HandleAsync(new(Guid.Empty, Appeals.Id, "n", "app", _time.Now, null), Envelope, default);
        }

        var order = await OrderAsync();
        Assert.Equal(attachment, Assert.Single(Assert.Single(order.Supplements).Attachments!));
        Assert.Single(order.Urges);
        Assert.Equal(3, _store.Published.Count);
    }

    [Theory]
    [InlineData(WorkOrderState.Callback, "written")]
    [InlineData(WorkOrderState.Closed, "reopened")]
    public async Task What_the_citizen_writes_while_he_is_asked_or_across_the_closing_is_looked_at(WorkOrderState state, string ground)
    {
        var story = new Story().Accept().Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher);
        story = state == WorkOrderState.Closed ? story.Say() : story;
        var facts = story.Facts.Select(fact => new NewFact(fact, story.Now)).ToList();
        await _store.AddOnceAsync(new NewDocument(Appeals.Id, story.Order.Number, facts), default);

        await new AppealSupplementedHandler(_store, _desk, Options.Create(new DispatchOptions()), _time)
            .HandleAsync(new(Submission, Appeals.Id, "n", "app", story.Now, "其实没有修", []), Envelope, default);

        var order = await OrderAsync();
        Assert.Equal((WorkOrderState.Review, ground, "其实没有修"), (order.State, order.Review!.Ground, order.Review.Text));
    }

    [Fact]
    public async Task What_comes_too_late_to_be_looked_at_is_answered_with_where_to_turn()
    {
        var story = new Story().Accept().Dispatch("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher).Say();
        await _store.AddOnceAsync(new NewDocument(Appeals.Id, story.Order.Number, [.. story.Facts.Select(fact => new NewFact(fact, story.Now))]), default);
        var late = story.Order.Closing!.At.AddDays(new DispatchOptions().ReopenDays + 1);

        var handler = new AppealSupplementedHandler(_store, _desk, Options.Create(new DispatchOptions()), _time);
        for (var i = 0; i < 2; i++)
        {
            await handler.HandleAsync(new(Submission, Appeals.Id, "n", "app", late, "又坏了", []), Envelope, default);
        }

        var order = await OrderAsync();
        Assert.Equal((WorkOrderState.Closed, "又坏了"), (order.State, Assert.Single(order.Supplements).Text));
        await handler.HandleAsync(new(Guid.Empty, Appeals.Id, "n", "email", late, "自动回复：我不在", []), Envelope, default); // told once, else two robots would never end
        Assert.Single(Replies(), kind => kind == "too-late");
    }

    [Fact]
    public async Task Words_of_danger_raise_one_alert_each_and_tell_the_citizen_whom_to_call()
    {
        for (var i = 0; i < 2; i++)
        {
            await _received.HandleAsync(Appeals.Of("救命", "老人溺水了"), Envelope, default);
            await new AppealUrgedHandler(_store, _desk, _time).HandleAsync(new(Submission, Appeals.Id, "n", "app", _time.Now, "人已经昏迷"), Envelope, default);
            await new AppealSupplementedHandler(_store, _desk, Options.Create(new DispatchOptions()), _time).HandleAsync(new(Guid.Empty, Appeals.Id, "n", "app", _time.Now, "在东门", []), Envelope, default);
        }

        Assert.Equal(["119,120", "120"], (await _desk.OpenAsync(default)).Select(alert => string.Join(',', alert.State.Raised.Emergencies)));
        Assert.Equal(["danger"], Replies());
    }

    [Fact]
    public async Task Words_of_danger_ring_when_an_appeal_is_taken_back_and_when_it_has_no_order()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await new AppealUrgedHandler(_store, _desk, _time).HandleAsync(new(Guid.Empty, Appeals.Id, "n", "app", _time.Now, "有人持刀"), Envelope, default));
        await _received.HandleAsync(Appeals.Of("停水", "停水"), Envelope, default);
        await new AppealWithdrawnHandler(_store, _desk, _time).HandleAsync(new(Submission, Appeals.Id, "n", "app", _time.Now, "不用管了，我不想活了"), Envelope, default);
        Assert.Equal(["110", "110"], (await _desk.OpenAsync(default)).Select(alert => string.Join(',', alert.State.Raised.Emergencies)));
    }

    [Fact]
    public async Task A_withdrawal_closes_once_and_leaves_a_closed_order_alone()
    {
        await _received.HandleAsync(Appeals.Of("停水", "停水"), Envelope, default);
        var handler = new AppealWithdrawnHandler(_store, _desk, _time);
        await handler.HandleAsync(new(Submission, Appeals.Id, "n", "app", _time.Now, "不用了"), Envelope, default);
        await handler.HandleAsync(new(Guid.Empty, Appeals.Id, "n", "app", _time.Now, null), Envelope, default);

        Assert.Equal(("withdrawn", "不用了"), ((await OrderAsync()).Closing!.Outcome, (await OrderAsync()).Closing!.Note));
        Assert.Equal(["withdrawn"], Replies());
    }

    [Fact]
    public async Task Somebody_faster_is_waited_for_and_his_change_kept()
    {
        await _received.HandleAsync(Appeals.Of("停水", "停水"), Envelope, default);
        _store.BeforeAppend = () => UrgeAsync(Guid.Empty);
        await UrgeAsync(Submission);

        Assert.Equal([Guid.Empty, Submission], (await OrderAsync()).Urges.Select(u => u.SubmissionId));

        async Task UrgeAsync(Guid id) => await new AppealUrgedHandler(_store, _desk, _time).HandleAsync(new(id, Appeals.Id, "n", "app", _time.Now, null), Envelope, default);
    }

    [Fact]
    public async Task An_event_whose_appeal_never_came_fails_loudly() => await Assert.ThrowsAsync<InvalidOperationException>(
        async () => await new AppealUrgedHandler(_store, _desk, _time).HandleAsync(new(Submission, Appeals.Id, "n", "app", _time.Now, null), Envelope, default));

    private async Task<WorkOrder> OrderAsync() => (await _store.GetAsync(Appeals.Id, default))!.State;

    private IEnumerable<string> Replies() => _store.Published.Where(p => p.Topic == Topics.Replies).Select(p => ((ReplyIssued)p.Data).Kind);
}
