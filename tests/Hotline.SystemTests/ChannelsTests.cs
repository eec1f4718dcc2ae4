using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.Intake.Phone.Calls;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>Appeals of the other channels go the same way to their end, in both forms; what a citizen began to tell survives a kill.</summary>
public sealed partial class ChannelsTests
{
    private const string Secret = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Form.OneProcess)]
    [InlineData(Form.Split)]
    public async Task Appeals_by_WeChat_mail_and_phone_are_handled_to_their_end(Form form)
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var hotline = await RunningHotline.StartAsync(form, options:
        [
            .. WeChatPlatform.Options, $"--Hotline:Email:PipeKey={Secret}", $"--Hotline:Phone:EventSecret={Secret}",
        ], services: ["intake-wechat", "intake-email", "intake-phone", "dispatch", "callback"]);
        using var http = hotline.NewHttp();
        var staff = new StaffClient(http, await hotline.TokensAsync());
        var players = new OfficePlayers(staff, OrganizationFile.Load(), TimeProvider.System);

        // WeChat: the process dies in the middle of the conversation.
        var opened = await WeChatPlatform.PushAsync(http, "昨天离石区滨河街道兴隆巷的路灯不亮。", 1);
        var number = Number().Match(opened).Value;
        var process = form == Form.OneProcess ? "all" : "intake-wechat";
        await hotline.KillAsync(process);
        await hotline.StartAsync();
        Assert.Equal(opened, await WeChatPlatform.PushAsync(http, "昨天离石区滨河街道兴隆巷的路灯不亮。", 1));
        Assert.Contains(number, await WeChatPlatform.PushAsync(http, "今天还是不亮，电话13800001111", 2), StringComparison.Ordinal);
        Assert.Contains(number, await WeChatPlatform.PushAsync(http, "完成", 3), StringComparison.Ordinal);
        await players.HandleAsync(number, limit.Token);
        await players.CallBackAsync(number, limit.Token);
        var reply = "";
        for (var message = 10; !reply.Contains("已结案", StringComparison.Ordinal); message++)
        {
            limit.Token.ThrowIfCancellationRequested();
            reply = await WeChatPlatform.PushAsync(http, $"查询 {number}", message);
        }

        // Mail, by an MTA's pipe.
        using var letter = new HttpRequestMessage(HttpMethod.Post, "/intake/email/messages")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("From: <citizen@example.org>\r\nSubject: =?utf-8?B?5LqV55uW5Lii5aSx?=\r\nMessage-ID: <1@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n临县城关的井盖丢了三天。\r\n")),
        };
        letter.Headers.Authorization = new("Bearer", Secret);
        using var piped = await http.SendAsync(letter, limit.Token);
        Assert.Equal(HttpStatusCode.Created, piped.StatusCode);
        await players.HandleAsync((await AppClient.ReadAsync(piped, limit.Token))["number"]!.GetValue<string>(), limit.Token);

        // The phone.
        await TellAsync(http, """{"callId":"c-1","state":"answered","agent":"agent-01","caller":"13900001111","at":"2026-03-02T09:00:00+08:00"}""");
        using var write = new HttpRequestMessage(HttpMethod.Post, "/intake/phone/appeals") { Content = AppClient.Json("""{"callId":"c-1","text":"柳林县柳林镇的公交车总是晚点。"}""") };
        write.Headers.Authorization = new("Bearer", staff.TokenOf("agent-01"));
        write.Headers.Add("Idempotency-Key", "call-1");
        using var written = await http.SendAsync(write, limit.Token);
        var receipt = await AppClient.ReadAsync(written, limit.Token);
        await players.HandleAsync(receipt["number"]!.GetValue<string>(), limit.Token);
        await players.CallBackAsync(receipt["number"]!.GetValue<string>(), limit.Token);
        JsonNode? track = null;
        while (track?["state"]?.GetValue<string>() != "closed")
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, $"/intake/phone/appeals/{receipt["number"]}");
            ask.Headers.Add("Hotline-Code", receipt["code"]!.GetValue<string>());
            using var answer = await http.SendAsync(ask, limit.Token);
            track = await AppClient.ReadAsync(answer, limit.Token);
        }

        await hotline.StopAsync();
    }

    private static async Task TellAsync(HttpClient http, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/phone/call-events") { Content = AppClient.Json(body) };
        request.Headers.TryAddWithoutValidation(CallSignature.Header, CallSignature.Of(Secret, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), Encoding.UTF8.GetBytes(body)));
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}
