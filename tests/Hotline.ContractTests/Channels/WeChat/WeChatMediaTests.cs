using System.Diagnostics;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.ContractTests.EventLog;
using Hotline.Intake;
using Hotline.Ports;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>Photos, recordings and videos are fetched from a platform that behaves, misbehaves and stalls; each once, none lost.</summary>
public sealed partial class WeChatMediaTests : IAsyncLifetime
{
    private static readonly byte[] Photo = [0xFF, 0xD8, 0xFF, 0xE0, .. Enumerable.Range(0, 5_000).Select(i => (byte)(i * 7))];
    private readonly WeChatHost _host = new();
    private readonly FakePlatform _platform = new();

    public Task InitializeAsync() => _platform.StartAsync();

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _platform.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_there_in_time_comes_with_the_appeal(bool stable)
    {
        await StartAsync($"--Hotline:WeChat:StableToken={stable}");
        _platform.Add("m1", Photo);
        _platform.Add("m2", "#!AMR\n voice"u8.ToArray());
        var number = await TellAsync("citizen-a", "昨天滨河路的路灯不亮。");
        await SendAsync("citizen-a", "image", "m1");
        await SendAsync("citizen-a", "voice", "m2");
        await _host.PushAsync(_host.Text("citizen-a", "完成"));
        var appeal = await AppealAsync(number);
        Assert.Equal(["图片.jpg image/jpeg", "语音.amr audio/amr"], appeal.State.Appeal.Attachments.Select(file => $"{file.Name} {file.MediaType}"));
        Assert.All(appeal.State.Appeal.Attachments, file => Assert.Null(file.Refused));
        Assert.Equal(Photo, (await _host.Intake.FilesOfAsync(appeal, default))![0].ToArray());
        Assert.Empty(appeal.State.Supplements);
        Assert.Equal((1, 1), (_platform.AskedFor("m1"), _platform.AskedFor("m2")));
        Assert.Equal(stable ? (1, 0) : (0, 1), (_platform.TokenCalls, _platform.OldCalls));
    }

    [Fact]
    public async Task What_comes_later_is_a_supplement_and_no_answer_waits_for_it()
    {
        await StartAsync("--Hotline:WeChat:MediaWaitSeconds=0");
        _platform.Add("m", Photo);
        var gate = Hold();
        var watch = Stopwatch.StartNew();
        var number = await TellAsync("citizen-b", "小区门口的树倒了。");
        await SendAsync("citizen-b", "image", "m");
        await _host.PushAsync(_host.Text("citizen-b", "完成"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"{watch.Elapsed}");
        Assert.Empty((await AppealAsync(number)).State.Appeal.Attachments);
        gate.SetResult();
        var (appeal, supplement) = await SupplementAsync(number);
        Assert.Equal("图片.jpg", Assert.Single(supplement.Attachments).Name);
        Assert.Equal(Photo, Assert.Single((await _host.Intake.FilesOfAsync(appeal, default, supplement.Id))!).ToArray());
        Assert.Contains("已从微信取回", supplement.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_appeal_waits_for_its_photo_as_long_as_configured_and_is_found_when_asked_for()
    {
        await StartAsync("--Hotline:WeChat:MediaWaitSeconds=60");
        _platform.Add("m", Photo);
        Hold();
        var first = await TellAsync("citizen-c", "桥上的栏杆断了。");
        await SendAsync("citizen-c", "image", "m");
        await _host.PushAsync(_host.Text("citizen-c", "完成"));
        Assert.Null(await _host.Intake.FindAsync(first, default));
        _host.Time.Ahead += TimeSpan.FromSeconds(61);
        Assert.Empty((await AppealAsync(first)).State.Appeal.Attachments);

        var second = await TellAsync("citizen-c", "公园的灯坏了。");
        await SendAsync("citizen-c", "image", "m");
        await _host.PushAsync(_host.Text("citizen-c", "完成"));
        Assert.Null(await _host.Intake.FindAsync(second, default));
        Assert.Contains("等待受理", await _host.PushAsync(_host.Text("citizen-c", $"查询 {second}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Danger_does_not_wait_for_photos()
    {
        await StartAsync("--Hotline:WeChat:MediaWaitSeconds=600");
        _platform.Add("m", Photo);
        var gate = Hold();
        await SendAsync("citizen-d", "image", "m");
        var reply = await _host.PushAsync(_host.Text("citizen-d", "滨河小区3号楼着火了，楼上有人被困！"));
        var number = Number().Match(reply).Value;
        Assert.NotNull(await _host.Intake.FindAsync(number, default));
        gate.SetResult();
        Assert.Single((await SupplementAsync(number)).Supplement.Attachments);
    }

    [Fact]
    public async Task A_restart_between_message_and_photo_loses_none_and_doubles_none()
    {
        await StartAsync();
        _platform.Add("m", Photo);
        Hold();
        var number = await TellAsync("citizen-e", "东关村的自来水很浑。");
        await SendAsync("citizen-e", "image", "m");
        await Eventually.Async(() => _platform.AskedFor("m") == 1);
        await _host.StopAsync();
        _platform.Before = null;
        await StartAsync();
        await _host.PushAsync(_host.Text("citizen-e", "完成"));
        var appeal = await AppealAsync(number);
        Assert.Single(appeal.State.Appeal.Attachments);
        Assert.Equal(2, _platform.AskedFor("m"));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_spent_token_is_renewed_once_for_all(bool stubborn, int forced)
    {
        await StartAsync();
        foreach (var media in new[] { "m0", "m1", "m2", "m3", "m4" })
        {
            _platform.Add(media, Photo);
        }

        await SendAsync("citizen-f", "image", "m0");
        await Eventually.Async(() => _platform.AskedFor("m0") == 1);
        var calls = _platform.TokenCalls;
        _platform.Stubborn = stubborn;
        _platform.SpendToken();
        await Task.WhenAll(Enumerable.Range(1, 4).Select(i => SendAsync("citizen-f", "image", $"m{i}")));
        var number = await HandInAsync("citizen-f");
        Assert.Equal(5, (await AppealAsync(number)).State.Appeal.Attachments.Count(file => file.Refused is null));
        Assert.Equal(calls + 1 + forced, _platform.TokenCalls);
        Assert.Equal(forced, _platform.Forced);
    }

    public static TheoryData<string> Misbehaviours => ["busy", "unknown-code", "page", "json", "empty", "truncated", "error", "redirect", "not-found"];

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task What_is_no_photo_is_asked_for_again(string behaviour)
    {
        await StartAsync("--Hotline:WeChat:MediaWaitSeconds=600");
        _platform.Add("m", Photo);
        _platform.Before = (http, _) => MisbehaveAsync(http, behaviour);
        await SendAsync("citizen-g", "image", "m");
        await Eventually.Async(() => _host.LogLines.Any(line => line.Contains("tried again later", StringComparison.Ordinal)));
        _platform.Before = null;
        _host.Time.Ahead += TimeSpan.FromSeconds(6);
        var number = await HandInAsync("citizen-g");
        var file = Assert.Single((await AppealAsync(number)).State.Appeal.Attachments);
        Assert.Equal((Photo.LongLength, "image/jpeg", null), (file.Size, file.MediaType, file.Refused));
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("token-", StringComparison.Ordinal) || line.Contains(FakePlatform.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_platform_deleted_or_is_too_large_is_told_in_the_appeal()
    {
        await StartAsync("--Hotline:WeChat:MediaBytes=4096");
        _platform.Add("large", Photo);
        _platform.Before = (http, media) => media == "endless" ? EndlessAsync(http) : null;
        await SendAsync("citizen-h", "image", "deleted");
        await SendAsync("citizen-h", "video", "large");
        await SendAsync("citizen-h", "video", "endless");
        var number = await HandInAsync("citizen-h");
        var files = (await AppealAsync(number)).State.Appeal.Attachments;
        Assert.Equal(["图片", "视频", "视频"], files.Select(file => file.Name));
        Assert.Contains("已过期或已被删除", files[0].Refused, StringComparison.Ordinal);
        Assert.All(files.Skip(1), file => Assert.Contains("超过", file.Refused, StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_three_days_it_is_given_up_and_said()
    {
        await StartAsync("--Hotline:WeChat:MediaWaitSeconds=0");
        _platform.Before = (http, _) => FakePlatform.ErrorAsync(http, -1);
        await SendAsync("citizen-i", "image", "m");
        var number = await HandInAsync("citizen-i");
        await AppealAsync(number);
        _host.Time.Ahead += TimeSpan.FromDays(3);
        var (_, supplement) = await SupplementAsync(number);
        Assert.Contains("已过期", Assert.Single(supplement.Attachments).Refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40164, "white list", 11)]
    [InlineData(40125, "AppSecret", 11)]
    [InlineData(45009, "used up", 61)]
    public async Task Trouble_with_the_account_is_said_once_and_waited_for(int code, string said, int minutes)
    {
        await StartAsync("--Hotline:WeChat:MediaWaitSeconds=600");
        _platform.TokenTrouble = $$"""{"errcode":{{code}},"errmsg":"invalid ip 192.0.2.1 {{FakePlatform.Secret}}"}""";
        _platform.Add("m1", Photo);
        _platform.Add("m2", Photo);
        await SendAsync("citizen-j", "image", "m1");
        await Eventually.Async(() => _host.LogLines.Any(line => line.Contains(said, StringComparison.Ordinal)));
        await SendAsync("citizen-j", "image", "m2");
        Assert.Equal(1, _platform.TokenCalls);
        _platform.TokenTrouble = null;
        _host.Time.Ahead += TimeSpan.FromMinutes(minutes);
        await Eventually.Async(() => _platform.AskedFor("m1") + _platform.AskedFor("m2") == 2);
        Assert.Single(_host.LogLines, line => line.Contains("gives no media", StringComparison.Ordinal));
        Assert.DoesNotContain(_host.LogLines, line => line.Contains(FakePlatform.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_video_is_fetched_from_hosts_that_are_allowed_and_from_no_other()
    {
        await using var allowed = new FakePlatform();
        await using var forbidden = new FakePlatform();
        await Task.WhenAll(allowed.StartAsync(), forbidden.StartAsync());
        byte[] video = [0, 0, 0, 24, .. "ftypisom"u8, .. Photo];
        var queries = new List<string>();
        allowed.BeforeToken = async http =>
        {
            queries.Add(http.Request.QueryString.Value!);
            await http.Response.Body.WriteAsync(video);
        };
        await StartAsync("--Hotline:WeChat:MediaWaitSeconds=600", $"--Hotline:WeChat:VideoHosts:0={allowed.Address.Authority}");
        _platform.Before = (http, _) => http.Response.WriteAsync($$"""{"video_url":"{{forbidden.Address}}cgi-bin/media/get?media_id=x"}""");
        await SendAsync("citizen-k", "video", "v");
        await Eventually.Async(() => _host.LogLines.Any(line => line.Contains("VideoHosts", StringComparison.Ordinal)));
        _platform.Before = (http, _) => http.Response.WriteAsync($$"""{"video_url":"{{allowed.Address}}cgi-bin/media/get?media_id=x","errcode":0}""");
        _host.Time.Ahead += TimeSpan.FromSeconds(6);
        var file = Assert.Single((await AppealAsync(await HandInAsync("citizen-k"))).State.Appeal.Attachments);
        Assert.Equal(("视频.mp4", video.LongLength, null), (file.Name, file.Size, file.Refused));
        Assert.Equal(["?media_id=x"], queries); // without the token
        Assert.Equal(0, forbidden.AskedFor("x"));
    }

    [Fact]
    public async Task Without_a_secret_photos_stay_marks()
    {
        await _host.StartAsync($"--Hotline:WeChat:ApiBase={_platform.Address}");
        var number = await TellAsync("citizen-l", "井盖丢了。");
        await SendAsync("citizen-l", "image", "m");
        await _host.PushAsync(_host.Text("citizen-l", "完成"));
        Assert.Equal("井盖丢了。\n〔图片〕", (await _host.Intake.FindAsync(number, default))!.State.Appeal.Text);
        Assert.Equal(0, _platform.TokenCalls);
    }

    private Task StartAsync(params string[] options) =>
        _host.StartAsync([$"--Hotline:WeChat:ApiBase={_platform.Address}", $"--Hotline:WeChat:AppSecret={FakePlatform.Secret}", .. options]);

    /// <summary>Has the platform stall until the gate is opened.</summary>
    private TaskCompletionSource Hold()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _platform.Before = (http, _) => gate.Task.IsCompleted ? null : WaitAsync(http);
        return gate;

        async Task WaitAsync(HttpContext http)
        {
            await gate.Task.WaitAsync(http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            http.Response.ContentType = "image/jpeg";
            await http.Response.Body.WriteAsync(Photo);
        }
    }

    private static Task MisbehaveAsync(HttpContext http, string behaviour)
    {
        switch (behaviour)
        {
            case "busy":
                return FakePlatform.ErrorAsync(http, -1);
            case "unknown-code":
                return FakePlatform.ErrorAsync(http, 987654);
            case "page":
                http.Response.ContentType = "text/html";
                return http.Response.WriteAsync("<html>log in</html>");
            case "json":
                return http.Response.WriteAsync("{}");
            case "empty":
                return Task.CompletedTask;
            case "truncated":
                http.Response.ContentLength = Photo.Length;
                return TruncateAsync(http);
            case "error":
                http.Response.StatusCode = 500;
                return Task.CompletedTask;
            case "redirect":
                http.Response.Redirect("/cgi-bin/media/get?media_id=elsewhere");
                return Task.CompletedTask;
            default:
                http.Response.StatusCode = 404;
                return Task.CompletedTask;
        }
    }

    private static async Task TruncateAsync(HttpContext http)
    {
        await http.Response.Body.WriteAsync(Photo.AsMemory(0, 100));
        await http.Response.Body.FlushAsync();
        http.Abort();
    }

    private static async Task EndlessAsync(HttpContext http)
    {
        http.Response.ContentType = "video/mp4";
        while (!http.RequestAborted.IsCancellationRequested)
        {
            await http.Response.Body.WriteAsync(Photo);
        }
    }

    private async Task<string> TellAsync(string openid, string text) => Number().Match(await _host.PushAsync(_host.Text(openid, text))).Value;

    private Task<string> SendAsync(string openid, string type, string media) =>
        _host.PushAsync(_host.Message(openid, $"<MsgType>{type}</MsgType><MediaId>{media}</MediaId><Format>amr</Format>"));

    private async Task<string> HandInAsync(string openid) => Number().Match(await _host.PushAsync(_host.Text(openid, "完成"))).Value;

    private async Task<Document<ReceivedAppeal>> AppealAsync(string number)
    {
        Document<ReceivedAppeal>? appeal = null;
        await Eventually.BecomesAsync(async () => (appeal = await _host.Intake.FindAsync(number, default)) is not null);
        return appeal!;
    }

    private async Task<(Document<ReceivedAppeal> Appeal, AppealSupplemented Supplement)> SupplementAsync(string number)
    {
        Document<ReceivedAppeal>? appeal = null;
        await Eventually.BecomesAsync(async () => (appeal = await _host.Intake.FindAsync(number, default)) is { State.Supplements.Count: > 0 });
        return (appeal!, Assert.Single(appeal!.State.Supplements));
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}
