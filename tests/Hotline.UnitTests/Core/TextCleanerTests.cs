using System.Text;
using Hotline.Intake;

namespace Hotline.UnitTests.Core;

public sealed class TextCleanerTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData(" \t\n ", "")]
    [InlineData("  路灯不亮  ", "路灯不亮")]
    [InlineData("e\u0301", "é")]
    [InlineData("A\u030A", "Å")]
    [InlineData("a\r\nb\rc\nd\te", "a\nb\nc\nd\te")]
    [InlineData("a\0b\u0007c\u007Fd\u0085e", "abcde")]
    [InlineData("\uFEFF路\uFEFF灯", "路灯")]
    [InlineData("文\u202E反\u202C向\u2066隔\u2069离", "文反向隔离")]
    [InlineData("照片😀𠮷", "照片😀𠮷")]
    [InlineData("非\uFFFE字\uFFFF符", "非字符")]
    public void Text_comes_out_as_it_may_be_stored(string? text, string clean) => Assert.Equal(clean, TextCleaner.Clean(text));

    [Fact]
    public void Half_a_pair_is_replaced_wherever_it_stands()
    {
        // Not a theory: the runner itself cannot carry half pairs.
        Assert.Equal("半\uFFFD个", TextCleaner.Clean("半\uD83D个"));
        Assert.Equal("半\uFFFD个", TextCleaner.Clean("半\uDE00个"));
        Assert.Equal("\uFFFD\uFFFD", TextCleaner.Clean("\uDE00\uD83D"));
        Assert.Equal("末\uFFFD", TextCleaner.Clean("末\uD83D"));
        Assert.Equal("\uFFFD😀", TextCleaner.Clean("\uD83D😀"));
    }

    [Fact]
    public void Clean_text_is_handed_back_as_it_is()
    {
        const string Text = "离石区滨河街道路面坑洼，请修路。";
        Assert.Same(Text, TextCleaner.Clean(Text));
    }

    [Fact]
    public void Any_text_comes_out_normalized_encodable_and_free_of_marks() => Fuzz.Holds(Fuzz.Text, text =>
    {
        var clean = TextCleaner.Clean(text);
        return clean.IsNormalized()
            && new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(clean) >= clean.Length
            && clean.All(c => c is '\n' or '\t' || (!char.IsControl(c) && c is not ((>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF')));
    });

    [Fact]
    public void Cleaning_twice_changes_nothing() => Fuzz.Holds(Fuzz.Text, text => TextCleaner.Clean(TextCleaner.Clean(text)) == TextCleaner.Clean(text), tests: 3000);

    [Theory]
    [InlineData("短", 10, "短")]
    [InlineData("第一行\n第二行", 10, "第一行")]
    [InlineData("第一行 \t\n第二行", 10, "第一行")]
    [InlineData("\n第二行", 10, "")]
    [InlineData("一二三四五", 5, "一二三四五")]
    [InlineData("一二三四五六", 5, "一二三四五…")]
    [InlineData("一二三四😀六", 5, "一二三四…")]
    public void A_head_is_the_first_line_cut_between_characters(string text, int length, string head) => Assert.Equal(head, TextCleaner.Head(text, length));

    [Fact]
    public void A_head_never_holds_half_a_pair() => Fuzz.Holds(Fuzz.Text, text =>
    {
        var head = TextCleaner.Head(TextCleaner.Clean(text), 7);
        return head.Length <= 8 && TextCleaner.Clean(head).Length <= head.Length && !head.Contains('\n', StringComparison.Ordinal) && head.IsNormalized();
    });
}
