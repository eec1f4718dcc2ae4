using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class QuoteCutterTests
{
    private static readonly Dictionary<string, string> Misses = new() { ["windows_mail.html"] = "a header block in Russian, each field's value in bidirectional marks" };

    [Theory]
    [InlineData("谢谢\n\n------------------ 原始邮件 ------------------\n发件人: \"x\" <a@b.cn>;\n正文")]
    [InlineData("谢谢\n\n-----邮件原件-----\n发件人: x\n发送时间: 2020\n收件人: y\n主题: z\n\n正文")]
    [InlineData("谢谢\n\n发件人： x\n发送时间： 2020年\n收件人： y\n主题： z\n\n正文")]
    [InlineData("谢谢\n在 2024-01-01 12:00:00，\"x\" <a@b.cn> 写道：\n> 正文\n> 第二行")]
    [InlineData("谢谢\n在 2024-01-01 12:00:00，\"x\" <a@b.cn> 写道：\n\n正文没有大于号")]
    [InlineData("谢谢\n\n张三 <a@b.cn> 于2024年1月1日周一 12:00写道：\n\n> 正文")]
    [InlineData("谢谢\n\n---- 回复的原邮件 ----\n| 发件人 | x |\n正文")]
    [InlineData("谢谢\n\nOn Mon, Jan 1, 2024 at 12:00 PM X <a@b.cn>\nwrote:\n\n> 正文")]
    [InlineData("谢谢\n\n________________________________\nFrom: x\nSent: Monday\nTo: y\nSubject: z\n\n正文")]
    [InlineData("> 正文\n> 第二行\n\n谢谢")]
    public void Quotations_are_parted_from_what_is_new(string text)
    {
        var cut = QuoteCutter.Cut(text);

        Assert.Equal("谢谢", cut.New);
        Assert.Contains("正文", cut.Quoted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("谢谢\n\n-- \n张三\n某小区")]
    [InlineData("谢谢\n\n发自我的iPhone")]
    [InlineData("谢谢\n\n发自我的 iPad\n\n在 2024-01-01 12:00，x <a@b.cn> 写道：\n> 正文")]
    [InlineData("谢谢\n来自我的华为手机")]
    [InlineData("谢谢\n\nSent from my iPhone")]
    [InlineData("谢谢\n获取 Outlook for iOS")]
    public void Signatures_too(string text)
    {
        var cut = QuoteCutter.Cut(text);

        Assert.Equal("谢谢", cut.New);
        Assert.NotEmpty(cut.Signature);
    }

    [Theory]
    [InlineData("在小区门口，路灯坏了：\n1. 三号楼\n2. 四号楼")]
    [InlineData("发件人: 我自己")]
    [InlineData("我在 2024 年写道路反映过")]
    [InlineData("-- 我要反映的问题\n路灯坏了")]
    [InlineData("发自我的内心，感谢你们，这盏灯终于修好了，我们全小区的人都要说一声谢谢，真的很不容易啊，希望以后都这样，再次感谢你们的辛苦工作")]
    [InlineData("时间：昨天\n地点：门口\n问题：路灯坏了")]
    public void What_is_in_doubt_is_new(string text) => Assert.Equal(text, QuoteCutter.Cut(text).New);

    [Fact]
    public void A_mere_forward_is_kept_whole()
    {
        const string text = "---------- Forwarded message ---------\nFrom: x\n\n正文";

        Assert.Equal(text, QuoteCutter.Cut(text).New);
    }

    [SkippableFact]
    public void Talon_samples()
    {
        var folder = Path.Combine(MailData.Folder("talon"), "tests", "fixtures");
        var results = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "standard_replies"), "*.eml"))
        {
            var cut = QuoteCutter.Cut(MailText.Of(MimeReader.Read(File.ReadAllBytes(file))).Text);
            results[Path.GetFileName(file)] = cut.New == "Hello" && cut.Quoted.Contains("Hi", StringComparison.Ordinal);
        }

        foreach (var file in Directory.GetFiles(Path.Combine(folder, "html_replies"), "*.html"))
        {
            var cut = QuoteCutter.Cut(HtmlText.Of(File.ReadAllText(file)));
            results[Path.GetFileName(file)] = Words(cut.New) == "Hi. I am fine. Thanks, Alex" && cut.Quoted.Contains("How are you?", StringComparison.Ordinal);
        }

        results["reply-separated-by-hr.html"] = Words(QuoteCutter.Cut(HtmlText.Of(File.ReadAllText(Path.Combine(folder, "reply-separated-by-hr.html")))).New) == "Hi there Bob";
        var share = results.Values.Count(isRight => isRight);

        Assert.Equal("", string.Join(' ', results.Where(result => !result.Value && !Misses.ContainsKey(result.Key)).Select(result => result.Key)));
        Assert.Equal(22, results.Count);
        Assert.Equal(22 - Misses.Count, share);

        static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
