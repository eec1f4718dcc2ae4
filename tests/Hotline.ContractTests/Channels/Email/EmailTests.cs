using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.ContractTests.EventLog;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Email;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hotline.ContractTests.Channels.Email;

/// <summary>Letters by an MTA's pipe and by a Maildir; on the embedded store.</summary>
public sealed class EmailTests : IAsyncLifetime
{
    private const string PipeKey = "the key of this test";
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-email-").FullName;
    private readonly LogCapture _logs = new();
    private WebApplication _application = null!;
    private HttpClient _http = null!;

    private string Maildir => Path.Combine(_folder, "mail");

    private AppealIntake Intake => _application.Services.GetRequiredKeyedService<AppealIntake>(EmailChannel.Name);

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(Maildir, "new"));
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_letter_becomes_one_appeal_however_often_it_comes()
    {
        var letter = Letter("zhang@example.org", "路灯不亮", "滨河路三号楼下的路灯三天不亮。\n电话 13800001111\n", id: "one@example.org", to: "mayor@12345.example.org");
        var first = await PipeAsync(letter);
        Assert.Equal("appeal", first["outcome"]!.GetValue<string>());
        var again = await PipeAsync(letter);
        Assert.Equal((first["number"]!.GetValue<string>(), true), (again["number"]!.GetValue<string>(), again["repeated"]!.GetValue<bool>()));
        var appeal = (await Intake.FindAsync(first["number"]!.GetValue<string>(), default))!;
        Assert.Equal("路灯不亮", appeal.State.Appeal.Title);
        Assert.Equal("市长信箱", appeal.State.Appeal.Addressee);
        Assert.Equal(["email", "phone"], appeal.State.Appeal.Reach.Order(StringComparer.Ordinal));
        Assert.Equal(letter, await Intake.OriginalOfAsync(appeal, default));
    }

    [Fact]
    public async Task A_further_letter_supplements_only_from_the_same_sender_or_with_the_code()
    {
        var number = (await PipeAsync(Letter("li@example.org", "自来水很浑", "东关村的自来水一直很浑。")))["number"]!.GetValue<string>();
        var appeal = (await Intake.FindAsync(number, default))!;
        var code = Intake.Codes.For(appeal.Id);
        Assert.Equal("supplement", await OutcomeAsync(Letter("LI@example.org", $"Re: 诉求 {number}", "今天更浑了。")));
        Assert.Equal("appeal", await OutcomeAsync(Letter("wang@example.org", $"回复：诉求 {number}", "我家也是。")));
        Assert.Equal("supplement", await OutcomeAsync(Letter("zhao@example.org", $"诉求 {number}", $"提取码 {code}，我家也是。")));
        Assert.Equal(["今天更浑了。", $"提取码 {code}，我家也是。"], (await Intake.FindAsync(number, default))!.State.Supplements.Select(supplement => supplement.Text));
    }

    [Fact]
    public async Task Another_letter_under_an_id_used_before_is_not_lost()
    {
        var first = await PipeAsync(Letter("zhou@example.org", "路灯", "滨河路的路灯不亮。", id: "again@example.org"));
        var second = await PipeAsync(Letter("zhou@example.org", "井盖", "桥南巷的井盖丢了。", id: "again@example.org"));
        Assert.Equal("appeal", second["outcome"]!.GetValue<string>());
        Assert.NotEqual(first["number"]!.GetValue<string>(), second["number"]!.GetValue<string>());

        // The same letter once more, by way of another server.
        var relayed = (byte[])[.. "Received: from elsewhere\r\n"u8, .. Letter("zhou@example.org", "路灯", "滨河路的路灯不亮。", id: "again@example.org")];
        Assert.Equal(first["number"]!.GetValue<string>(), (await PipeAsync(relayed))["number"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied")]
    [InlineData("Precedence: bulk")]
    [InlineData("List-Id: <news.example.org>")]
    [InlineData("Return-Path: <>")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b")]
    public async Task What_no_person_wrote_goes_to_the_review_queue_with_its_bytes(string header)
    {
        var letter = Letter("someone@example.org", "不在办公室", "我下周回来。", extra: header);
        Assert.Equal("review", await OutcomeAsync(letter));
        Assert.Equal("review", await OutcomeAsync(letter));
        var item = Assert.Single(await Intake.ReviewsAsync(0, 10, default));
        Assert.Equal(letter, await Intake.ReviewOriginalAsync(item.Id, default));
    }

    [Fact]
    public async Task Anything_else_that_comes_is_kept()
    {
        Assert.Equal("review", await OutcomeAsync([0xFF, 0x00, 0x0A]));
        Assert.Equal("review", await OutcomeAsync(Encoding.ASCII.GetBytes("Subject: no sender\r\n\r\ntext")));
        Assert.Equal(2, (await Intake.ReviewsAsync(0, 10, default)).Count);
    }

    [Fact]
    public async Task Attachments_are_named_sniffed_and_hashed()
    {
        var body = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n照片见附件，公园的椅子坏了。\r\n--b\r\nContent-Type: image/png; name=\"=?utf-8?B?5qSF5a2QLnBuZw==?=\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n--b\r\nContent-Type: image/jpeg; name=x.jpg\r\n\r\n<script>alert(1)</script>\r\n--b--\r\n";
        var number = (await PipeAsync(Letter("sun@example.org", "椅子坏了", body, extra: "Content-Type: multipart/mixed; boundary=b")))["number"]!.GetValue<string>();
        var appeal = (await Intake.FindAsync(number, default))!;
        var files = appeal.State.Appeal.Attachments;
        Assert.Equal(("椅子.png", "image/png", null), (files[0].Name, files[0].MediaType, files[0].Refused));
        Assert.NotNull(files[1].Refused);
        AssertIs(files[0], (await Intake.FilesOfAsync(appeal, default))![0]);
    }

    [Fact]
    public async Task Attachments_can_be_read_after_a_restart_small_or_large_and_those_of_a_supplement_too()
    {
        byte[] large = [0xFF, 0xD8, 0xFF, .. RandomNumberGenerator.GetBytes(300_000)];
        var number = (await PipeAsync(Letter("wu@example.org", "井盖", Mixed("照片见附件。", large, "GIF89a-1"u8.ToArray()), extra: "Content-Type: multipart/mixed; boundary=b")))["number"]!.GetValue<string>();
        Assert.Equal("supplement", await OutcomeAsync(Letter("wu@example.org", $"Re: {number}", Mixed("又一张。", "GIF89a-2"u8.ToArray()), extra: "Content-Type: multipart/mixed; boundary=b")));
        await StopAsync();
        Assert.Equal(-1, Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).SelectMany(File.ReadAllBytes).ToArray().AsSpan().IndexOf("GIF89a-1"u8)); // sealed
        await StartAsync();
        var appeal = (await Intake.FindAsync(number, default))!;
        var files = (await Intake.FilesOfAsync(appeal, default))!;
        Assert.Equal(large, files[0].ToArray());
        Assert.Equal("GIF89a-1"u8.ToArray(), files[1].ToArray());
        Assert.All(appeal.State.Appeal.Attachments.Zip(files), pair => AssertIs(pair.First, pair.Second));
        var supplement = Assert.Single(appeal.State.Supplements);
        AssertIs(Assert.Single(supplement.Attachments), Assert.Single((await Intake.FilesOfAsync(appeal, default, supplement.Id))!));
    }

    [Fact]
    public async Task A_pipe_without_the_key_is_refused_and_an_empty_letter_too()
    {
        using var content = new ByteArrayContent(Letter("a@example.org", "x", "y"));
        using var nobody = await _http.PostAsync(new Uri("/intake/email/messages", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync([])).Status);
    }

    [Fact]
    public async Task A_Maildir_is_emptied_into_the_store_and_a_restart_repeats_nothing()
    {
        await File.WriteAllBytesAsync(Path.Combine(Maildir, "new", "1.a"), Letter("qian@example.org", "井盖丢失", "桥南巷的井盖丢了。"));
        await File.WriteAllBytesAsync(Path.Combine(Maildir, "new", "2.b"), [1, 2, 3]);
        await Eventually.Async(() => Directory.GetFiles(Path.Combine(Maildir, "new")).Length == 0);
        Assert.Equal(["1.a:2,S", "2.b:2,S"], Directory.GetFiles(Path.Combine(Maildir, "cur")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Single(await Intake.ReviewsAsync(0, 10, default));

        // As after a crash between the commit and the move.
        await StopAsync();
        File.Move(Path.Combine(Maildir, "cur", "1.a:2,S"), Path.Combine(Maildir, "new", "1.a"));
        await StartAsync();
        await Eventually.Async(() => Directory.GetFiles(Path.Combine(Maildir, "new")).Length == 0);
        var (status, answer) = await SendAsync(Letter("qian@example.org", "井盖丢失", "桥南巷的井盖丢了。"));
        Assert.Equal((HttpStatusCode.OK, true), (status, answer["repeated"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Senders_stand_in_no_log_and_in_no_file_of_the_store_in_clear()
    {
        await PipeAsync(Letter("mark.qzx@example.org", "标记主题", "标记正文丙。", name: "标记姓名甲"));
        await PipeAsync(Letter("mark.qzx@example.org", "自动回复", "标记。", extra: "Auto-Submitted: auto-replied"));
        await StopAsync();
        var stored = Directory.GetFiles(_folder, "hotline.db*").SelectMany(File.ReadAllBytes).ToArray();
        Assert.NotEqual(-1, stored.AsSpan().IndexOf("标记正文丙"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf("mark.qzx"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf("标记姓名甲"u8));
        Assert.DoesNotContain(_logs.Lines, line => line.Contains("mark.qzx", StringComparison.Ordinal) || line.Contains("标记", StringComparison.Ordinal));
        await StartAsync();
    }

    private static void AssertIs(Contracts.Attachment attachment, ReadOnlyMemory<byte> file) =>
        Assert.Equal((attachment.Refused, attachment.Size, attachment.Sha256), (null, file.Length, Convert.ToHexStringLower(SHA256.HashData(file.Span))));

    private static string Mixed(string text, params byte[][] files) =>
        $"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        + string.Concat(files.Select(file => $"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks)}\r\n")) + "--b--\r\n";

    private static byte[] Letter(string from, string subject, string body, string? id = null, string to = "12345@12345.example.org", string name = "", string? extra = null)
    {
        var type = extra?.StartsWith("Content-Type:", StringComparison.Ordinal) == true ? "" : "Content-Type: text/plain; charset=utf-8\r\n";
        return Encoding.UTF8.GetBytes(
            $"From: {name} <{from}>\r\nTo: <{to}>\r\nSubject: =?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(subject))}?=\r\nDate: Mon, 2 Mar 2026 09:00:00 +0800\r\n"
            + $"Message-ID: <{id ?? $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(from + subject + body)))[..16]}@example.org"}>\r\n{(extra is null ? "" : extra + "\r\n")}{type}\r\n{body}");
    }

    private async Task<string> OutcomeAsync(byte[] letter) => (await PipeAsync(letter))["outcome"]!.GetValue<string>();

    private async Task<JsonNode> PipeAsync(byte[] letter)
    {
        var (status, answer) = await SendAsync(letter);
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.Created, $"{status}: {answer}");
        return answer;
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> SendAsync(byte[] letter)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/intake/email/messages") { Content = new ByteArrayContent(letter) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("message/rfc822");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", PipeKey);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private async Task StartAsync()
    {
        _application = new HotlineHost(
        [
            $"--Hotline:Data={_folder}", "--urls=http://127.0.0.1:0", "--Hotline:Limits:PerClientPerSecond=0", $"--Hotline:Email:PipeKey={PipeKey}", $"--Hotline:Email:Maildir={Maildir}", "--Hotline:Email:PollSeconds=1",
            "--Hotline:Email:Mailboxes:0:Address=mayor@12345.example.org", "--Hotline:Email:Mailboxes:0:Addressee=市长信箱",
        ]).Add<EmailChannel>().Build();
        _application.Services.GetRequiredService<ILoggerFactory>().AddProvider(_logs);
        await _application.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
    }

    private async Task StopAsync()
    {
        _http.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
