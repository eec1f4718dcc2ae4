using System.Text;
using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class MimeReaderTests
{
    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r")]
    public void Parts_in_any_line_ends(string newLine)
    {
        var message = Read("""
            Content-Type: multipart/mixed; boundary="b"
            Subject: x

            before
            --b
            Content-Type: text/plain

            one
            --b
            Content-Type: multipart/alternative; boundary="b2"

            --b2

            two
            --b2--
            --b--
            behind
            """, newLine);

        Assert.Equal("x", message.Headers.Text("subject"));
        Assert.Equal(["multipart/mixed", "text/plain", "multipart/alternative", "text/plain"], message.Walk().Select(one => one.ContentType.MediaType));
        Assert.Equal(["one", "two"], message.Walk().Where(one => one.Children.Count == 0).Select(one => one.ReadText()));
        Assert.Equal("before", Encoding.UTF8.GetString(message.Preamble.Span));
        Assert.Equal("behind", Encoding.UTF8.GetString(message.Epilogue.Span));
        Assert.Equal(MimeDefects.None, message.AllDefects);
    }

    [Fact]
    public void Identity_bodies_are_the_messages_own_bytes()
    {
        var bytes = MailData.Message("Subject: x\n\nbody");

        Assert.True(bytes[^4..].Span.Overlaps(MimeReader.Read(bytes).Body.Span));
    }

    [Fact]
    public void A_missing_end_costs_nothing_but_a_mark()
    {
        var message = Read("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo");

        Assert.Equal(["one", "two"], message.Children.Select(one => one.ReadText()));
        Assert.Equal(MimeDefects.MissingFinalBoundary, message.Defects);
    }

    [Fact]
    public void An_outer_delimiter_ends_what_lies_within()
    {
        var message = Read("Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/mixed; boundary=bbb\n\n--bbb\n\none\n--bb\n\ntwo\n--bb--");

        Assert.Equal(["multipart/mixed", "text/plain"], message.Children.Select(one => one.ContentType.MediaType));
        Assert.Equal("one", message.Children[0].Children.Single().ReadText());
    }

    [Fact]
    public void Enclosed_messages_are_opened_even_when_encoded()
    {
        var inner = Convert.ToBase64String(Encoding.UTF8.GetBytes("Subject: inner\n\nhello"));
        var message = Read($"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}");

        Assert.Equal("inner", message.Children.Single().Headers.Text("Subject"));
        Assert.Equal("hello", message.Children.Single().ReadText());
    }

    [Theory]
    [InlineData("Subject: a\nbroken line\nTo: b@c\n\nbody", "body", MimeDefects.MalformedHeader)]
    [InlineData("Subject: a\nThis is the body\nand more", "This is the body\r\nand more", MimeDefects.MissingHeaderSeparator)]
    [InlineData("Subject: a", "", MimeDefects.EndsInHeader)]
    [InlineData("no header at all", "no header at all", MimeDefects.MissingHeaderSeparator)]
    [InlineData("From someone Mon\n\n", "", MimeDefects.None)]
    [InlineData("\n\nSubject: a\n\nbody", "body", MimeDefects.None)]
    [InlineData("", "", MimeDefects.EndsInHeader)]
    [InlineData("Content-Type: multipart/mixed\n\nbody", "body", MimeDefects.MissingBoundary)]
    [InlineData("Content-Transfer-Encoding: x-own\n\nbody", "body", MimeDefects.UnknownTransferEncoding)]
    public void Broken_messages_keep_what_they_have(string text, string body, MimeDefects defects)
    {
        var message = Read(text);

        Assert.Equal(body, message.ReadText());
        Assert.Equal(defects, message.Defects);
    }

    [Fact]
    public void Folded_fields_are_one()
    {
        var message = Read("Subject: one\n two\n\tthree\nSUBJECT: second\n\n");

        Assert.Equal("one two three", message.Headers.Text("Subject"));
        Assert.Equal(2, message.Headers.Count);
    }

    [SkippableFact]
    public void Every_cpython_sample_is_read()
    {
        var files = MailData.Files("cpython", "msg_*.txt");
        var messages = files.ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => MimeReader.Read(File.ReadAllBytes(file)));
        foreach (var message in messages.Values)
        {
            foreach (var entity in message.Walk())
            {
                _ = (entity.ReadText(), entity.FileName, entity.Headers.Select(header => header.Text).ToList(), MailText.Of(entity), MailKind.Of(entity));
            }
        }

        Assert.Equal(48, files.Count);
        Assert.Equal("multipart/mixed text/plain image/gif", Shape("msg_07"));
        Assert.Equal("multipart/mixed text/plain text/html text/plain text/plain text/plain", Shape("msg_10"));
        Assert.Equal("multipart/mixed text/plain text/html multipart/mixed text/plain text/plain text/plain text/plain", Shape("msg_12"));
        Assert.Equal("multipart/mixed text/plain text/plain", Shape("msg_21"));
        Assert.Equal("multipart/digest message/rfc822 text/plain message/rfc822 text/plain", Shape("msg_28"));
        Assert.Equal("multipart/signed text/plain application/pgp-signature", Shape("msg_45"));
        Assert.Equal(["msg.txt", "msg.txt"], messages["msg_04"].Walk().Select(one => one.FileName).OfType<string>());
        Assert.Equal("dingusfish.gif", messages["msg_07"].Children[1].FileName);
        Assert.Equal("signature.asc", messages["msg_45"].Children[1].FileName);

        string Shape(string name) => string.Join(' ', messages[name].Walk().Select(one => one.ContentType.MediaType));
    }

    [SkippableFact]
    public void Chinese_messages_as_their_programs_sent_them()
    {
        var folder = MailData.Folder("chinese");

        var qq = Of("qqmail_web_gb18030_alternative.eml");
        Assert.Equal("您好，我在2024年看到了社区的开源项目", qq.Headers.Text("Subject"));
        Assert.Equal("孟祥宇", Mailbox.ParseList(qq.Headers.First("Reply-To")!.Undecoded)[0].Name);
        Assert.StartsWith("您好，感谢您百忙之中阅读这份邮件\n我想咨询下", MailText.Of(qq).Text, StringComparison.Ordinal);
        Assert.StartsWith("您好，感谢您百忙之中阅读这份邮件\n我想咨询下", HtmlText.Of(qq.Children[1].ReadText()), StringComparison.Ordinal);

        var netease = Of("netease163_web_gbk.eml");
        Assert.Equal(new Mailbox("王征", "sender@163.example"), Mailbox.ParseList(netease.Headers.First("From")!.Undecoded)[0]);
        Assert.Equal("2023-10-10 22:16:01", MailDate.Parse(netease.Headers.Text("Date"))!.Value.At.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(2, MessageIds.Parse(netease.Headers.Text("References")).Count);

        var outlook = Of("outlook_zh_gb2312_quoted_header_block.eml");
        Assert.StartsWith("[LTP] 答复:  [PATCH v3 0/3]".Replace("  ", " ", StringComparison.Ordinal), outlook.Headers.Text("Subject")!.Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        var cut = QuoteCutter.Cut(MailText.Of(outlook).Text);
        Assert.EndsWith("Zou Wei", cut.New, StringComparison.Ordinal);
        Assert.StartsWith("-----邮件原件-----\n发件人: Xiao Yang", cut.Quoted, StringComparison.Ordinal);

        var unclosed = Of("qq_exmail_verify_headers_only_unclosed_multipart.eml");
        Assert.Equal("腾讯企业邮箱自动转发验证邮件", unclosed.Headers.Text("Subject"));
        Assert.Equal("1min2018", Mailbox.ParseList(unclosed.Headers.First("From")!.Undecoded)[0].Name);
        Assert.Equal(MimeDefects.MissingFinalBoundary, unclosed.Defects);
        Assert.Equal("", MailText.Of(unclosed).Text);

        MimeEntity Of(string name) => MimeReader.Read(File.ReadAllBytes(Path.Combine(folder, name)));
    }

    private static MimeEntity Read(string text, string newLine = "\r\n") => MimeReader.Read(Encoding.UTF8.GetBytes(text.ReplaceLineEndings(newLine)));
}
