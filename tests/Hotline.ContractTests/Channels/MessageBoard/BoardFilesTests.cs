using Hotline.Hosting;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.MessageBoard.Sync;
using Microsoft.Extensions.Options;
using Xunit;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>The board as files of a folder, the closed channel, and what its options refuse.</summary>
public sealed class BoardFilesTests
{
    private const string List = """{"updated":"2026-03-02T09:00:00+08:00","result":"success","responseData":[{"tid":2,"fid":3,"subject":"井盖","content":"井盖丢了。","forumName":"测试市市长","stateInfo":"办理中"}]}""";
    private const string Single = """{"tid":1,"fid":3,"subject":"路灯","content":"路灯不亮。","threadsCheckTime":1772413200,"forumName":"测试市市长","stateInfo":"待回复"}""";

    [Fact]
    public async Task Lists_and_single_messages_are_read_too()
    {
        await using var host = await BoardHost.FilesAsync();
        await WriteAsync(host, "single.json", Single);
        await WriteAsync(host, "list.json", List);
        await WriteAsync(host, "notes.txt", "not read");
        await host.SyncAsync();
        Assert.Equal([1L, 2L], (await host.AllAsync()).Select(thread => thread.Tid).Order());
        Assert.Equal("测试市市长", (await host.AppealAsync(2)).Appeal.Addressee);
    }

    [Theory]
    [InlineData("""{"updated":"2026-03-""")]
    [InlineData("""{"recent":[{"tid":7}]}""")]
    [InlineData("""{"updated":"2026-03-02T09:00:00+08:00","recent":[{"title":"x"}]}""")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_file_that_is_none_of_the_boards_is_named_and_nothing_is_taken_for_gone(string content)
    {
        await using var host = await BoardHost.FilesAsync();
        await WriteAsync(host, "list.json", List);
        await host.SyncAsync();
        await WriteAsync(host, "broken.json", content);
        var away = await Assert.ThrowsAsync<BoardAwayException>(host.SyncAsync);
        Assert.Contains("broken.json", away.Message, StringComparison.Ordinal);
        Assert.Empty(await host.AllAsync("deleted"));
        File.Delete(Path.Combine(host.Files, "broken.json"));
        await WriteAsync(host, "single.json", Single);
        await host.SyncAsync();
        Assert.Equal(2, (await host.AllAsync()).Count);
    }

    [Fact]
    public async Task What_was_published_before_the_first_day_is_recorded_and_no_appeal()
    {
        await using var host = await BoardHost.FilesAsync("--Hotline:MessageBoard:Since=2026-03-03");
        await WriteAsync(host, "single.json", Single); // published on 2 March
        await WriteAsync(host, "later.json", Single.Replace("\"tid\":1", "\"tid\":2", StringComparison.Ordinal).Replace("1772413200", "1772499600", StringComparison.Ordinal));
        await host.SyncAsync();
        Assert.Null((await host.ThreadAsync(1)).Received);
        Assert.NotNull((await host.ThreadAsync(2)).Received);
    }

    [Fact]
    public async Task Without_a_source_the_channel_is_closed_and_says_so()
    {
        await using var host = new BoardHost("--Hotline:MessageBoard:Source=None");
        await host.StartAsync();
        var view = await host.Staff.CallAsync("admin-01", HttpMethod.Get, "/intake/message-board/sync");
        Assert.Equal("none", (string)view["source"]!);
        Assert.Single(host.LogLines, line => line.Contains("message board is closed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Folder", "--Hotline:MessageBoard:Source=Files")]
    [InlineData("Address", "--Hotline:MessageBoard:Source=Http", "--Hotline:MessageBoard:Forums:0:Fid=3")]
    [InlineData("Address", "--Hotline:MessageBoard:Source=Http", "--Hotline:MessageBoard:Address=ftp://board", "--Hotline:MessageBoard:Forums:0:Fid=3")]
    [InlineData("Forums", "--Hotline:MessageBoard:Source=Http", "--Hotline:MessageBoard:Address=http://127.0.0.1:9")]
    [InlineData("twice", "--Hotline:MessageBoard:Forums:0:Fid=3", "--Hotline:MessageBoard:Forums:1:Fid=3")]
    [InlineData("Fid", "--Hotline:MessageBoard:Forums:0:Fid=0")]
    [InlineData("Division", "--Hotline:MessageBoard:Forums:0:Fid=3", "--Hotline:MessageBoard:Forums:0:Division=abc")]
    [InlineData("PageSize", "--Hotline:MessageBoard:PageSize=0")]
    public async Task Options_that_cannot_work_are_refused_at_start(string named, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory("hotline-board-options-");
        await using var application = new HotlineHost([$"--Hotline:Data={folder.FullName}", "--urls=http://127.0.0.1:0", .. options]).Add<MessageBoardChannel>().Build();
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => application.StartAsync());
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static Task WriteAsync(BoardHost host, string name, string content) => File.WriteAllTextAsync(Path.Combine(host.Files, name), content);
}
