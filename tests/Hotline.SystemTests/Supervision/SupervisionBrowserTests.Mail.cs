using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hotline.ContractTests.Channels.Email.Imap;
using Xunit;

namespace Hotline.SystemTests.Supervision;

public sealed partial class SupervisionBrowserTests
{
    private const string MailTitle = "植入主题反映某镇某站长";
    private const string MailPhrase = "植入邮件正文收受两张购物卡";
    private const string MailSender = "planted-sender-6620@example.org";
    private const string MailEvidence = "植入附件六月九日流水";
    private Dovecot? _mailbox;

    private string[] MailboxOptions => _mailbox is not { } mailbox ? [] :
    [
        "--Hotline:Supervision:Mailbox:Host=localhost", string.Create(CultureInfo.InvariantCulture, $"--Hotline:Supervision:Mailbox:Port={mailbox.Port}"), "--Hotline:Supervision:Mailbox:User=line@example.org",
        "--Hotline:Supervision:Mailbox:Password=secret", $"--Hotline:Supervision:Mailbox:TrustedRoot={mailbox.Certificate.CertificateFile}", "--Hotline:Supervision:Mailbox:PollSeconds=1",
        "--Hotline:Supervision:Mailbox:Address=line@example.org",
    ];

    [SkippableFact]
    public async Task A_mail_is_read_at_the_station_as_text_and_is_in_no_other_process_and_no_mailbox_any_more()
    {
        Skip.IfNot(Browser.IsInstalled, "Chromium is not installed: apt-get install chromium chromium-driver.");
        Skip.If(_mailbox is null, "Debian's dovecot-imapd is not installed.");
        var running = _running!;
        var attachment = Convert.ToBase64String(Encoding.UTF8.GetBytes(MailEvidence));
        _mailbox.Deliver("1.a", Encoding.UTF8.GetBytes(
            $"From: \"<script>document.title='hacked'</script>{Name}\" <{MailSender}>\r\nTo: <line@example.org>\r\nSubject: {MailTitle}<img src=x onerror=\"document.title='hacked'\">\r\nMessage-ID: <1@example.org>\r\n"
            + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            + $"<p>{MailPhrase}</p><script>document.title='hacked'</script>&lt;img src=x onerror=\"document.title='hacked'\"&gt;<iframe src=//e.example></iframe><svg onload=\"document.title='hacked'\">\r\n"
            + $"--b\r\nContent-Type: text/html; name=\"../../<b>evil.html\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{attachment}\r\n--b--\r\n"));
        for (var started = Stopwatch.StartNew(); _mailbox.Count() > 0;)
        {
            Assert.True(started.Elapsed < TimeSpan.FromSeconds(30), "The mail was not taken.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        await using var officer = await Browser.StartAsync();
        await EnterAsync(officer, "discipline-01");
        Assert.Contains("（邮件）", await officer.TextAsync("#reports"), StringComparison.Ordinal);
        await officer.ClickAsync("#reports button");
        var shown = await officer.WaitAsync("#letters", text => text.Contains("查询码", StringComparison.Ordinal));
        Assert.All(new[] { MailTitle, MailPhrase, MailSender, Name, "<img src=x onerror" }, mark => Assert.Contains(mark, shown, StringComparison.Ordinal));
        Assert.Equal("监督专线工作站", (string?)await officer.AskAsync("return document.title"));
        Assert.Equal(0, (int)(await officer.AskAsync("return document.querySelectorAll('#letters :is(img, script, iframe, svg, b, style)').length"))!);
        Assert.Contains("电子邮件", await officer.TextAsync("#sealed"), StringComparison.Ordinal);
        var saved = await officer.DownloadAsync("#letters a[download$='evil.html']", "b_evil.html");
        Assert.Equal(MailEvidence, await File.ReadAllTextAsync(saved));
        var original = await officer.DownloadAsync("#letters a[download='mail.eml']", "mail.eml");
        Assert.Contains(MailPhrase, await File.ReadAllTextAsync(original), StringComparison.Ordinal);

        // With the code from inside the seal it is a report like any other: answered, and read by who has the code.
        var code = CodeInText().Match(shown).Value;
        await officer.TypeAsync("#answer textarea", Reply);
        await officer.ClickAsync("#answer [value=answer]");
        await officer.WaitAsync("#letters", text => text.Contains(Reply, StringComparison.Ordinal));
        await using var reporter = await Browser.StartAsync();
        await FollowAsync(reporter, code);
        await reporter.WaitAsync("#letters", text => text.Contains(Reply, StringComparison.Ordinal));
        Assert.Contains("都是明文", await reporter.TextAsync("#mail"), StringComparison.Ordinal);

        string[] marks = [MailTitle, MailPhrase, MailSender, Name, MailEvidence, attachment, code];
        AssertNoFileHolds(marks);
        Assert.DoesNotContain(_mailbox.Files(), file => marks.Any(mark => file.Content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(mark)) >= 0));
        Skip.IfNot(ProcessMemory.IsReadable, "Only root reads the memory of other processes.");
        // The line itself had it, as the page says: it overwrites what it read, but not what the runtime's TLS keeps.
        Assert.All(running.Names.Where(name => name != "supervision-line"), name => Assert.Empty(ProcessMemory.Find(running.ProcessIdOf(name), marks)));
    }

    [System.Text.RegularExpressions.GeneratedRegex("[0-9A-Z]{4}(-[0-9A-Z]{4}){4}")]
    private static partial System.Text.RegularExpressions.Regex CodeInText();
}
