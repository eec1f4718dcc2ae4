using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hotline.ContractTests.Channels.Email.Imap;
using Hotline.ContractTests.EventLog;
using Hotline.ContractTests.Replies;
using Hotline.Intake.Email;
using Hotline.Intake.Email.Mime;
using Hotline.Intake.Replies;
using Xunit;

namespace Hotline.ContractTests.Channels.Email.Smtp;

/// <summary>Replies and receipts by e-mail, to a server that behaves, refuses, stalls and cuts the line; nothing is answered that must not be.</summary>
public sealed partial class EmailReplyTests : IAsyncLifetime
{
    private const string Office = "office@12345.example.org";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-smtp-").FullName;
    private ServerCertificate _certificate = null!;
    private ScriptedSmtp _server = null!;
    private ChannelHost<EmailChannel> _host = null!;

    public Task InitializeAsync()
    {
        _certificate = new ServerCertificate(_folder);
        _server = new ScriptedSmtp(_certificate);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await (_host?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _server.DisposeAsync();
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_reply_stands_in_the_thread_of_the_letter()
    {
        await StartAsync("--Hotline:Email:Smtp:Receipts=false");
        var (id, number) = await AppealAsync(Letter("zhang@example.org", "滨河路路灯不亮", "三号楼下的路灯三天不亮。", "References: <first@example.org> <second@example.org>\r\n"));
        await Tell.ReplyAsync(id, "handled", "路灯已修好😀。\n.\n..两个点\n感谢您的反映。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var mail = Assert.Single(_server.Mails);
        Assert.Equal((Office, "zhang@example.org"), (mail.From, mail.To));
        var mime = MimeReader.Read(mail.Content);
        Assert.Equal($"Re: 滨河路路灯不亮【{number}】", mime.Headers.Text("Subject"));
        Assert.Equal("<letter-1@example.org>", mime.Headers.First("In-Reply-To")!.Undecoded);
        Assert.Equal(["first@example.org", "second@example.org", "letter-1@example.org"], MessageIds.Parse(mime.Headers.First("References")!.Undecoded));
        Assert.Equal("auto-generated", mime.Headers.Text("Auto-Submitted"));
        Assert.Equal(MailOrigin.AutoReply, MailKind.Of(mime).Origin); // whoever reads it by our rules answers nothing
        Assert.Contains("路灯已修好😀。\r\n.\r\n..两个点\r\n感谢您的反映。", mime.ReadText(), StringComparison.Ordinal);
        Assert.All(Encoding.Latin1.GetString(mail.Content).Split("\r\n"), line => Assert.True(line.Length <= 78 && line.All(char.IsAscii)));
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("zhang@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_letter_is_answered_with_number_and_code_once_a_day()
    {
        await StartAsync();
        var (id, number) = await AppealAsync(Letter("li@example.org", "自来水很浑", "东关村的自来水一直很浑。"));
        await Tell.BecomesAsync(DeliveryState.Sent, id, 0);
        var receipt = Assert.Single(_server.Mails);
        var mime = MimeReader.Read(receipt.Content);
        Assert.Equal(("", "auto-replied"), (receipt.From, mime.Headers.Text("Auto-Submitted")));
        Assert.Contains(number, mime.ReadText(), StringComparison.Ordinal);
        Assert.True(_host.Intake.Codes.Check(id, Code().Match(mime.ReadText()).Groups[1].Value));

        var (second, _) = await AppealAsync(Letter("LI@example.org", "垃圾没人清", "西关村口的垃圾没人清。", id: "letter-2"));
        Assert.Equal("当日已向该发件人自动回复过。", (await Tell.BecomesAsync(DeliveryState.Withheld, second, 0)).Reason);
        _host.Time.Ahead += TimeSpan.FromDays(1);
        var (third, _) = await AppealAsync(Letter("li@example.org", "井盖丢了", "桥南巷的井盖丢了。", id: "letter-3"));
        await Tell.BecomesAsync(DeliveryState.Sent, third, 0);
        Assert.Equal(2, _server.Mails.Count);
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied\r\n")]
    [InlineData("List-Id: <news.example.org>\r\n")]
    [InlineData("Return-Path: <>\r\n")]
    [InlineData("X-Hotline-Loop: office@12345.example.org\r\n")]
    [InlineData("Precedence: bulk\r\n")]
    public async Task What_a_program_sent_is_never_answered(string header)
    {
        await StartAsync();
        Assert.Equal("review", (string)(await PipeAsync(Letter("robot@example.org", "不在办公室", "我不在。", header)))["outcome"]!);
        var (id, _) = await AppealAsync(Letter("person@example.org", "路灯", "路灯不亮。", id: "letter-2"));
        await Tell.BecomesAsync(DeliveryState.Sent, id, 0);
        Assert.Equal("person@example.org", Assert.Single(_server.Mails).To);
    }

    [Fact]
    public async Task Our_own_mailbox_and_whoever_is_not_verified_get_no_receipt()
    {
        await StartAsync("--Hotline:Email:AuthenticationServer=mx.example.org");
        var (ours, _) = await AppealAsync(Letter(Office, "自己", "自己写给自己。"));
        Assert.Equal("来信的地址是本机构自己的信箱。", (await Tell.BecomesAsync(DeliveryState.Withheld, ours, 0)).Reason);
        var (claimed, _) = await AppealAsync(Letter("forged@example.org", "路灯", "路灯不亮。", id: "letter-2"));
        Assert.Equal("发件人未经验证，不自动回复。", (await Tell.BecomesAsync(DeliveryState.Withheld, claimed, 0)).Reason);
        Assert.Empty(_server.Mails);
    }

    [Fact]
    public async Task A_server_that_takes_no_empty_return_path_gets_the_replies_all_the_same()
    {
        await _server.DisposeAsync();
        _server = new ScriptedSmtp(_certificate) { RefusesEmptySender = true };
        await StartAsync();
        var (id, _) = await AppealAsync(Letter("li@example.org", "自来水很浑", "东关村的自来水一直很浑。"));
        await Tell.ReplyAsync(id, "handled", "水管已换。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        Assert.Contains(":NullReturnPath", (await Tell.BecomesAsync(DeliveryState.Failed, id, 0)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_value_becomes_a_header_or_a_command()
    {
        await StartAsync("--Hotline:Email:Smtp:Receipts=false");
        var subject = $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("路灯\r\nBcc: victim@example.org\r\n\r\n正文"))}?=";
        var letter = $"From: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes("甲\r\nBcc: victim@example.org"))}?= <wu@example.org>\r\nTo: <{Office}>\r\nSubject: {subject}\r\n"
            + "Message-ID: <a b\r\n Bcc: x@example.org>\r\nReferences: <x@y>\r\n <z\u0001@y> <" + new string('r', 5000) + "@y>\r\n\r\n路灯不亮。\r\n";
        var (id, _) = await AppealAsync(Encoding.UTF8.GetBytes(letter));
        await Tell.ReplyAsync(id, "handled", "已修好。\r\n.\r\nRCPT TO:<victim@example.org>\r\n" + new string('长', 5000));
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var mail = Assert.Single(_server.Mails);
        Assert.Single(_server.Commands, command => command.StartsWith("RCPT", StringComparison.Ordinal));
        var mime = MimeReader.Read(mail.Content);
        Assert.Null(mime.Headers.First("Bcc"));
        Assert.Equal(1, mime.Headers.Count(header => header.Name == "Subject"));
        Assert.Contains("RCPT TO:<victim@example.org>", mime.ReadText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 no such user secret@example.org", "邮件服务器拒收（550 5.1.1）。")]
    [InlineData("DATA", "554 no", "邮件服务器拒收（554）。")]
    [InlineData(ScriptedSmtp.End, "552 5.2.2 full", "邮件服务器拒收（552 5.2.2）。")]
    public async Task A_refusal_for_good_is_for_a_person(string at, string answer, string reason)
    {
        await StartAsync("--Hotline:Email:Smtp:Receipts=false");
        _server.Answer = verb => verb == at ? answer : null;
        var (id, _) = await AppealAsync(Letter("zhao@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        Assert.Equal(reason, (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason);
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("secret@", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("(greeting)", "421 4.3.2 later")]
    [InlineData("(greeting)", "nonsense")]
    [InlineData("(greeting)", ScriptedSmtp.Cut)]
    [InlineData("EHLO", ScriptedSmtp.Stall)]
    [InlineData("AUTH", "535 5.7.8 wrong")]
    [InlineData("AUTH", "454 4.7.0 later")]
    [InlineData("MAIL", "553 not you")]
    [InlineData("RCPT", "450 4.2.1 greylisted")]
    [InlineData("RCPT", ScriptedSmtp.Cut)]
    [InlineData("DATA", "451 later")]
    [InlineData("DATA", ScriptedSmtp.Cut)]
    [InlineData(ScriptedSmtp.End, "451 4.3.0 later")]
    public async Task What_was_not_taken_goes_out_once_when_the_server_is_well_again(string at, string answer)
    {
        await StartAsync("--Hotline:Email:Smtp:Receipts=false");
        _server.Answer = verb => verb == at ? answer : null;
        var (id, _) = await AppealAsync(Letter("qian@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        var waits = await Tell.BecomesAsync(delivery => delivery.NotBefore is not null, id);
        Assert.False(waits.Unsure);
        var before = _server.Mails.Count;
        _server.Answer = null;
        _host.Time.Ahead += TimeSpan.FromHours(1);
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        Assert.Equal(before + 1, _server.Mails.Count);
    }

    [Theory]
    [InlineData(ScriptedSmtp.Stall)]
    [InlineData(ScriptedSmtp.Cut)]
    [InlineData("25")]
    public async Task Silence_after_the_message_is_followed_by_the_same_message_and_then_by_a_person(string answer)
    {
        await StartAsync("--Hotline:Email:Smtp:Receipts=false");
        _server.Answer = verb => verb == ScriptedSmtp.End ? answer : null;
        var (id, _) = await AppealAsync(Letter("sun@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        for (var silences = 1; silences < 3; silences++)
        {
            await Tell.BecomesAsync(delivery => delivery.Silences == silences && delivery.State == DeliveryState.Queued, id);
            _host.Time.Ahead += TimeSpan.FromMinutes(5);
        }

        Assert.StartsWith("可能已送达", (await Tell.BecomesAsync(DeliveryState.Failed, id)).Reason, StringComparison.Ordinal);
        Assert.Equal(3, _server.Mails.Count);
        Assert.Single(_server.Mails.Select(mail => Convert.ToHexString(mail.Content)).Distinct());
    }

    [Theory]
    [InlineData("failed", "5.1.1", DeliveryState.Failed, "邮件被退回（5.1.1）。")]
    [InlineData("delayed", "4.4.1", DeliveryState.Sent, null)]
    [InlineData("delivered", "2.0.0", DeliveryState.Delivered, null)]
    public async Task A_bounce_is_recorded_with_the_reply_it_is_about(string action, string status, DeliveryState state, string? reason)
    {
        await StartAsync("--Hotline:Email:Smtp:Receipts=false");
        var (id, number) = await AppealAsync(Letter("zhou@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var sent = MimeReader.Read(Assert.Single(_server.Mails).Content);
        var messageId = sent.Headers.First("Message-ID")!.Undecoded.Trim();
        await PipeAsync(Bounce(messageId.Replace(number, "260302030000060", StringComparison.Ordinal), "failed", "5.0.0")); // forged: the tag does not fit
        Assert.Equal("review", (string)(await PipeAsync(Bounce(messageId, action, status)))["outcome"]!);
        var after = await Tell.BecomesAsync(state, id);
        Assert.Equal(reason, after.Reason);
        var reviews = await _host.Intake.ReviewsAsync(0, 10, default);
        Assert.Equal(2, reviews.Count);
        Assert.Contains(number, reviews[1].State.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AUTH LOGIN", "AUTH LOGIN")]
    [InlineData("AUTH=LOGIN PLAIN", "AUTH PLAIN AG9mZmljZQBzZWNyZXQ=")]
    public async Task It_logs_in_as_the_server_wants(string ability, string command)
    {
        await StartAsync("--Hotline:Email:Smtp:Receipts=false");
        _server.Abilities = [ability];
        var (id, _) = await AppealAsync(Letter("wu@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        Assert.Contains(command, _server.Commands);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("502 not here", false)]
    [InlineData("220 go ahead\r\n250 injected", false)]
    public async Task After_STARTTLS_it_talks_encrypted_or_not_at_all(string? answer, bool sends)
    {
        await using var server = new ScriptedSmtp(_certificate, implicitTls: false);
        server.Answer = verb => verb == "STARTTLS" ? answer : null;
        await StartAsync("--Hotline:Email:Smtp:Receipts=false", "--Hotline:Email:Smtp:Tls=StartTls", $"--Hotline:Email:Smtp:Port={server.Port}");
        var (id, _) = await AppealAsync(Letter("zheng@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        await Tell.BecomesAsync(delivery => delivery.State == DeliveryState.Sent || delivery.NotBefore is not null, id);
        Assert.Equal(sends ? 1 : 0, server.Mails.Count);
        Assert.Equal(sends, server.Commands.Any(command => command.StartsWith("AUTH", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_not_talked_to()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        using var other = new ServerCertificate(folder);
        await StartAsync("--Hotline:Email:Smtp:Receipts=false", $"--Hotline:Email:Smtp:TrustedRoot={other.CertificateFile}");
        var (id, _) = await AppealAsync(Letter("feng@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        Assert.Contains("certificate", (await Tell.BecomesAsync(delivery => delivery.NotBefore is not null, id)).Reason, StringComparison.Ordinal);
        Assert.Empty(_server.Commands);
    }

    [Fact]
    public async Task In_practice_messages_are_files_of_their_owner_alone()
    {
        var folder = Path.Combine(_folder, "outgoing");
        _host = await ChannelHost<EmailChannel>.StartAsync(
            "--Hotline:Email:PipeKey=k", $"--Hotline:Email:Smtp:Folder={folder}", $"--Hotline:Email:Smtp:From={Office}", "--Hotline:Email:Smtp:Receipts=false");
        var (id, _) = await AppealAsync(Letter("chen@example.org", "路灯", "路灯不亮。"));
        await Tell.ReplyAsync(id, "handled", "已修好。");
        await Tell.BecomesAsync(DeliveryState.Sent, id);
        var file = Assert.Single(Directory.GetFiles(folder));
        Assert.Contains("已修好。", MimeReader.Read(await File.ReadAllBytesAsync(file)).ReadText(), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private Telling Tell => new(_host.Services, EmailChannel.Name);

    private async Task StartAsync(params string[] more) => _host = await ChannelHost<EmailChannel>.StartAsync(
    [
        "--Hotline:Email:PipeKey=k", "--Hotline:Email:Smtp:Host=localhost", $"--Hotline:Email:Smtp:Port={_server.Port}", "--Hotline:Email:Smtp:User=office",
        "--Hotline:Email:Smtp:Password=secret", $"--Hotline:Email:Smtp:From={Office}", $"--Hotline:Email:Smtp:TrustedRoot={_certificate.CertificateFile}", "--Hotline:Email:Smtp:AnswerSeconds=2", .. more,
    ]);

    private async Task<(Guid Id, string Number)> AppealAsync(byte[] letter)
    {
        var answer = await PipeAsync(letter);
        Assert.Equal("appeal", (string)answer["outcome"]!);
        var number = (string)answer["number"]!;
        return ((await Tell.AppealAsync(number)).Id, number);
    }

    private async Task<JsonNode> PipeAsync(byte[] letter)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/email/messages") { Content = new ByteArrayContent(letter) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "k");
        using var answer = await _host.Http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }

    private static byte[] Letter(string from, string subject, string body, string more = "", string id = "letter-1") => Encoding.UTF8.GetBytes(
        $"From: <{from}>\r\nTo: <{Office}>\r\nSubject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(subject))}?=\r\nMessage-ID: <{id}@example.org>\r\n{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n");

    private static byte[] Bounce(string messageId, string action, string status) => Encoding.UTF8.GetBytes(
        $"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: <{Office}>\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n"
        + $"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; x@example.org\r\nAction: {action}\r\nStatus: {status}\r\n"
        + $"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: <{Office}>\r\nMessage-ID: {messageId}\r\nSubject: x\r\n\r\n--b--\r\n");

    [GeneratedRegex("提取码：([0-9A-Z]{10})")]
    private static partial Regex Code();
}
