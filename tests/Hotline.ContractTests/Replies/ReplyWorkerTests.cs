using Hotline.ContractTests.EventLog;
using Hotline.Contracts;
using Hotline.Intake.Replies;
using Xunit;

namespace Hotline.ContractTests.Replies;

/// <summary>What every channel's replies do, whatever the platform: once, in order, without waiting for one another, and through crashes.</summary>
public sealed class ReplyWorkerTests : IAsyncLifetime
{
    private ReplyHost _host = null!;

    public async Task InitializeAsync() => _host = await ReplyHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Each_reply_goes_out_once_and_in_its_order_and_which_unit_has_it_goes_not_at_all()
    {
        var appeal = await _host.AppealAsync();
        foreach (var kind in new[] { "accepted", "dispatched", "handled", "closed" })
        {
            await _host.ReplyAsync(appeal, kind);
        }

        await _host.BecomesAsync(DeliveryState.Sent, appeal, 4);
        Assert.Equal([1, 3, 4], _host.Script.Calls.Select(call => call.Version));
        Assert.Equal("答复3", _host.Script.Calls.ElementAt(1).Text);
        Assert.Null(await _host.DeliveryAsync(appeal, 2));
        Assert.Equal(3, _host.Script.Calls.Select(call => call.Id).Distinct().Count());
    }

    [Fact]
    public async Task Silence_of_a_platform_that_cannot_be_asked_is_for_a_person()
    {
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Unknown("没有回答。"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        var failed = await _host.BecomesAsync(DeliveryState.Failed, appeal);
        Assert.Equal("可能已送达，也可能没有，未再发送：没有回答。", failed.Reason);
        _host.Time.Ahead += TimeSpan.FromDays(1);
        var next = await _host.AppealAsync();
        await _host.ReplyAsync(next);
        await _host.BecomesAsync(DeliveryState.Failed, next);
        Assert.Equal(2, _host.Script.Calls.Count);
    }

    [Fact]
    public async Task Silence_of_a_platform_that_drops_repeats_is_asked_again_by_the_same_way_and_id()
    {
        var answers = 0;
        _host.Script.Way = new SendingWay("first", "openid") { RepeatFor = TimeSpan.FromMinutes(10) };
        _host.Script.Answer = (_, _) =>
        {
            _host.Script.Way = new SendingWay("other", "openid");
            return Task.FromResult<SendOutcome>(answers++ == 0 ? new SendOutcome.Unknown("没有回答。") : new SendOutcome.Sent());
        };
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await Eventually.BecomesAsync(async () => (await _host.DeliveryAsync(appeal))!.Unsure);
        _host.Time.Ahead += TimeSpan.FromMinutes(1);
        await _host.BecomesAsync(DeliveryState.Sent, appeal);
        Assert.Equal(["first", "first"], _host.Script.Calls.Select(call => call.Way));
        Assert.Single(_host.Script.Calls.Select(call => call.Id).Distinct());
    }

    [Fact]
    public async Task A_platform_that_never_answers_is_asked_three_times()
    {
        _host.Script.Way = new SendingWay("first", "openid") { RepeatFor = TimeSpan.FromDays(1) };
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Unknown("没有回答。"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        for (var calls = 1; calls <= 3; calls++)
        {
            await Eventually.Async(() => _host.Script.Calls.Count == calls);
            _host.Time.Ahead += TimeSpan.FromMinutes(5);
        }

        await _host.BecomesAsync(DeliveryState.Failed, appeal);
        Assert.Equal(3, _host.Script.Calls.Count);
    }

    [Fact]
    public async Task After_the_platforms_memory_of_repeats_has_passed_nothing_is_sent_again()
    {
        _host.Script.Way = new SendingWay("first", "openid") { RepeatFor = TimeSpan.FromMinutes(10) };
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Unknown("没有回答。"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await Eventually.BecomesAsync(async () => (await _host.DeliveryAsync(appeal))!.Unsure);
        _host.Time.Ahead += TimeSpan.FromMinutes(11);
        await _host.BecomesAsync(DeliveryState.Failed, appeal);
        Assert.Single(_host.Script.Calls);
    }

    [Theory]
    [InlineData(0, false, DeliveryState.Failed, 0)]
    [InlineData(10, false, DeliveryState.Sent, 1)]
    [InlineData(0, true, DeliveryState.Sent, 0)]
    public async Task A_call_a_crash_cut_off_is_repeated_only_where_that_is_safe(int repeatMinutes, bool observed, DeliveryState becomes, int calls)
    {
        _host.Script.Closed = "Hotline:X";
        await _host.RestartAsync();
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        var now = _host.Time.GetUtcNow();
        await _host.RecordAsync(appeal, new ReplySending(1, now, "before", "openid", repeatMinutes > 0 ? now.AddMinutes(repeatMinutes) : null, observed));
        _host.Script.Closed = null;
        await _host.RestartAsync();
        if (repeatMinutes > 0)
        {
            await Eventually.BecomesAsync(async () => (await _host.DeliveryAsync(appeal))!.Unsure);
            _host.Time.Ahead += TimeSpan.FromMinutes(1);
        }

        await _host.BecomesAsync(becomes, appeal);
        Assert.Equal(calls, _host.Script.Calls.Count);
        Assert.All(_host.Script.Calls, call => Assert.Equal("before", call.Way));
    }

    [Fact]
    public async Task A_process_that_ends_in_the_middle_of_a_call_leaves_it_on_record()
    {
        _host.Script.Answer = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new SendOutcome.Sent();
        };
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await Eventually.Async(() => _host.Script.Calls.Count == 1);
        _host.Script.Answer = null;
        await _host.RestartAsync();
        Assert.StartsWith("可能已送达", (await _host.BecomesAsync(DeliveryState.Failed, appeal)).Reason, StringComparison.Ordinal);
        Assert.Single(_host.Script.Calls);
    }

    [Fact]
    public async Task Whoever_stalls_holds_up_nobody_else_and_danger_overtakes_all()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var stalled = new List<Appeal>();
        for (var number = 0; number < 7; number++)
        {
            stalled.Add(await _host.AppealAsync());
        }

        _host.Script.Answer = async (call, _) =>
        {
            if (stalled.Any(appeal => appeal.Number == call.Number))
            {
                await gate.Task;
            }

            return new SendOutcome.Sent();
        };
        foreach (var appeal in stalled)
        {
            await _host.ReplyAsync(appeal);
        }

        await Eventually.Async(() => _host.Script.Calls.Count == 7);
        for (var number = 0; number < 20; number++)
        {
            var other = await _host.AppealAsync();
            await _host.ReplyAsync(other);
            await _host.BecomesAsync(DeliveryState.Sent, other);
        }

        var eighth = await _host.AppealAsync();
        stalled.Add(eighth);
        await _host.ReplyAsync(eighth);
        await Eventually.Async(() => _host.Script.Calls.Count == 28);
        var waits = await _host.AppealAsync();
        await _host.ReplyAsync(waits);
        var danger = await _host.AppealAsync();
        await _host.ReplyAsync(danger, "danger");
        await _host.BecomesAsync(DeliveryState.Sent, danger);
        Assert.Equal(DeliveryState.Queued, (await _host.DeliveryAsync(waits))!.State);
        gate.SetResult();
        await _host.BecomesAsync(DeliveryState.Sent, waits);
    }

    [Fact]
    public async Task What_is_wrong_for_all_is_tried_once_told_once_and_waited_for()
    {
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Away("额度已用完。", ForAll: true, TimeSpan.FromHours(2)));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await Eventually.BecomesAsync(async () => (await _host.DeliveryAsync(appeal))!.Reason == "额度已用完。");
        for (var number = 0; number < 3; number++)
        {
            await _host.ReplyAsync(await _host.AppealAsync());
        }

        Assert.Single(_host.Script.Calls);
        _host.Script.Answer = null;
        _host.Time.Ahead += TimeSpan.FromHours(3);
        await _host.BecomesAsync(DeliveryState.Sent, appeal);
        await Eventually.Async(() => _host.Script.Calls.Count == 5);
        Assert.Single(_host.LogLines, line => line.Contains("额度已用完", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_does_not_get_through_for_three_days_is_for_a_person()
    {
        _host.Script.Answer = (_, _) => Task.FromResult<SendOutcome>(new SendOutcome.Away("对方繁忙。"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        for (var calls = 1; calls <= 3; calls++)
        {
            await Eventually.BecomesAsync(async () => (await _host.DeliveryAsync(appeal)) is { State: DeliveryState.Queued } delivery && delivery.Tries == calls);
            _host.Time.Ahead += TimeSpan.FromHours(2);
        }

        _host.Time.Ahead += TimeSpan.FromDays(3);
        Assert.Equal("3天内未能发出：对方繁忙。", (await _host.BecomesAsync(DeliveryState.Failed, appeal)).Reason);
    }

    [Fact]
    public async Task A_sender_that_breaks_counts_as_silence_and_its_words_are_not_logged()
    {
        _host.Script.Answer = (_, _) => throw new FormatException("13900000001 secret-openid");
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await _host.BecomesAsync(DeliveryState.Failed, appeal);
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("13900000001", StringComparison.Ordinal) || line.Contains("secret-openid", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_way_is_on_record_before_it_is_gone()
    {
        _host.Script.Answer = (call, _) => Task.FromResult<SendOutcome>(call.Way == "plain" ? new SendOutcome.ByOtherWay(new SendingWay("second", "phone")) : new SendOutcome.Sent("msg-7"));
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        var sent = await _host.BecomesAsync(DeliveryState.Sent, appeal);
        Assert.Equal(("second", "phone", 2), (sent.Call!.Way, sent.Call.Uses, sent.Tries));
        Assert.Equal((appeal.Id, 1), await _host.Deliveries.FindSentAsync("msg-7", default));
    }

    [Fact]
    public async Task What_the_platform_does_not_show_within_three_days_is_for_a_person()
    {
        _host.Script.Way = new SendingWay("board", "") { Observed = true };
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        await _host.BecomesAsync(DeliveryState.Sent, appeal);
        _host.Time.Ahead += TimeSpan.FromDays(4);
        Assert.Equal("平台收下后3天仍未显示。", (await _host.BecomesAsync(DeliveryState.Failed, appeal)).Reason);
        await _host.RecordAsync(appeal, new ReplyEnded(1, _host.Time.GetUtcNow(), DeliveryState.Delivered)); // it came late
        Assert.Equal(DeliveryState.Delivered, (await _host.DeliveryAsync(appeal))!.State);
    }

    [Fact]
    public async Task Without_its_option_a_channel_says_so_once_and_keeps_what_waits()
    {
        _host.Script.Closed = "Hotline:X:Host";
        await _host.RestartAsync();
        var appeal = await _host.AppealAsync();
        await _host.ReplyAsync(appeal);
        Assert.Single(_host.LogLines, line => line.Contains("Hotline:X:Host is not set", StringComparison.Ordinal));
        Assert.Equal(DeliveryState.Queued, (await _host.DeliveryAsync(appeal))!.State);
        _host.Script.Closed = null;
        await _host.RestartAsync();
        await _host.BecomesAsync(DeliveryState.Sent, appeal);
    }
}
