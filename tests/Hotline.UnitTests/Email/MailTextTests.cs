using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class MailTextTests
{
    [Theory]
    [InlineData("<p>一</p><p>二</p>", "一\n\n二")]
    [InlineData("<div>一</div><div>二<br>三</div>", "一\n二\n三")]
    [InlineData("a &lt;b&gt; &amp;&nbsp;c &#20320;", "a <b> & c 你")]
    [InlineData("<style>p{}</style><script>alert(1)</script>x<!-- y -->z", "xz")]
    [InlineData("<a href=\"x>y\" onclick='z'>链接</a>", "链接")]
    [InlineData("1 < 2 and <b>3</b> > 2", "1 < 2 and 3 > 2")]
    [InlineData("<blockquote>一<div>二</div></blockquote>三", "> 一\n> 二\n三")]
    [InlineData("<ul><li>一</li><li>二</li></ul>", "- 一\n- 二")]
    [InlineData("<table><tr><td>一</td><td>二</td></tr></table>", "一 二")]
    [InlineData("<pre>a\n  b</pre>", "a\n  b")]
    [InlineData("x<script>never closed", "x")]
    [InlineData("x<a href=\"never closed>y", "xy")]
    [InlineData("", "")]
    public void Html(string html, string text) => Assert.Equal(text, HtmlText.Of(html));

    [Fact]
    public void The_plain_alternative_is_preferred_unless_it_is_empty()
    {
        const string head = "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n";
        const string tail = "\n--b\nContent-Type: text/html\n\n<b>网页</b>\n--b--";

        Assert.Equal(("文本", false), Of(head + "文本" + tail));
        Assert.Equal(("网页", true), Of(head + " \n" + tail));

        static (string, bool) Of(string message) => MailText.Of(MimeReader.Read(MailData.Message(message))) is var text ? (text.Text, text.IsFromHtml) : default;
    }

    [Fact]
    public void Flowed_lines_are_joined()
    {
        var message = MimeReader.Read(MailData.Message("Content-Type: text/plain; format=flowed\n\nOne \ntwo\n> q \n> r\n From x\n-- \nsig"));

        Assert.Equal("One two\n> q r\nFrom x\n-- \nsig", MailText.Of(message).Text);
    }

    [Fact]
    public void Attachments_have_names_that_cannot_leave_their_folder()
    {
        var text = MailText.Of(MimeReader.Read(MailData.Message("""
            Content-Type: multipart/mixed; boundary=b

            --b

            正文
            --b
            Content-Type: image/jpeg; name="../../etc/x.jpg"
            Content-Transfer-Encoding: base64

            /9j/
            --b
            Content-Type: text/plain
            Content-Disposition: attachment

            x
            --b
            Content-Type: message/rfc822

            Subject: 转来的信

            y
            --b--
            """)));

        Assert.Equal("正文", text.Text);
        Assert.Equal(["x.jpg", "附件2", "转来的信.eml"], text.Attachments.Select(one => one.Name));
        Assert.Equal([0xFF, 0xD8, 0xFF], text.Attachments[0].Bytes.ToArray());
    }
}
