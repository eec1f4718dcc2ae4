using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.ContractTests.EventLog;
using Hotline.ContractTests.Replies;
using Hotline.Intake.Replies;
using Hotline.Intake.WeChat;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>Replies reach the citizen's WeChat, however the platform answers, misbehaves or stalls; none goes out twice.</summary>
public sealed partial class WeChatReplyTests : IAsyncLifetime
{
    private static readonly string[] Template =
    [
        "--Hotline:WeChat:Templates:default:Id=tpl-1", "--Hotline:WeChat:Templates:default:Fields:character_string1={number}", "--Hotline:WeChat:Templates:default:Fields:thing2={text}",
        "--Hotline:WeChat:Templates:default:Url=https://hotline.example/f?n={number}",
    ];

    private readonly WeChatHost _host = new();
    private readonly FakePlatform _platform = new();

    public Task InitializeAsync() => _platform.StartAsync();

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task Within_two_days_a_reply_comes_as_a_message_in_plain_utf8()
    {
        await StartAsync();
        var (id, number) = await AppealAsync("citizen-a");
        await Tell.ReplyAsync(id, "handled", "路灯已修好😀𠮷，\"感谢\"\\反映。\r\n请查看。\u0001");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var (kind, body) = Assert.Single(_platform.Sends);
        Assert.Equal("custom", kind);
        Assert.Contains("😀𠮷", body, StringComparison.Ordinal);
        using var message = JsonDocument.Parse(body);
        Assert.Equal("citizen-a", message.RootElement.GetProperty("touser").GetString());
        Assert.Equal($"诉求{number}的答复：\n路灯已修好😀𠮷，\"感谢\"\\反映。\n请查看。", message.RootElement.GetProperty("text").GetProperty("content").GetString());
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("citizen-a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_long_reply_comes_whole_in_several_messages()
    {
        await StartAsync();
        var (id, number) = await AppealAsync("citizen-b");
        var text = $"诉求{number}：" + string.Concat(Enumerable.Repeat("经核查，该路段路灯由市政部门负责，现已全部更换。", 100));
        await Tell.ReplyAsync(id, "handled", text);
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var texts = _platform.Sends.Select(send => JsonDocument.Parse(send.Body).RootElement.GetProperty("text").GetProperty("content").GetString()!).ToList();
        Assert.True(texts.Count > 3);
        Assert.Equal(text, string.Concat(texts));
        Assert.All(texts, piece => Assert.EndsWith("。", piece, StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_a_later_piece_is_refused_the_first_are_not_sent_again()
    {
        await StartAsync();
        var (id, _) = await AppealAsync("citizen-b2");
        _platform.BeforeSend = (http, _) => _platform.Sends.Count == 2 ? FakePlatform.ErrorAsync(http, -1) : null;
        await Tell.ReplyAsync(id, "handled", new string('长', 2000));
        Assert.Contains("前1条已送出", (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason, StringComparison.Ordinal);
        Assert.Equal(2, _platform.Sends.Count);
    }

    [Theory]
    [InlineData(45015)]
    [InlineData(45047)]
    public async Task When_the_window_is_over_a_template_says_it_and_the_platform_tells_that_it_arrived(int code)
    {
        await StartAsync(Template);
        _platform.BeforeSend = (http, kind) => kind == "custom" ? FakePlatform.ErrorAsync(http, code) : null;
        var (id, number) = await AppealAsync("citizen-c");
        await Tell.ReplyAsync(id, "handled", "已经办结，请您放心，这一句超过二十个字所以会被截断。");
        var sent = await Tell.BecomesAsync(DeliveryState.Sent, id);
        Assert.Equal(("template", "200228332"), (sent.Call!.Way, sent.PlatformId));
        Assert.Equal(["custom", "template"], _platform.Sends.Select(send => send.Kind));
        using var message = JsonDocument.Parse(_platform.Sends.Last().Body);
        var data = message.RootElement.GetProperty("data");
        Assert.Equal((number, "已经办结，请您放心，这一句超过二十个字…"), (data.GetProperty("character_string1").GetProperty("value").GetString(), data.GetProperty("thing2").GetProperty("value").GetString()));
        Assert.Equal($"https://hotline.example/f?n={number}", message.RootElement.GetProperty("url").GetString());
        await _host.PushAsync(Report("somebody-else", "success"));
        await _host.PushAsync(Report("citizen-c", "success"));
        await Tell.BecomesAsync(DeliveryState.Delivered, id);
    }

    [Fact]
    public async Task A_report_that_overtakes_its_message_is_not_lost()
    {
        await StartAsync(Template);
        var (id, _) = await AppealAsync("citizen-d");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _platform.BeforeSend = (http, kind) => kind == "custom" ? FakePlatform.ErrorAsync(http, 45015) : AnswerAfterAsync(http, gate.Task);
        await Tell.ReplyAsync(id, "handled", "已办结。");
        await Eventually.Async(() => _platform.Sends.Count == 2);
        await _host.PushAsync(Report("citizen-d", "failed:user block"));
        gate.SetResult();
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        _host.Time.Ahead += TimeSpan.FromSeconds(30);
        Assert.Equal("用户设置了拒收本公众号的消息。", (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason);
    }

    [Fact]
    public async Task Three_days_later_the_template_is_asked_at_once()
    {
        await StartAsync(Template);
        var (id, _) = await AppealAsync("citizen-e");
        _host.Time.Ahead += TimeSpan.FromDays(3);
        await Tell.ReplyAsync(id, "handled", "已办结。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        Assert.Equal("template", Assert.Single(_platform.Sends).Kind);
    }

    [Fact]
    public async Task Without_a_template_the_list_names_the_option()
    {
        await StartAsync();
        _platform.BeforeSend = static (http, _) => FakePlatform.ErrorAsync(http, 45015);
        var (id, _) = await AppealAsync("citizen-f");
        await Tell.ReplyAsync(id, "handled", "已办结。");
        Assert.Contains("Hotline:WeChat:Templates:handled", (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spent_token_is_renewed_once_and_the_reply_goes_out_once()
    {
        await StartAsync();
        var (id, _) = await AppealAsync("citizen-g");
        await Tell.ReplyAsync(id, "accepted", "已受理。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        _platform.SpendToken();
        await Tell.ReplyAsync(id, "handled", "已办结。");
        await Tell.BecomesAsync(DeliveryState.Sent, id, 2);
        Assert.Equal(2, _platform.Sends.Count);
    }

    [Theory]
    [InlineData(43004, "取消关注")]
    [InlineData(43101, "拒收")]
    [InlineData(40003, "不认识")]
    [InlineData(45002, "45002")]
    [InlineData(987654, "987654")]
    public async Task A_refusal_is_final(int code, string reason)
    {
        await StartAsync(Template);
        _platform.BeforeSend = (http, _) => FakePlatform.ErrorAsync(http, code);
        var (id, _) = await AppealAsync("citizen-h");
        await Tell.ReplyAsync(id, "handled", "已办结。");
        Assert.Contains(reason, (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason, StringComparison.Ordinal);
        Assert.Single(_platform.Sends);
    }

    [Theory]
    [InlineData("stall")]
    [InlineData("cut")]
    [InlineData("page")]
    [InlineData("empty")]
    [InlineData("json")]
    [InlineData("error")]
    public async Task After_an_answer_that_is_none_a_message_is_not_sent_again_but_a_template_is_with_its_id(string behaviour)
    {
        await StartAsync(Template);
        var (id, _) = await AppealAsync("citizen-i");
        _platform.BeforeSend = (http, _) => MisbehaveAsync(http, behaviour);
        await Tell.ReplyAsync(id, "handled", "已办结。");
        Assert.StartsWith("可能已送达", (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason, StringComparison.Ordinal);
        Assert.Single(_platform.Sends);

        _host.Time.Ahead += TimeSpan.FromDays(3);
        await Tell.ReplyAsync(id, "closed", "已结案。");
        await Tell.BecomesAsync(delivery => delivery.Unsure, id, 2);
        _platform.BeforeSend = null;
        _host.Time.Ahead += TimeSpan.FromMinutes(1);
        await Tell.BecomesAsync(DeliveryState.Sent, id, 2);
        var ids = _platform.Sends.Where(send => send.Kind == "template").Select(send => JsonDocument.Parse(send.Body).RootElement.GetProperty("client_msg_id").GetString()).ToList();
        Assert.Equal(2, ids.Count);
        Assert.Single(ids.Distinct());
    }

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(45009, 30, 1)]
    [InlineData(48001, 1, 1)]
    public async Task What_passes_is_waited_for(int code, int hours, int sends)
    {
        await StartAsync();
        _platform.BeforeSend = (http, _) => FakePlatform.ErrorAsync(http, code);
        var (id, _) = await AppealAsync("citizen-j");
        await Tell.ReplyAsync(id, "handled", "已办结。");
        await Tell.BecomesAsync(delivery => delivery.NotBefore is not null, id);
        Assert.Equal(sends, _platform.Sends.Count);
        _platform.BeforeSend = null;
        _host.Time.Ahead += TimeSpan.FromHours(hours);
        await Tell.BecomesAsync(DeliveryState.Sent, id);
    }

    [Fact]
    public async Task Without_a_secret_replies_wait_and_the_list_names_the_option()
    {
        await _host.StartAsync($"--Hotline:WeChat:ApiBase={_platform.Address}");
        var (id, _) = await AppealAsync("citizen-k");
        await Tell.ReplyAsync(id, "handled", "已办结。");
        Assert.Contains(_host.LogLines, line => line.Contains("Hotline:WeChat:AppSecret is not set", StringComparison.Ordinal) && line.Contains("not carried out", StringComparison.Ordinal));
        Assert.Equal(DeliveryState.Queued, (await Tell.BecomesAsync(static _ => true, id)).State);
    }

    private Telling Tell => new(_host.Services, WeChatChannel.Name);

    private Task StartAsync(params string[] options) =>
        _host.StartAsync([$"--Hotline:WeChat:ApiBase={_platform.Address}", $"--Hotline:WeChat:AppSecret={FakePlatform.Secret}", .. options]);

    private async Task<(Guid Id, string Number)> AppealAsync(string openid)
    {
        var number = Number().Match(await _host.PushAsync(_host.Text(openid, "昨天滨河街道路灯不亮。"))).Value;
        await _host.PushAsync(_host.Text(openid, "完成"));
        return ((await Tell.AppealAsync(number)).Id, number);
    }

    private static string Report(string openid, string status) =>
        $"<xml><ToUserName>gh_12345</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>1700000000</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>200228332</MsgID><Status>{status}</Status></xml>";

    private static async Task AnswerAfterAsync(HttpContext http, Task gate)
    {
        await gate;
        await http.Response.WriteAsync("""{"errcode":0,"errmsg":"ok","msgid":200228332}""");
    }

    private static Task MisbehaveAsync(HttpContext http, string behaviour)
    {
        switch (behaviour)
        {
            case "stall":
                return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            case "cut":
                http.Abort();
                return Task.CompletedTask;
            case "page":
                return http.Response.WriteAsync("<html>busy</html>");
            case "empty":
                return Task.CompletedTask;
            case "json":
                return http.Response.WriteAsync("{}");
            default:
                http.Response.StatusCode = 502;
                return Task.CompletedTask;
        }
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}
