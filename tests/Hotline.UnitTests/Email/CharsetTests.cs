using System.Text;
using Hotline.Intake.Email.Mime;

namespace Hotline.UnitTests.Email;

public sealed class CharsetTests
{
    private const string Letter = "您好，我反映小区门口路灯坏了三个月，晚上看不见路，请尽快处理。谢谢！";

    [Theory]
    [InlineData(54936, "gb2312")]
    [InlineData(54936, "x-gbk")]
    [InlineData(54936, "cp936")]
    [InlineData(54936, "gb18030-2022")]
    [InlineData(54936, "utf-8")]
    [InlineData(54936, "us-ascii")]
    [InlineData(54936, "iso-8859-1")]
    [InlineData(54936, "big5")]
    [InlineData(54936, "iso-2022-jp")]
    [InlineData(54936, "no-such-thing")]
    [InlineData(54936, null)]
    [InlineData(65001, "gbk")]
    [InlineData(65001, "utf8")]
    [InlineData(65001, "iso-2022-jp")]
    [InlineData(65001, "utf-7")]
    [InlineData(65001, "utf-16")]
    [InlineData(65001, "big5")]
    [InlineData(65001, null)]
    [InlineData(1200, "utf-16le")]
    [InlineData(1201, "utf-16be")]
    [InlineData(1201, "utf-16")]
    [InlineData(1200, "utf-16")]
    public void A_letter_is_read_under_right_and_wrong_labels(int page, string? label)
    {
        var encoding = page is 65001 or 1200 or 1201 ? Encoding.GetEncoding(page) : CodePagesEncodingProvider.Instance.GetEncoding(page)!;

        Assert.Equal(Letter + "abc", Charsets.Decode(encoding.GetBytes(Letter + "abc"), label));
    }

    [Fact]
    public void Traditional_letters_are_read_as_Big5_when_they_are()
    {
        const string text = "圖書館資料庫講習，協助您提升研究素質與效率，歡迎報名參加。";

        Assert.Equal(text, Charsets.Decode(CodePagesEncodingProvider.Instance.GetEncoding(950)!.GetBytes(text), "big5"));
    }

    [Theory]
    [InlineData("~{Dc:C~}, ~~{x}", "hz-gb-2312", "你好, ~{x}")]
    [InlineData("\u001b$)A\u000eDc:C\u000f!", "iso-2022-cn", "你好!")]
    [InlineData("Hi +T2BZfQ-, 1 +- 1", "utf-7", "Hi 你好, 1 + 1")]
    [InlineData("\u001b$B3X9;\u001b(B", "iso-2022-jp", "学校")]
    [InlineData("O`Y}", "utf-16be", "你好")]
    [InlineData("This is plain text under a wrong label.", "utf-16", "This is plain text under a wrong label.")]
    [InlineData("~{Dc:C~}", "us-ascii", "~{Dc:C~}")]
    [InlineData("+T2BZfQ-", "utf-8", "+T2BZfQ-")]
    public void Charsets_of_seven_bits_are_believed_by_their_label_only(string ascii, string label, string text) =>
        Assert.Equal(text, Charsets.Decode(Encoding.Latin1.GetBytes(ascii), label));

    [Theory]
    [InlineData("㑇䶮𠮷⺁€", "gb2312")]
    [InlineData("PC交換のご案内(事前準備について)", "gb2312")]
    public void GB2312_means_all_of_GB18030(string text, string label) =>
        Assert.Equal(text, Charsets.Decode(CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetBytes(text), label));

    [Fact]
    public void A_letter_cut_within_a_character_stays_legible()
    {
        var gb = CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetBytes(Letter);

        Assert.StartsWith(Letter[..^1], Charsets.Decode(gb.AsSpan(0, gb.Length - 1), "gbk"), StringComparison.Ordinal);
        Assert.StartsWith(Letter[..^1], Charsets.Decode(Encoding.UTF8.GetBytes(Letter).AsSpan()[..^1], "utf-8"), StringComparison.Ordinal);
        Assert.StartsWith(Letter[..^1], Charsets.Decode(gb.AsSpan(0, gb.Length - 1), label: null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Müller, Straße, Ärger", "iso-8859-1")]
    [InlineData("déjà vu, créé", "windows-1252")]
    [InlineData("naïve café", null)]
    public void Western_letters_stay_western(string text, string? label) => Assert.Equal(text, Charsets.Decode(Encoding.Latin1.GetBytes(text), label));

    [Fact]
    public void Two_GBK_characters_that_pass_for_UTF8_are_believed_by_their_label()
    {
        // GBK reads C2 BF as a donkey, UTF-8 as an inverted question mark.
        Assert.Equal("驴", Charsets.Decode([0xC2, 0xBF], "gbk"));
        Assert.Equal("¿", Charsets.Decode([0xC2, 0xBF], label: null));
    }
}
