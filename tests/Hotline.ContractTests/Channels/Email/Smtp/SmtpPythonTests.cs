using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.ContractTests.Replies;
using Hotline.Intake.Email;
using Hotline.Intake.Replies;
using Xunit;

namespace Hotline.ContractTests.Channels.Email.Smtp;

/// <summary>A mail server and a reader of mail that others wrote, Python's, understand us.</summary>
public sealed class SmtpPythonTests
{
    private const string Server = """
        import asyncore, email, email.policy, json, smtpd
        class Sink(smtpd.SMTPServer):
            def process_message(self, peer, mailfrom, rcpttos, data, **options):
                mail = email.message_from_bytes(data, policy=email.policy.default)
                print(json.dumps({"from": mailfrom, "to": rcpttos, "subject": mail["Subject"], "name": mail["From"].addresses[0].display_name,
                    "date": mail["Date"].datetime.isoformat(), "references": mail["References"], "text": mail.get_content(), "defects": [str(d) for d in mail.defects]}), flush=True)
        sink = Sink(("127.0.0.1", 0), None)
        print(sink.socket.getsockname()[1], flush=True)
        asyncore.loop()
        """;

    [SkippableFact]
    public async Task Python_takes_our_mail_and_reads_what_we_wrote()
    {
        var start = new ProcessStartInfo("python3", ["-W", "ignore", "-c", Server]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var python = Start(start);
        Skip.If(python is null, "There is no python3.");
        try
        {
            var port = await python.StandardOutput.ReadLineAsync();
            Skip.If(port is null, "This Python has no module smtpd: it left with 3.12.");
            await using var host = await ChannelHost<EmailChannel>.StartAsync(
                "--Hotline:Email:PipeKey=k", "--Hotline:Email:Smtp:Host=127.0.0.1", $"--Hotline:Email:Smtp:Port={int.Parse(port, CultureInfo.InvariantCulture)}", "--Hotline:Email:Smtp:Tls=None",
                "--Hotline:Email:Smtp:From=office@12345.example.org", "--Hotline:Email:Smtp:Receipts=false");
            using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/email/messages")
            {
                Content = new ByteArrayContent(Encoding.UTF8.GetBytes("From: <zhang@example.org>\r\nSubject: =?utf-8?B?5LqV55uW5Lii5aSx?=\r\nMessage-ID: <1@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n井盖丢了。\r\n")),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "k");
            using var answer = await host.Http.SendAsync(request);
            var number = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["number"]!;
            var tell = new Telling(host.Services, EmailChannel.Name);
            var id = (await tell.AppealAsync(number)).Id;
            await tell.ReplyAsync(id, "handled", "井盖已更换😀𠮷。\n.\n.以点开头的一行\n感谢您的反映。");
            await tell.BecomesAsync(DeliveryState.Sent, id);
            var mail = JsonNode.Parse((await python.StandardOutput.ReadLineAsync())!)!;
            Assert.Equal(("office@12345.example.org", "zhang@example.org"), ((string)mail["from"]!, (string)mail["to"]![0]!));
            Assert.Equal(($"Re: 井盖丢失【{number}】", "12345政务服务便民热线", "<1@example.org>"), ((string)mail["subject"]!, (string)mail["name"]!, (string)mail["references"]!));
            Assert.Contains("井盖已更换😀𠮷。\n.\n.以点开头的一行\n感谢您的反映。", ((string)mail["text"]!).ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.EndsWith("+08:00", (string)mail["date"]!, StringComparison.Ordinal);
            Assert.Empty(mail["defects"]!.AsArray());
        }
        finally
        {
            python.Kill();
        }
    }

    private static Process? Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
