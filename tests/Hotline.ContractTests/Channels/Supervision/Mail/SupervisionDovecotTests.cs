using System.Text;
using System.Text.Json.Nodes;
using Hotline.ContractTests.Channels.Email.Imap;
using Hotline.ContractTests.EventLog;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.ContractTests.Channels.Supervision.Mail;

/// <summary>The line's mailbox on a real server: what was sealed is gone from it, and nothing is gone that was not sealed.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class SupervisionDovecotTests : IAsyncLifetime
{
    private const string Name = "标记寄信人丁戊";
    private const string Address = "mark-sender-7731@example.org";
    private const string Phone = "+00 555 0199 4242";
    private const string MessageId = "mark-message-id-5510@example.org";
    private const string Title = "标记主题反映某镇某站";
    private const string Phrase = "标记正文收受购物卡两张";
    private const string Attached = "标记附件流水六月九日";
    private const string FileName = "mark-ledger-8842.txt";
    private Dovecot? _server;
    private SupervisionHost? _host;

    private Dovecot Server => _server!;

    private SupervisionHost Host => _host!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _server?.Dispose();
    }

    [SkippableFact]
    public async Task A_letter_is_sealed_byte_for_byte_and_then_gone_from_the_mailbox()
    {
        StartServer();
        byte[][] letters = [SupervisionMail.Letter("来信 1"), SupervisionMail.Letter("来信 2", fields: "Auto-Submitted: auto-replied\r\n"), SupervisionMail.Letter("来信 3", "\x80\xff 坏的=\r\n\r\n--", "Content-Type: multipart/mixed; boundary=x\r\n")];
        Server.Deliver("1.a", letters[0]);
        Server.ReadByAPerson("1.a"); // read or not: it is a report
        Server.Deliver("2.a", letters[1]);
        Server.Deliver("3.a", letters[2]);
        await StartAsync();
        await Eventually.Async(() => Server.Count() == 0);

        var lines = (await Host.ListAsync()).AsArray();
        Assert.Equal(["automatic-mail", "mail", "mail"], lines.Select(line => (string)line!["sealed"]!).Order(StringComparer.Ordinal));
        var opened = await SupervisionMail.OpenAllAsync(Host);
        Assert.Equal(letters.Select(Convert.ToBase64String).Order(StringComparer.Ordinal), opened.Select(content => Convert.ToBase64String(SupervisionMail.MailOf(content))).Order(StringComparer.Ordinal));

        // One that comes while the server tells of news by itself.
        Server.Deliver("4.a", SupervisionMail.Letter("来信 4"));
        await Eventually.Async(() => Server.Count() == 0);
        Assert.Equal(4, await SupervisionMail.CountAsync(Host));
        Assert.Equal(("open", 0, 0), await MailboxAsync());
    }

    /// <summary>The officer hands over the code that lies inside the seal; from then on it is a report like any other.</summary>
    [SkippableFact]
    public async Task Everything_works_as_for_a_report_by_the_page()
    {
        StartServer();
        Server.Deliver("1.a", SupervisionMail.Letter("来信 1"));
        await StartAsync();
        await Eventually.Async(() => Server.Count() == 0);
        var id = await Host.OnlyIdAsync();
        var content = Assert.Single(await SupervisionMail.OpenAllAsync(Host));
        var code = ReceiptCode.Read((string?)content["code"])!;
        Assert.Equal(code.Thread, (string?)content["thread"]);
        var opened = await Host.OpenAsync(id);
        var replyKey = (string)opened["replyKey"]!;
        var (status, conversation) = await Host.PostAsync("conversation", SupervisionHost.Holder(code));
        Assert.Equal(200, status);
        var key = code.Unlock((string)conversation!["lockedKey"]!);
        Assert.Equal(replyKey, key.Thumbprint());

        Assert.Equal(204, await Host.SendAsync("discipline-01", $"reports/{id}/answers", Host.Answer(code.Thread, "请补充时间。", key.ToPublic())));
        Assert.Equal(204, await Host.SendAsync("discipline-01", $"reports/{id}/notes", Host.Answer(code.Thread, "已核对。", null)));
        Assert.Equal(204, await Host.SendAsync("discipline-01", $"reports/{id}/moves", new JsonObject { ["state"] = ReportState.Screening }));
        var more = SupervisionHost.Holder(code);
        more["letter"] = Host.Sealed(new(code.Thread, "是十月八日。", null, [], null, null, []));
        Assert.Equal(204, (await Host.PostAsync("letters", more)).Status);
        (_, conversation) = await Host.PostAsync("conversation", SupervisionHost.Holder(code));
        Assert.Equal("请补充时间。", SupervisionHost.Open(conversation!["letters"]![1]!["letter"]!, LetterKinds.Answer, key));

        // Conflict of interest: the excluded officer knows of no such report.
        var marks = new JsonArray([.. Enumerable.Range(0, Hotline.SupervisionLine.CustodyDesk.Marks).Select(_ => (JsonNode)new string('A', 43))]);
        Assert.Equal(204, await Host.SendAsync("discipline-01", $"reports/{id}/exclusions", new JsonObject { ["excluded"] = new JsonArray("discipline-03"), ["marks"] = marks }));
        Assert.Equal(404, await Host.SendAsync("discipline-03", $"reports/{id}/open", []));
    }

    [SkippableFact]
    public async Task A_server_killed_in_the_midst_of_a_letter_loses_and_doubles_none()
    {
        const int Letters = 8;
        StartServer();
        for (var number = 1; number <= Letters; number++)
        {
            Server.Deliver($"{number}.a", SupervisionMail.Letter($"大信 {number}", string.Concat(Enumerable.Repeat("某局某人收红包，请查。\r\n", 14_000))));
        }

        await using var relay = new Relay(Server.Port, holdAfter: 1_800_000); // each letter has half a million bytes
        await StartAsync(relay.Port);
        await relay.Reached.WaitAsync(TimeSpan.FromSeconds(60));
        Server.Kill();
        relay.HangUp();
        await Host.StopAsync();
        Assert.InRange(Server.Count(), 1, Letters);

        Server.Start();
        await Host.StartAsync();
        await Eventually.Async(() => Server.Count() == 0);
        Assert.Equal(Enumerable.Range(1, Letters).Select(number => $"大信 {number}"), await SupervisionMail.TitlesAsync(Host));
    }

    [SkippableFact]
    public async Task A_mail_delivered_twice_or_numbered_anew_is_one_report_and_another_of_the_same_id_is_another()
    {
        StartServer();
        Server.Deliver("1.a", SupervisionMail.Letter("来信 1", fields: "Received: from a by b; Mon, 2 Mar 2026 09:00:01 +0800\r\n"));
        await StartAsync();
        await Eventually.Async(() => Server.Count() == 0);
        await Host.StopAsync();
        Server.Kill();
        Server.Renumber();
        Server.Deliver("2.a", SupervisionMail.Letter("来信 1", fields: "Received: from c by b; Mon, 2 Mar 2026 09:00:02 +0800\r\nDelivered-To: line@example.org\r\n"));
        Server.Deliver("3.a", SupervisionMail.Letter("来信 2", "另一封", id: Convert.ToHexStringLower(Encoding.UTF8.GetBytes("来信 1"))));
        Server.Start();
        await Host.StartAsync();
        await Eventually.Async(() => Server.Count() == 0);
        Assert.Equal(["来信 1", "来信 2"], await SupervisionMail.TitlesAsync(Host));
    }

    [SkippableFact]
    public async Task Nothing_of_a_mail_stands_outside_its_seal_nor_in_the_mailbox_any_more()
    {
        StartServer();
        var attachment = Convert.ToBase64String(Encoding.UTF8.GetBytes(Attached));
        var mail = Encoding.UTF8.GetBytes(
            $"Received: from {Name} (mark-host-3310.example.org) by mx; Mon, 2 Mar 2026 09:00:00 +0800\r\nFrom: {Name} <{Address}>\r\nTo: <line@example.org>\r\nSubject: {Title}\r\n"
            + $"Date: Mon, 2 Mar 2026 09:00:00 +0800\r\nMessage-ID: <{MessageId}>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"mark-boundary-1199\"\r\n\r\n--mark-boundary-1199\r\n"
            + $"Content-Type: text/plain; charset=utf-8\r\n\r\n{Phrase}，电话 {Phone}\r\n--mark-boundary-1199\r\nContent-Type: text/plain; name=\"{FileName}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{attachment}\r\n--mark-boundary-1199--\r\n");
        string[] marks = [Name, Address, Phone, MessageId, Title, Phrase, Attached, FileName, attachment, "mark-host-3310", "mark-boundary-1199"];
        Server.Deliver("1.a", mail);
        Server.Deliver("2.a", [.. "Auto-Submitted: auto-replied\r\n"u8, .. mail, .. "x"u8]); // a program's is kept as well
        Server.Deliver("3.a", [.. mail, .. new byte[70_000]]); // too large: it stays, and nothing tells what is in it
        Assert.All(marks.Where(mark => mark != Attached), mark => Assert.Contains(Server.Files(), file => SupervisionHost.Holds(file.Content, mark))); // the search does find what is there
        await StartAsync(more: "--Hotline:Supervision:Mailbox:MostBytes=65536");
        await Eventually.Async(() => Server.Count() == 1);
        await Eventually.BecomesAsync(async () => (await MailboxAsync()).TooLarge == 1);
        AssertNowhere(marks);
        Server.RemoveAll();
        await Host.StopAsync();
        AssertNowhere(marks);
        Assert.All(marks, mark => Assert.DoesNotContain(Server.Files(), file => SupervisionHost.Holds(file.Content, mark)));
        await Host.StartAsync();
        Assert.Contains(Phrase, Encoding.UTF8.GetString(SupervisionMail.MailOf((await SupervisionMail.OpenAllAsync(Host))[0])), StringComparison.Ordinal);
    }

    private void AssertNowhere(string[] marks)
    {
        foreach (var mark in marks)
        {
            Assert.DoesNotContain(Host.Files(), file => SupervisionHost.Holds(file.Content, mark));
            Assert.DoesNotContain(Host.Logs.Lines, line => line.Contains(mark, StringComparison.Ordinal));
        }
    }

    private async Task<(string State, int TooLarge, int Kept)> MailboxAsync()
    {
        var told = await SupervisionMail.MailboxAsync(Host);
        return ((string)told["state"]!, (int?)told["tooLarge"] ?? -1, (int?)told["kept"] ?? -1);
    }

    private void StartServer()
    {
        Skip.IfNot(Dovecot.IsThere, "Debian's dovecot-imapd is not installed.");
        _server = new Dovecot();
        _server.Start();
    }

    private Task StartAsync(int? port = null, params string[] more)
    {
        _host = new SupervisionHost(3, SupervisionMail.Options(port ?? Server.Port, Server.Certificate.CertificateFile, more));
        return _host.StartAsync();
    }
}
