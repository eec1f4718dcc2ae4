using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Intake.MessageBoard.Sync;
using Xunit;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>The board read over HTTP from one that cuts its texts, surfaces old messages late, throttles and deletes.</summary>
public sealed class BoardSyncTests : IAsyncLifetime
{
    private static readonly string Whole = string.Concat(Enumerable.Repeat("这条路的路灯坏了很久，晚上看不见。", 12));
    private readonly FakeBoard _board = new();
    private BoardHost _host = null!;

    public async Task InitializeAsync() => _host = await BoardHost.HttpAsync(_board);

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _board.DisposeAsync();
    }

    [Fact]
    public async Task A_message_becomes_a_work_order_with_addressee_and_publication_and_is_due_from_it()
    {
        _board.Add(1);
        await _host.SyncAsync();
        var appeal = (await _host.AppealAsync(1)).Appeal;
        Assert.Equal(("测试市委书记", Natures.Help, "message-board/城建", "1"), (appeal.Addressee, appeal.Nature, appeal.Category, appeal.SourceId));
        Assert.Equal(new Place("测试省 测试市", Division: "141102"), appeal.Place);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_772_003_660), appeal.PublishedAt);

        var order = await _host.Staff.WorkOrderAsync("acceptor-01", appeal.Number, TimeProvider.System, CancellationToken.None);
        Assert.Equal("测试市委书记", (string)order["addressee"]!);
        Assert.False((bool)order["proposal"]!["mayDecide"]!); // the addressee reads it first
        var list = await _host.Staff.CallAsync("acceptor-01", HttpMethod.Get, "/work-orders");
        Assert.Equal("测试市委书记", (string)list["items"]![0]!["addressee"]!);
        var accepted = await _host.Staff.PostAsync("acceptor-01", $"/work-orders/{appeal.Number}/accept", new JsonObject { ["nature"] = "help", ["category"] = "street-lights", ["urgency"] = "normal", ["division"] = "141102" });
        Assert.Equal(appeal.PublishedAt!.Value.AddDays(7), (DateTimeOffset)accepted["dueAt"]!);
    }

    [Fact]
    public async Task A_cut_text_is_no_appeal_until_its_detail_is_had()
    {
        _board.Add(1, Whole);
        _board.Add(2, Whole);
        _board.Withheld[1] = true;
        await _host.SyncAsync();
        Assert.Equal(Whole, (await _host.AppealAsync(2)).Appeal.Text);
        Assert.Null((await _host.ThreadAsync(1)).Received);
        Assert.Equal([1L], (await _host.AllAsync("waiting")).Select(thread => thread.Tid));
        var seen = await _host.Staff.CallAsync("auditor-01", HttpMethod.Get, "/intake/message-board/threads/1");
        Assert.True((bool)seen["waiting"]!);
        Assert.Equal(1, (int)(await _host.Staff.CallAsync("auditor-01", HttpMethod.Get, "/intake/message-board/sync"))["waiting"]!);

        _board.Withheld.Clear();
        await _host.SyncAsync();
        Assert.Equal(Whole, (await _host.AppealAsync(1)).Appeal.Text);
        Assert.Empty(await _host.AllAsync("waiting"));
    }

    [Fact]
    public async Task A_lower_number_that_surfaces_late_is_found_in_the_overlap()
    {
        Add(10, 12, 20, 22, 30, 32, 40, 42);
        await _host.SyncAsync();
        Add(25, 39, 50);
        await _host.SyncAsync();
        Assert.NotNull((await _host.ThreadAsync(25)).Received);
        Assert.NotNull((await _host.ThreadAsync(39)).Received);
        Assert.Equal(11, (await _host.AllAsync()).Count);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(403)]
    [InlineData(200)] // and nothing in it
    [InlineData(302)]
    public async Task What_is_refused_moves_no_watermark_and_loses_nothing(int status)
    {
        Add([.. Enumerable.Range(1, 12).Select(tid => (long)tid)]);
        await _host.SyncAsync();
        Add([.. Enumerable.Range(13, 17).Select(tid => (long)tid)]);
        var calls = 0;
        _board.Before = http => ++calls == 3 ? FakeBoard.Status(http, status) : null; // the third page
        await Assert.ThrowsAsync<BoardAwayException>(_host.SyncAsync);
        Assert.Equal(12, await MarkAsync());
        Assert.Equal(22, (await _host.AllAsync()).Count);
        _board.Before = null;
        Add(30); // what comes meanwhile must not hide what was not read
        await _host.SyncAsync();
        Assert.Equal(30, await MarkAsync());
        Assert.Equal(30, (await _host.AllAsync()).Count);
        await NothingDoubledAsync(30);
    }

    [Fact]
    public async Task A_failure_in_the_middle_keeps_what_was_read_and_begins_again_at_the_old_watermark()
    {
        Add([.. Enumerable.Range(1, 23).Select(tid => (long)tid)]);
        _board.Add(19, Whole); // its detail is the second call
        var calls = 0;
        _board.Before = http => ++calls == 2 ? FakeBoard.Status(http, 429) : null;
        await Assert.ThrowsAsync<BoardAwayException>(_host.SyncAsync);
        Assert.Equal(5, (await _host.AllAsync()).Count);
        Assert.Equal(0, await MarkAsync());
        _board.Before = null;
        await _host.SyncAsync();
        Assert.Equal(23, await MarkAsync());
        await NothingDoubledAsync(23);
    }

    [Fact]
    public async Task A_failing_server_is_asked_again_at_once()
    {
        Add(1);
        var calls = 0;
        _board.Before = http => ++calls == 1 ? FakeBoard.Status(http, 502) : null;
        await _host.SyncAsync();
        Assert.NotNull((await _host.ThreadAsync(1)).Received);
    }

    [Fact]
    public async Task An_edit_is_added_once_and_the_first_text_stays()
    {
        _board.Add(1, "第一版的内容。");
        await _host.SyncAsync();
        _board[1]["content"] = "第二版的内容。";
        await _host.SyncAsync();
        await _host.SyncAsync();
        _board[1]["content"] = "第一版的内容。";
        await _host.SyncAsync();
        var appeal = await _host.AppealAsync(1);
        Assert.Equal("第一版的内容。", appeal.Appeal.Text);
        Assert.EndsWith("第二版的内容。", Assert.Single(appeal.Supplements).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await _host.ThreadAsync(1)).Versions.Count);
    }

    [Fact]
    public async Task State_reply_and_rating_are_followed_and_words_not_known_are_kept()
    {
        Add(1);
        await _host.SyncAsync();
        foreach (var state in new[] { "办理中", "转有关部门研究", "已办理" })
        {
            _board[1]["stateInfo"] = state;
            await _host.SyncAsync();
            Assert.Equal(state, (await _host.ThreadAsync(1)).Status!.Value.Value);
        }

        _board[1]["answerContent"] = "路灯已修复。";
        _board[1]["gradeManner"] = 5;
        _board[1]["gradeSpeed"] = "4";
        await _host.SyncAsync();
        var view = await _host.Staff.CallAsync("acceptor-01", HttpMethod.Get, "/intake/message-board/threads/1");
        Assert.Equal("路灯已修复。", (string)view["answer"]!["text"]!);
        Assert.Equal((5.0, 4.0), ((double)view["rating"]!["manner"]!, (double)view["rating"]!["speed"]!));
        Assert.Empty(await _host.AllAsync("open"));
    }

    [Fact]
    public async Task A_deleted_message_leaves_a_tombstone_and_its_appeal_and_may_come_back()
    {
        Add(1, 2, 3);
        await _host.SyncAsync();
        var before = _board[2].DeepClone().AsObject();
        _board.Delete(2);
        await _host.SyncAsync();
        Assert.Equal([2L], (await _host.AllAsync("deleted")).Select(thread => thread.Tid));
        Assert.Null((await _host.AppealAsync(2)).WithdrawnAt);
        var view = await _host.Staff.CallAsync("acceptor-01", HttpMethod.Get, "/intake/message-board/threads/2");
        Assert.NotNull(view["deletedAt"]);
        _board.Add(2, (string)before["content"]!);
        await _host.SyncAsync();
        Assert.Empty(await _host.AllAsync("deleted"));
        await NothingDoubledAsync(3);
    }

    [Fact]
    public async Task A_restart_loses_and_doubles_nothing()
    {
        Add(1, 2, 3);
        await _host.SyncAsync();
        await _host.StopAsync();
        Add(4);
        _board[1]["content"] = "改过的内容。";
        await _host.StartAsync();
        await _host.SyncAsync();
        Assert.Single((await _host.AppealAsync(1)).Supplements);
        await NothingDoubledAsync(4);
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_waits_for_a_person_and_the_rest_goes_on()
    {
        Add(1, 2);
        _board.Add(3, change: item => item["dateline"] = "昨天");
        await _host.SyncAsync();
        Assert.Equal(2, (await _host.AllAsync()).Count);
        Assert.Single((await _host.Staff.CallAsync("acceptor-01", HttpMethod.Get, "/intake/message-board/reviews")).AsArray());
    }

    [Fact]
    public async Task No_log_line_holds_what_was_written_and_no_file_who_wrote_it()
    {
        _board.Add(1, "标记正文丙。", item => (item["nickName"], item["realName"], item["phone"], item["ip"]) = ("标记昵称甲", "标记姓名乙", "+00 555 0177 4242", "192.0.2.177"));
        await _host.SyncAsync();
        var appeal = (await _host.AppealAsync(1)).Appeal;
        foreach (var mark in new[] { "标记", "0177", "192.0.2.177", appeal.Number })
        {
            Assert.DoesNotContain(_host.LogLines, line => line.Contains(mark, StringComparison.Ordinal));
        }

        var shown = (await _host.Staff.CallAsync("acceptor-01", HttpMethod.Get, "/intake/message-board/threads/1")).ToJsonString();
        Assert.DoesNotContain("昵称", shown, StringComparison.Ordinal);
        var revealed = await _host.Staff.PostAsync("agent-01", $"/intake/message-board/contacts/{appeal.ContactRef}/reveal", new JsonObject { ["reason"] = "核实联系方式" });
        Assert.Equal(("标记姓名乙", "+00 555 0177 4242"), ((string)revealed["name"]!, (string)revealed["phone"]!));
        await _host.StopAsync();
        var files = Directory.EnumerateFiles(_host.Folder, "*", SearchOption.AllDirectories).Select(File.ReadAllBytes).ToList();
        Assert.Contains(files, file => Holds(file, "标记正文丙"));
        Assert.All(new[] { "标记昵称甲", "标记姓名乙", "0177 4242", "192.0.2.177" }, mark => Assert.DoesNotContain(files, file => Holds(file, mark)));
        await _host.StartAsync();
    }

    [Fact]
    public async Task A_message_that_waits_is_asked_for_once_a_sync_and_a_final_one_no_more()
    {
        _board.Add(1, Whole);
        _board.Withheld[1] = true;
        _board.Add(2, change: item => (item["stateInfo"], item["grade"]) = ("已办理", 5));
        await _host.SyncAsync();
        Assert.Equal(1, _board.Details);
        await _host.SyncAsync();
        Assert.Equal(2, _board.Details);
    }

    [Fact]
    public async Task The_staff_see_that_the_board_is_away_and_since_when()
    {
        await _host.StopAsync();
        _board.Before = http => FakeBoard.Status(http, 429);
        await _host.StartAsync();
        var view = await _host.Staff.CallAsync("admin-01", HttpMethod.Get, "/intake/message-board/sync");
        Assert.Equal("http", (string)view["source"]!);
        Assert.Contains("429", (string)view["last"]!["trouble"]!, StringComparison.Ordinal);
        Assert.Equal(1, (int)view["last"]!["failures"]!);
        Assert.NotNull(view["last"]!["nextAt"]);
        Assert.Contains(_host.LogLines, line => line.Contains("not read to the end", StringComparison.Ordinal));
        _board.Before = null;
    }

    [Fact]
    public async Task An_unknown_message_is_not_found()
    {
        using var answer = await _host.Staff.SendAsync("acceptor-01", HttpMethod.Get, "/intake/message-board/threads/99");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static bool Holds(byte[] file, string mark) => file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(mark)) >= 0;

    private void Add(params long[] tids)
    {
        foreach (var tid in tids)
        {
            _board.Add(tid);
        }
    }

    private async Task<long?> MarkAsync() =>
        (await _host.Staff.CallAsync("acceptor-01", HttpMethod.Get, "/intake/message-board/sync"))["watermarks"]!.AsArray() is [var mark] ? (long)mark!["tid"]! : null;

    private async Task NothingDoubledAsync(int appeals)
    {
        var received = (await _host.EventsAsync(appeals)).Where(told => told.Type == EventTypes.AppealReceived).Select(told => told.Data.GetProperty("sourceId").GetString()).ToList();
        Assert.Equal(appeals, received.Count);
        Assert.Equal(appeals, received.Distinct().Count());
    }
}
