using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hotline.Knowledge.Exchange;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.Knowledge;

/// <summary>Articles in and out of spreadsheets.</summary>
public sealed class ArticleCsvTests
{
    private static readonly string[] Pieces = ["=1+1", "'", "''=x", "+86", "-", "@a", "\"", ",", "供暖\n时间", "\r\n", "a;b", "", " ", "\t", "正文", "'正文"];

    [Fact]
    public void What_is_written_is_read_back_the_same() => Fuzz.Holds(
        from text in Gen.Elements(Pieces).ArrayOf().Select(string.Concat)
        from title in Gen.Elements(Pieces)
        from words in Gen.Elements("供暖", "停水", "=驾照").ArrayOf()
        select new ArticleRow("id", Kept(title), Kept(text), Tags: words.Length == 0 ? null : words, ValidFrom: new DateOnly(2026, 1, 31)),
        row =>
        {
            var read = Assert.Single(ArticleCsv.Read(ArticleCsv.Decode(Encoding.UTF8.GetBytes(ArticleCsv.Header + ArticleCsv.Write([row])))!));
            return read.Errors.Count == 0 && read.Row! with { Tags = null } == row with { Tags = null } && (read.Row!.Tags ?? []).SequenceEqual(row.Tags ?? []);
        });

    [Fact]
    public void No_field_can_run_as_a_formula()
    {
        var line = ArticleCsv.Write([new ArticleRow("=1", "+1", "-1", "@1", "\t1")]);
        Assert.Equal("'=1,'+1,'-1,'@1,'\t1,,,,,,\r\n", line);
    }

    [Fact]
    public void A_row_that_is_wrong_says_so_and_the_others_are_read()
    {
        var rows = ArticleCsv.Read("id,title,validFrom\n1,a,2026-01-31\n2,b\n3,c,昨天\n4,d,2026/2/1\n").ToList();
        Assert.Equal([0, 1, 1, 0], rows.Select(row => row.Errors.Count));
        Assert.Equal(new DateOnly(2026, 2, 1), rows[3].Row!.ValidFrom);
        Assert.Equal("validFrom", rows[2].Errors[0].Field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("id,标题\n1,a")]
    [InlineData("id,id\n1,a")]
    [InlineData("title\na")]
    public void A_file_without_the_right_columns_is_refused(string file) => Assert.Throws<InvalidDataException>(() => ArticleCsv.Read(file).ToList());

    [Fact]
    public void Spreadsheets_here_write_gb18030()
    {
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(54936)!.GetBytes("id,title\n1,供暖𠮷\n");
        Assert.Equal("供暖𠮷", Assert.Single(ArticleCsv.Read(ArticleCsv.Decode(bytes)!)).Row!.Title);
        Assert.Null(ArticleCsv.Decode([0x81, 0xFF, 0xFF]));
    }

    /// <summary>An empty field and none are the same in CSV.</summary>
    private static string? Kept(string text) => text.Length == 0 ? null : text;
}
