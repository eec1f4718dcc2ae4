using System.Text.Json.Nodes;
using Hotline.ContractTests.Replies;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.Replies;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>Answers go onto the board once, word for word, and count as delivered when the board shows them.</summary>
public sealed class BoardReplyTests : IAsyncLifetime
{
    private const long Tid = 7;
    private const string Answer = "您好，路灯已于今日修复。\n感谢您的留言！";
    private readonly FakeBoard _board = new();
    private BoardHost _host = null!;

    public async Task InitializeAsync()
    {
        _board.Add(Tid);
        _host = await BoardHost.HttpAsync(_board);
        await _host.SyncAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _board.DisposeAsync();
    }

    [Fact]
    public async Task An_answer_is_submitted_word_for_word_and_confirmed_by_the_next_sync()
    {
        var id = await AppealAsync();
        await Tell.ReplyAsync(id, "accepted", "已受理。");
        await Tell.ReplyAsync(id, "handled", Answer);
        await Tell.BecomesAsync(DeliveryState.Sent, id, 2);
        Assert.Equal((Tid, Answer), Assert.Single(_board.Replies));
        Assert.DoesNotContain((await _host.Intake.GetAsync(id, default))!.State.Deliveries, delivery => delivery.Version == 1); // only the answer is for everybody
        await _host.SyncAsync();
        await Tell.BecomesAsync(DeliveryState.Delivered, id, 2);
        Assert.Single(_board.Replies);
    }

    [Fact]
    public async Task What_the_board_hides_stays_sent_until_it_shows_it_with_spaces_of_its_own()
    {
        _board.Hides = true;
        var id = await AppealAsync();
        await Tell.ReplyAsync(id, "handled", Answer);
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        await _host.SyncAsync();
        Assert.Equal(DeliveryState.Sent, (await Tell.BecomesAsync(static _ => true, id)).State);
        _board.Show(Tid, $"网友您好：\r\n　　{Answer.Replace("\n", " \r\n ", StringComparison.Ordinal)}");
        await _host.SyncAsync();
        await Tell.BecomesAsync(DeliveryState.Delivered, id);
        Assert.Single(_board.Replies);
    }

    [Fact]
    public async Task When_somebody_answered_on_the_board_ours_is_not_sent()
    {
        _board.Show(Tid, "已由住建局电话答复。"); // since the last sync
        var id = await AppealAsync();
        await Tell.ReplyAsync(id, "handled", Answer);
        await Tell.BecomesAsync(DeliveryState.Elsewhere, id);
        Assert.Empty(_board.Replies);
        await _host.SyncAsync();
        await Tell.ReplyAsync(id, "answered", "另一个答复。");
        await Tell.BecomesAsync(DeliveryState.Elsewhere, id, 2);
        Assert.Empty(_board.Replies);
    }

    [Fact]
    public async Task When_another_answer_shows_first_ours_counts_as_answered_elsewhere()
    {
        _board.Hides = true;
        var id = await AppealAsync();
        await Tell.ReplyAsync(id, "handled", Answer);
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        _board.Show(Tid, "已由住建局电话答复。");
        await _host.SyncAsync();
        Assert.Equal("留言板上已有其他答复。", (await Tell.BecomesAsync(DeliveryState.Elsewhere, id)).Reason);
    }

    [Fact]
    public async Task A_second_answer_of_ours_follows_the_first()
    {
        var id = await AppealAsync();
        await Tell.ReplyAsync(id, "handled", Answer);
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        await _host.SyncAsync();
        await Tell.ReplyAsync(id, "handled", "经再次核查，灯杆也已更换。");
        await Tell.BecomesAsync(DeliveryState.Sent, id, 2);
        await _host.SyncAsync();
        await Tell.BecomesAsync(DeliveryState.Delivered, id, 2);
        Assert.Equal(DeliveryState.Delivered, (await Tell.BecomesAsync(static _ => true, id)).State);
        Assert.Equal(2, _board.Replies.Count);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("stall")]
    [InlineData("error")]
    [InlineData("empty")]
    [InlineData("page")]
    [InlineData("json")]
    public async Task After_silence_the_sync_decides_and_nothing_is_submitted_twice(string behaviour)
    {
        var id = await AppealAsync();
        _board.AfterReply = http => MisbehaveAsync(http, behaviour);
        await Tell.ReplyAsync(id, "handled", Answer);
        Assert.Equal("留言板没有回答，等下次读取时核对。", (await Tell.BecomesAsync(DeliveryState.Sent, id)).Reason);
        _board.AfterReply = null;
        await _host.SyncAsync();
        await Tell.BecomesAsync(DeliveryState.Delivered, id);
        Assert.Single(_board.Replies);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(403)]
    public async Task A_board_that_wants_less_haste_is_left_alone(int status)
    {
        var id = await AppealAsync();
        _board.Before = http => FakeBoard.Status(http, status);
        await Tell.ReplyAsync(id, "handled", Answer);
        Assert.Equal($"留言板返回 {status}。", (await Tell.BecomesAsync(static delivery => delivery.NotBefore is not null, id)).Reason);
        _board.Before = null;
        await Tell.BecomesAsync(DeliveryState.Sent, id); // it rests a few seconds
        Assert.Single(_board.Replies);
    }

    [Fact]
    public async Task A_refusal_and_a_message_that_is_gone_are_for_a_person()
    {
        var id = await AppealAsync();
        _board.AfterReply = static http => FakeBoard.Status(http, 400);
        _board.Hides = true;
        await Tell.ReplyAsync(id, "handled", Answer);
        Assert.Equal("留言板不接受答复（400）。", (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason);
        _board.Delete(Tid);
        await Tell.ReplyAsync(id, "handled", Answer);
        Assert.Equal("留言已不在留言板上。", (await Tell.BecomesAsync(DeliveryState.Failed, id, 2)).Reason);
        Assert.Single(_board.Replies);
    }

    [Fact]
    public async Task From_files_an_answer_is_a_file_and_the_next_snapshot_confirms_it()
    {
        await using var host = await BoardHost.FilesAsync();
        await PutAsync(host, "2026-03-02T09:00:00+08:00", null);
        await host.SyncAsync();
        var id = (await host.ThreadAsync(9)).Received!.AppealId;
        var tell = new Telling(host.Services, MessageBoardChannel.Name);
        var version = await tell.ReplyAsync(id, "handled", Answer);
        await tell.BecomesAsync(DeliveryState.Sent, id, version);
        var file = JsonNode.Parse(await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(host.Files, "replies")))))!;
        Assert.Equal((9L, Answer), ((long)file["tid"]!, (string)file["content"]!));
        await PutAsync(host, "2026-03-03T09:00:00+08:00", Answer);
        await host.SyncAsync();
        await tell.BecomesAsync(DeliveryState.Delivered, id, version);
    }

    private Telling Tell => new(_host.Services, MessageBoardChannel.Name);

    private async Task<Guid> AppealAsync() => (await _host.ThreadAsync(Tid)).Received!.AppealId;

    private static async Task PutAsync(BoardHost host, string at, string? answer)
    {
        var item = new JsonObject { ["tid"] = 9, ["fid"] = 3, ["subject"] = "图书馆", ["content"] = "请问图书馆周末几点开门？", ["dateline"] = 1_772_000_000, ["threadsCheckTime"] = 1_772_003_600, ["stateInfo"] = "待回复", ["answerContent"] = answer };
        var file = new JsonObject { ["updated"] = at, ["details"] = new JsonArray(item) };
        await File.WriteAllTextAsync(Path.Combine(host.Files, $"{at[..10]}.json"), file.ToJsonString());
    }

    private static async Task MisbehaveAsync(HttpContext http, string behaviour)
    {
        switch (behaviour)
        {
            case "cut":
                http.Abort();
                break;
            case "stall":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                break;
            case "error":
                http.Response.StatusCode = 502;
                break;
            default:
                await http.Response.WriteAsync(behaviour switch { "page" => "<html></html>", "json" => "{}", _ => "" });
                await http.Response.CompleteAsync();
                break;
        }
    }
}
