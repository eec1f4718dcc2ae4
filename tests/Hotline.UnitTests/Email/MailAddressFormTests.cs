using Hotline.Intake.Email.Mime;
using Hotline.Intake.Email.Smtp;

namespace Hotline.UnitTests.Email;

/// <summary>Addresses that may stand in a command, and messages whose values stay values.</summary>
public sealed class MailAddressFormTests
{
    [Theory]
    [InlineData("a@example.org", "a@example.org")]
    [InlineData("zhang.san+x@例子.中国", "zhang.san+x@xn--fsqu00a.xn--fiqs8s")]
    [InlineData("张三@example.org", "张三@example.org")]
    [InlineData("a@example.org\r\nRCPT TO:<b@example.org>", null)]
    [InlineData("a@example.org>", null)]
    [InlineData("a b@example.org", null)]
    [InlineData("a@b@example.org", null)]
    [InlineData("a@", null)]
    [InlineData("@example.org", null)]
    [InlineData("a@exa\u0000mple.org", null)]
    [InlineData("a@..", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Only_an_address_that_is_one_word_is_written_to(string? address, string? form) => Assert.Equal(form, MailAddressForm.Of(address));

    [Theory]
    [InlineData("短", "")]
    [InlineData("一个很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长的标题😀😀😀", "名字\r\nBcc: x@example.org")]
    [InlineData("=?utf-8?B?QQ==?= 假的编码词", "\u0000\u001b")]
    public void Whatever_the_words_they_are_read_as_they_were_and_lines_stay_short(string subject, string name)
    {
        var mail = new OutgoingMail("office@example.org", name, "a@example.org", subject, ".\n正文", "1.1@example.org", "x@example.org", ["bad id", "y@example.org"], "auto-generated", DateTimeOffset.UnixEpoch);
        var bytes = mail.ToBytes();
        var mime = MimeReader.Read(bytes);
        Assert.Equal(subject, mime.Headers.Text("Subject"));
        Assert.Equal(".\r\n正文", mime.ReadText().TrimEnd());
        Assert.Null(mime.Headers.First("Bcc"));
        Assert.Equal(["y@example.org", "x@example.org"], MessageIds.Parse(mime.Headers.First("References")!.Undecoded));
        Assert.All(System.Text.Encoding.UTF8.GetString(bytes).Split("\r\n"), line => Assert.True(line.Length <= 98 && line.All(char.IsAscii)));
    }
}
