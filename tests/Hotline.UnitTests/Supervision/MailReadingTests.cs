using System.Text;
using System.Text.Json.Nodes;
using Hotline.SupervisionLine.Mail;
using Hotline.SupervisionLine.Sealing;
using Hotline.UnitTests.Email;

namespace Hotline.UnitTests.Supervision;

/// <summary>The station's reader of mails under Node: what it shows of honest mails and of hostile ones; and what the server looks at before it seals.</summary>
public sealed class MailReadingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hotline-node-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Texts_and_files_are_decoded_whatever_their_charset_and_encoding()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var gb = Encoding.GetEncoding(54936);
        byte[] mail =
        [
            .. "From: \"=?gb18030?B?"u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String(gb.GetBytes("张三"))), .. "?=\" <zhang@example.org>\r\nSubject: "u8, .. gb.GetBytes("没有标明字符集的主题"),
            .. "\r\nContent-Type: multipart/mixed; boundary=\"out\"\r\n\r\nnot shown\r\n--outer is another\r\n--out\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n"u8,
            .. "--in\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"u8,
            .. Encoding.ASCII.GetBytes(string.Concat(gb.GetBytes("收了红包𠮷").Select(letter => $"={letter:X2}"))), .. "=\r\n !\r\n"u8,
            .. "--in\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8, .. Encoding.ASCII.GetBytes(Convert.ToBase64String("<p>收了<b>红包</b></p>"u8)),
            .. "\r\n--in--\r\n--out\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=utf-8''%E6%B5%81; filename*1*=%E6%B0%B4; filename*2=.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\nREVG\r\n"u8,
            .. "--out\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nforwarded words\r\n"u8, // and no last boundary
        ];
        var read = Read(mail);
        Assert.Equal("\"张三\" <zhang@example.org>", (string?)read["shown"]!["from"]);
        Assert.Equal("没有标明字符集的主题", (string?)read["shown"]!["subject"]);
        Assert.Equal(["收了红包𠮷 !", "收了红包", "——转发的邮件：，，inner——", "forwarded words"], read["texts"]!.AsArray().Select(text => ((string)text!["text"]!).Trim()));
        Assert.Equal([null, true, null, null], read["texts"]!.AsArray().Select(text => (bool?)text!["again"]));
        Assert.Equal([("流水.pdf", "ABCDEF"), ("forwarded.eml", "Subject: inner\r\n\r\nforwarded words\r\n")], read["files"]!.AsArray().Select(file => ((string)file!["name"]!, (string)file["data"]!)));
        Assert.False((bool)read["cut"]!);
    }

    [SkippableFact]
    public void Html_becomes_text_and_hidden_letters_turn_nothing_round()
    {
        var told = Run("""
            return [
              m.textOfHtml('<style>x</style><p>一&nbsp;二</p><script>alert(1)</script><a href="http://e.example/">三</a><!-- y --><br>四 &lt;img src=x onerror=alert(1)&gt; &#x1F600; &#0;'),
              m.textOfHtml('1 < 2 <unclosed attr="'), m.textOfHtml('<IMG SRC=x ONERROR=alert(1)>五'), m.decodeWords('=?utf-8?B?' + btoa('\u00e2\u0080\u00aegpj.exe\u0000') + '?='),
            ];
            """);
        Assert.Equal(["一 二\n三 [http://e.example/]\n四 <img src=x onerror=alert(1)> 😀 \ufffd", "1 < 2 <unclosed attr=\"", "五", "gpj.exe"], told.AsArray().Select(text => (string)text!));
    }

    [SkippableFact]
    public void Hostile_mails_take_no_long_time_and_are_cut_not_refused()
    {
        var told = Run("""
            const mails = {
              fields: 'a: b\r\n'.repeat(1e6), parts: 'Content-Type: multipart/mixed; boundary=a\r\n\r\n' + '--a\r\n\r\nx\r\n'.repeat(2e5),
              deep: Array.from({ length: 3000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(''),
              nested: 'Content-Type: message/rfc822\r\n\r\n'.repeat(5000), blanks: 'Content-Transfer-Encoding: quoted-printable\r\n\r\n' + ' '.repeat(3e6) + 'x', words: 'Subject: ' + '=?a?b?'.repeat(40000),
              parameters: 'Content-Type: text/plain' + ';a="'.repeat(60000), folds: 'Subject:' + '\r\n '.repeat(1e6) + 'x\r\n\r\ny', tags: 'Content-Type: text/html\r\n\r\n' + '<'.repeat(2e6), open: 'Content-Type: text/html\r\n\r\n' + '<a '.repeat(1e6),
              boundaries: 'Content-Type: multipart/mixed; boundary=a\r\n\r\n' + '\n--ax'.repeat(1e6), empty: '', nothing: '\0'.repeat(1e6), base64: 'Content-Transfer-Encoding: base64\r\n\r\n' + '='.repeat(1e6), prototype: '__proto__: x\r\nconstructor: y\r\n\r\nz',
            };
            const took = {};
            for (const [name, mail] of Object.entries(mails)) {
              const began = performance.now();
              const read = m.readMail(mail);
              took[name] = { long: performance.now() - began, cut: read.cut, parts: read.texts.length + read.files.length };
            }
            return took;
            """);
        Assert.All(told.AsObject(), one => Assert.InRange((double)one.Value!["long"]!, 0, 10_000));
        Assert.All(told.AsObject(), one => Assert.InRange((int)one.Value!["parts"]!, 0, 300));
        Assert.True((bool)told["parts"]!["cut"]! && (bool)told["deep"]!["cut"]! && (bool)told["nested"]!["cut"]!);
    }

    [SkippableFact]
    public void Chinese_mails_of_others_are_read_as_they_are_known_to_read()
    {
        var words = JsonNode.Parse(File.ReadAllText(Path.Combine(MailData.Folder("chinese"), "encoded_words.json")))!.AsArray().Where(IsWord).ToList();
        var told = Run("return input.words.map((word) => m.decodeWords(word));", new JsonObject { ["words"] = new JsonArray([.. words.Select(word => (JsonNode)Latin(Encoding.UTF8.GetBytes((string)word!["encoded"]!)))]) });
        Assert.Equal(words.Select(word => (string)word!["decoded"]!), told.AsArray().Select(text => (string)text!));
        Assert.True(words.Count > 15);

        var mails = MailData.Files("chinese", "*.eml").Select(File.ReadAllBytes).ToList();
        Assert.All(mails, mail =>
        {
            var read = Read(mail);
            var known = Hotline.Intake.Email.Letter.Read(mail);
            Assert.EndsWith(known.Subject.Trim(), ((string)read["shown"]!["subject"]!).Trim(), StringComparison.Ordinal); // the channel takes Re: away
        });

        // Neither of parameters, which are another function's, nor of what is guessed where the declared charset is wrong or not there.
        static bool IsWord(JsonNode? word) => !((string)word!["encoded"]!).StartsWith("filename", StringComparison.Ordinal) && !((string)word["decoded"]!).Contains('\ufffd', StringComparison.Ordinal)
            && !((string)word["encoded"]!).Contains("NoSuchCharset", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied\r\n", true)]
    [InlineData("auto-submitted : AUTO-generated; x\r\n", true)]
    [InlineData("Auto-Submitted: No (RFC 3834)\r\n", false)]
    [InlineData("Return-Path: <>\r\n", true)]
    [InlineData("Return-Path: <a@example.org>\r\n", false)]
    [InlineData("Content-Type:\r\n multipart/report; report-type=delivery-status\r\n", true)]
    [InlineData("Precedence: bulk\r\n", true)]
    [InlineData("List-Id: <x>\r\n", true)]
    [InlineData("Subject: x\r\n\r\nAuto-Submitted: auto-replied\r\n", false)]
    [InlineData("", false)]
    [InlineData("no header at all", false)]
    public void A_program_is_known_by_its_header(string header, bool isAutomatic) => Assert.Equal(isAutomatic, new MailHeader(Encoding.UTF8.GetBytes(header + "From: <a@example.org>\r\n\r\nx")).IsAutomatic);

    [Fact]
    public void Two_deliveries_have_one_mark_and_whatever_the_writer_changed_another()
    {
        var marks = new MailMarks(new byte[32]);
        string Of(string mail) => marks.OfLetter(Encoding.UTF8.GetBytes(mail));
        const string Mail = "From: a\r\nSubject: one\r\n two\r\nMessage-ID: <1@x>\r\n\r\nbody";
        Assert.Equal(Of(Mail), Of($"Received: from x\r\n by y\r\nReturn-Path: <a>\r\n{Mail}"));
        Assert.Equal(Of(Mail), Of(Mail.Replace("one\r\n two", "one two", StringComparison.Ordinal)));
        string[] others = [Mail.Replace("body", "bodx", StringComparison.Ordinal), Mail.Replace("<1@x>", "<2@x>", StringComparison.Ordinal), Mail.Replace("From: a", "From: b", StringComparison.Ordinal), Mail.Replace("one", "onE", StringComparison.Ordinal)];
        Assert.Equal(5, others.Select(Of).Append(Of(Mail)).Distinct().Count());
        Assert.NotEqual(Of(Mail), new MailMarks([1, .. new byte[31]]).OfLetter(Encoding.UTF8.GetBytes(Mail)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(MailSealer.MostBytes)]
    public void A_mail_is_sealed_whole_at_one_of_the_agreed_lengths(int length)
    {
        var officer = P256Key.Generate();
        var mail = new byte[length];
        new Random(7).NextBytes(mail);
        var (letter, code, replyKey) = MailSealer.Seal(mail, [officer.ToPublic()]);
        Assert.Null(LetterCheck.Wrong(letter, LetterKinds.Report, [officer.Thumbprint()], LetterSize.LargestMail));
        var content = JsonNode.Parse(LetterSealer.Open(letter, LetterKinds.Report, officer))!;
        Assert.Equal(mail, Convert.FromBase64String((string)content["mail"]!));
        Assert.Equal((code.Show(), code.Thread, replyKey.X), ((string?)content["code"], (string?)content["thread"], (string?)content["replyKey"]!["x"]));
        Assert.Null(content["replyKey"]!["d"]);
    }

    private static string Latin(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private JsonNode Read(byte[] mail) => Run("return m.readMail(input.mail);", new JsonObject { ["mail"] = Latin(mail) });

    private JsonNode Run(string body, JsonObject? input = null) => PageScript.Run(_folder, body, input);
}
