using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.AllInOne.Practice;
using Hotline.Hosting;
using Hotline.Intake.Email.Mime;
using Xunit;

namespace Hotline.SystemTests;

/// <summary>What the office decides arrives in the citizen's WeChat, mailbox and phone, through the real programs, and once though they are killed.</summary>
public sealed partial class RepliesTests
{
    private const string Secret = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(Form.OneProcess)]
    [InlineData(Form.Split)]
    public async Task Replies_arrive_by_WeChat_and_mail(Form form)
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var platform = await WeChatPlatform.StartAsync();
        await using var mails = new MailSink();
        await using var hotline = await RunningHotline.StartAsync(form, options:
        [
            .. WeChatPlatform.Options, .. platform.MediaOptions, $"--Hotline:Email:PipeKey={Secret}", "--Hotline:Email:Smtp:Host=localhost", $"--Hotline:Email:Smtp:Port={mails.Port}",
            "--Hotline:Email:Smtp:Tls=None", "--Hotline:Email:Smtp:From=office@12345.example.org",
        ], services: ["intake-wechat", "intake-email", "dispatch", "callback"]);
        using var http = hotline.NewHttp();
        var players = new OfficePlayers(new StaffClient(http, await hotline.TokensAsync()), OrganizationFile.Load(), TimeProvider.System);

        var chat = Number().Match(await WeChatPlatform.PushAsync(http, "昨天离石区滨河街道兴隆巷的路灯不亮。", 1)).Value;
        await WeChatPlatform.PushAsync(http, "完成", 2);
        await players.HandleAsync(chat, limit.Token);
        await players.CallBackAsync(chat, limit.Token);
        await UntilAsync(() => platform.Told.Any(text => text.Contains("结案", StringComparison.Ordinal)), limit.Token);

        using var letter = new HttpRequestMessage(HttpMethod.Post, "/intake/email/messages")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes("From: <citizen@example.org>\r\nSubject: =?utf-8?B?5LqV55uW5Lii5aSx?=\r\nMessage-ID: <1@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n临县城关的井盖丢了三天。\r\n")),
        };
        letter.Headers.Authorization = new("Bearer", Secret);
        using var piped = await http.SendAsync(letter, limit.Token);
        Assert.Equal(HttpStatusCode.Created, piped.StatusCode);
        var written = (await AppClient.ReadAsync(piped, limit.Token))["number"]!.GetValue<string>();
        await players.HandleAsync(written, limit.Token);
        await players.CallBackAsync(written, limit.Token);
        await UntilAsync(() => mails.Mails.Any(mail => Read(mail.Content).ReadText().Contains("结案", StringComparison.Ordinal)), limit.Token);

        // Killed and started again it tells nobody anything twice.
        var (told, sent) = (platform.Told.Count, mails.Mails.Count);
        foreach (var name in hotline.Names)
        {
            await hotline.KillAsync(name);
        }

        await hotline.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, limit.Token); // two looks of the worker: there is nothing to wait for
        Assert.Equal((told, sent), (platform.Told.Count, mails.Mails.Count));
        Assert.Equal(told, platform.Told.Distinct().Count());
        Assert.All(platform.Told, text => Assert.Contains(chat, text, StringComparison.Ordinal));
        Assert.All(mails.Mails, mail => Assert.Equal("citizen@example.org", mail.To));
        Assert.All(mails.Mails, mail => Assert.Equal($"Re: 井盖丢失【{written}】", Read(mail.Content).Headers.Text("Subject")));
        Assert.Equal(sent, mails.Mails.Select(mail => Read(mail.Content).Headers.Text("Message-ID")).Distinct().Count());
        await hotline.StopAsync();
    }

    private static MimeEntity Read(string mail) => MimeReader.Read(Encoding.Latin1.GetBytes(mail));

    private static async Task UntilAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
    }

    [GeneratedRegex("[0-9]{15}")]
    private static partial Regex Number();
}
