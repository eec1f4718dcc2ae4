using System.Text;
using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class ParameterTests
{
    [Theory]
    [InlineData("attachment; filename=\"a b.txt\"", "a b.txt")]
    [InlineData("attachment; filename=路灯(1).jpg", "路灯(1).jpg")]
    [InlineData("attachment; filename=a b c.doc; size=1", "a b c.doc")]
    [InlineData("attachment; filename*=gb18030''%B2%E2%CA%D4%CE%C4%B1%BE.txt", "测试文本.txt")]
    [InlineData("attachment; filename*0*=gb18030''%B2%E2%CA; filename*1*=%D4%CE%C4%B1%BE; filename*2=.txt", "测试文本.txt")]
    [InlineData("attachment; filename*1=\"b.txt\"; filename*0=\"a\"", "ab.txt")]
    [InlineData("attachment; filename=\"=?gb18030?B?suLK1M7Esb4udHh0?=\"", "测试文本.txt")]
    [InlineData("attachment; filename=\"=?utf-8?Q?=E6=B5=8B?= =?utf-8?Q?=E8=AF=95.txt?=\"", "测试.txt")]
    [InlineData("attachment; filename*0=\"=?utf-8?B?5rWL6K+V\"; filename*1=\"LnR4dA==?=\"", "测试.txt")]
    [InlineData("attachment; filename=x.txt; filename*=utf-8'zh'%E6%B5%8B.txt", "测.txt")]
    [InlineData("attachment;; filename=\"a\\\"b.txt\";", "a\"b.txt")]
    [InlineData("attachment; filename=\"C:\\temp\\a.txt\"", "C:\\temp\\a.txt")]
    [InlineData("attachment; filename=\"unclosed; x=y", "unclosed; x=y")]
    [InlineData("attachment; filename*=''%E6%B5%8B.txt", "测.txt")]
    [InlineData("attachment; filename*=utf-8''%ZZ%E6%B5%8B%", "%ZZ测%")]
    public void File_names(string field, string name)
    {
        var parsed = ParameterDecoder.Parse(field);

        Assert.Equal("attachment", parsed.Value);
        Assert.Equal(name, parsed["FILENAME"]);
    }

    [Fact]
    public void Bare_GBK_in_a_field()
    {
        var gb = CodePagesEncodingProvider.Instance.GetEncoding(54936)!;
        var message = MimeReader.Read(gb.GetBytes("Content-Type: image/jpeg\r\nContent-Disposition: attachment; filename=\"测试文本.jpg\"\r\n\r\nx"));

        Assert.Equal("测试文本.jpg", message.FileName);
    }

    [Theory]
    [InlineData("text/HTML; Charset=\"GBK\" (a comment)", "text/html", "GBK")]
    [InlineData("text/plain; charset=us-ascii (plain text)", "text/plain", "us-ascii")]
    [InlineData("text", "text/plain", null)]
    [InlineData("", "text/plain", null)]
    [InlineData("multipart; boundary=x", "multipart/mixed", null)]
    [InlineData("a/b/c; charset=x", "text/plain", "x")]
    public void Content_types(string field, string type, string? charset)
    {
        var parsed = ContentType.Parse(field);

        Assert.Equal(type, parsed.MediaType);
        Assert.Equal(charset, parsed["charset"]);
    }
}
