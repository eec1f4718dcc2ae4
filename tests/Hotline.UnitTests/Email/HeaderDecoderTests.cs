using System.Text;
using System.Text.Json;
using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class HeaderDecoderTests
{
    private static readonly Encoding Gb = Encoding18030();

    [Theory]
    [InlineData("=?utf-8?B?5L2g5aW9?=", "你好")]
    [InlineData("=?utf-8?B?5L2g?=\r\n =?utf-8?Q?=E5=A5=BD?=", "你好")]
    [InlineData("=?utf-8?B?5L2g5Q==?= =?utf-8?B?pb0=?=", "你好")]
    [InlineData("=?GB2312?B?xOO6ww==?= =?gbk?B?xOO6ww==?=", "你好你好")]
    [InlineData("\"=?gb18030?B?xOO6ww==?=\" x", "\"你好\" x")]
    [InlineData("=?utf-8*zh-CN?B?5L2g5aW9?=", "你好")]
    [InlineData("=?x-unknown?B?5L2g5aW9?= =?utf-8?X?a?=", "=?x-unknown?B?5L2g5aW9?= =?utf-8?X?a?=")]
    [InlineData("=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=", "=?utf-8?Q?x?=")]
    [InlineData("回复: =?utf-8?Q?=E4=BD=A0_=E5=A5=BD?= tail", "回复: 你 好 tail")]
    [InlineData("=?utf-8?B?5L2g5aW9", "=?utf-8?B?5L2g5aW9")]
    [InlineData("=?utf-8?Q?a=0D=0ABcc:_x?=", "a Bcc: x")]
    [InlineData("=?hz-gb-2312?Q?=7E{Dc:C=7E}?=", "你好")]
    public void Encoded_words(string field, string text) => Assert.Equal(text, HeaderDecoder.Decode(Encoding.UTF8.GetBytes(field)));

    [Fact]
    public void Bare_bytes_follow_the_charset_rule()
    {
        Assert.Equal("路灯坏了", HeaderDecoder.Decode(Gb.GetBytes("路灯坏了")));
        Assert.Equal("路灯坏了", HeaderDecoder.Decode("路灯坏了"u8));
        Assert.Equal("café", HeaderDecoder.Decode(Encoding.Latin1.GetBytes("café")));
    }

    [Theory]
    [InlineData("张三 <a@b.cn>", "张三", "a@b.cn")]
    [InlineData("\"=?gb18030?B?xOO6ww==?=\" <a@b.cn>", "你好", "a@b.cn")]
    [InlineData("a@b.cn (Zhang San)", "Zhang San", "a@b.cn")]
    [InlineData("a@b.cn", "", "a@b.cn")]
    [InlineData("MAILER-DAEMON <>", "MAILER-DAEMON", "")]
    [InlineData("=?utf-8?Q?x_=3Cevil=40y.cn=3E=2C?= <a@b.cn>", "x <evil@y.cn>,", "a@b.cn")]
    [InlineData("\"evil@y.cn, <z@z.cn>\" <a@b.cn>", "evil@y.cn, <z@z.cn>", "a@b.cn")]
    [InlineData("<@r.cn:a@b.cn>", "", "a@b.cn")]
    [InlineData("x <a@b.cn\r\n Bcc: c@d.cn>", "x", "c@d.cn")]
    [InlineData("\"unclosed <a@b.cn>", "unclosed <a@b.cn>", "")]
    public void Addresses(string field, string name, string address) =>
        Assert.Equal([new Mailbox(name, address)], Mailbox.ParseList(HeaderDecoder.Unfold(Encoding.UTF8.GetBytes(field))));

    [Fact]
    public void Address_lists_and_groups()
    {
        Assert.Equal(["a@b.cn", "c@d.cn", "e@f.cn"], Mailbox.ParseList("g: a@b.cn, X <c@d.cn>; \"y, z\" <e@f.cn>,,").Select(one => one.Address));
        Assert.Empty(Mailbox.ParseList("undisclosed-recipients:;"));
        Assert.Empty(Mailbox.ParseList(""));
    }

    [Fact]
    public void Message_ids()
    {
        Assert.Equal(["a@b", "c@d"], MessageIds.Parse("<a@b>\t<c@d>"));
        Assert.Equal(["a@b"], MessageIds.Parse("message of Monday <a @b>"));
        Assert.Equal(["a@b"], MessageIds.Parse("a@b"));
        Assert.Empty(MessageIds.Parse(null));
        Assert.Equal(["y@z"], MessageIds.Parse("<x <y@z>"));
    }

    [Theory]
    [InlineData("Fri, 19 Mar 2021 21:51:39 +0800", "2021-03-19T21:51:39+08:00", false)]
    [InlineData("Tue, 10 Oct 2023 22:16:01 +0800 (CST)", "2023-10-10T22:16:01+08:00", false)]
    [InlineData("19 Mar 21 21:51 EST", "2021-03-19T21:51:00-05:00", false)]
    [InlineData("Fri, 19 Mar 2021 21:51:39", "2021-03-19T21:51:39+08:00", true)]
    [InlineData("Wed, 11 Feb 98 11:51 CST", "1998-02-11T11:51:00+08:00", true)]
    [InlineData("2024-01-02 03:04:05", "2024-01-02T03:04:05+08:00", true)]
    [InlineData("2024-01-02T03:04:05Z", "2024-01-02T03:04:05+00:00", false)]
    [InlineData("Mon, 21 Aug 95 13:30:57 -600", "1995-08-21T13:30:57-06:00", false)]
    [InlineData("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59+00:00", false)]
    [InlineData("Fri, 19 Mar 2021 21:51:39 +9999", "2021-03-19T21:51:39+08:00", true)]
    public void Dates(string field, string expected, bool isAssumed)
    {
        var date = MailDate.Parse(field);

        Assert.Equal(expected, date?.At.ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(isAssumed, date?.IsZoneAssumed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("31 Feb 2021 10:00:00 +0800")]
    [InlineData("1 Jan 0001 00:00:00 +1400")]
    [InlineData("1 Jan 2021 25:00:00")]
    [InlineData(":")]
    public void No_dates(string field) => Assert.Null(MailDate.Parse(field));

    [SkippableFact]
    public void All_26_encoded_words_that_real_programs_sent()
    {
        using var pairs = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(MailData.Folder("chinese"), "encoded_words.json")));
        var wrong = new List<string>();
        foreach (var pair in pairs.RootElement.EnumerateArray())
        {
            var (encoded, expected) = (pair.GetProperty("encoded").GetString()!, pair.GetProperty("decoded").GetString()!);
            var actual = encoded.StartsWith("filename", StringComparison.Ordinal) ? ParameterDecoder.Parse($"attachment; {encoded}")["filename"] : HeaderDecoder.Decode(Encoding.UTF8.GetBytes(encoded));
            if (actual != expected)
            {
                wrong.Add($"{encoded}: {actual} instead of {expected}");
            }
        }

        Assert.Equal(26, pairs.RootElement.GetArrayLength());
        Assert.Empty(wrong);
    }

    private static Encoding Encoding18030() => CodePagesEncodingProvider.Instance.GetEncoding(54936)!;
}
