using FsCheck;
using FsCheck.Fluent;
using Hotline.Knowledge.Search;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.Knowledge;

/// <summary>What search finds, in which order, and by which words.</summary>
public sealed class SearchIndexTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly string[] Vocabulary = ["井盖", "丢失", "公积金", "提取", "异地", "社保", "12345", "户口", "迁移", "供暖", "水", "停水"];

    [Fact]
    public void The_title_counts_more_than_the_text()
    {
        var index = IndexOf(Entry("b", "道路设施维护", "井盖破损请联系城管部门处理"), Entry("a", "路灯维护", "路灯不亮请联系照明部门处理"), Entry("c", "井盖破损怎么报修", "请联系城管部门"));
        Assert.Equal(["c", "b"], Codes(index, "井盖破损"));
    }

    [Fact]
    public void The_words_that_led_to_it_are_told_as_the_query_has_them()
    {
        var index = IndexOf(Entry("a", "公积金异地提取", "离职后可以提取ETC"), Entry("b", "社保转移", "请到窗口"));
        var hit = Assert.Single(index.Search(new SearchQuery([new QueryPart("我想问公积金怎么提取，用ＥＴＣ吗")], Today)));
        Assert.Equal(["公积金", "提取", "etc"], hit.Words);
    }

    [Fact]
    public void One_character_finds_what_has_it_inside_a_longer_word() => Assert.Equal(["a"], Codes(IndexOf(Entry("a", "停水通知", "明日"), Entry("b", "停电通知", "明日")), "水"));

    [Fact]
    public void Tags_and_synonyms_are_searched()
    {
        var index = IndexOf(new SearchEntry("a", new Dictionary<SearchField, string> { [SearchField.Title] = "机动车驾驶证换领", [SearchField.Synonyms] = "驾照", [SearchField.Tags] = "交管" }, []));
        Assert.Equal(["a"], Codes(index, "驾照"));
        Assert.Equal(["a"], Codes(index, "交管"));
    }

    [Fact]
    public void The_internal_text_is_found_by_those_only_who_may_read_it()
    {
        var index = IndexOf(new SearchEntry("a", new Dictionary<SearchField, string> { [SearchField.Title] = "供暖", [SearchField.Internal] = "值班电话" }, []));
        Assert.Empty(Codes(index, "值班电话"));
        var hit = Assert.Single(index.Search(new SearchQuery([new QueryPart("值班电话")], Today, Internal: true)));
        Assert.Equal(["值班电话"], hit.Words);
        Assert.Equal(["供暖"], Assert.Single(index.Search(new SearchQuery([new QueryPart("供暖值班")], Today))).Words);
    }

    [Theory]
    [InlineData(null, "all county town")]
    [InlineData("141102", "all county town")]
    [InlineData("141102001", "all county town")]
    [InlineData("141102002", "all county")]
    [InlineData("141121", "all")]
    public void An_article_holds_in_its_regions_and_for_those_around_them(string? region, string found)
    {
        var index = IndexOf(Entry("all", "供暖时间", ""), Entry("county", "供暖时间", "") with { Regions = ["141102"] }, Entry("town", "供暖时间", "") with { Regions = ["141102001"] });
        Assert.Equal(found.Split(' '), index.Search(new SearchQuery([new QueryPart("供暖")], Today, region)).Select(hit => hit.Code));
    }

    [Theory]
    [InlineData("2026-03-01", "2026-03-02", true)]
    [InlineData("2026-03-02", null, true)]
    [InlineData("2026-03-03", null, false)]
    [InlineData(null, "2026-03-01", false)]
    public void An_article_holds_on_its_days_the_first_and_last_included(string? from, string? to, bool found)
    {
        var index = IndexOf(Entry("a", "供暖时间", "") with { From = from is null ? null : DateOnly.Parse(from, null), To = to is null ? null : DateOnly.Parse(to, null) });
        Assert.Equal(found, index.Search(new SearchQuery([new QueryPart("供暖")], Today)).Count == 1);
    }

    [Fact]
    public void Equal_scores_come_by_code() =>
        Assert.Equal(["a", "b", "c"], Codes(IndexOf(Entry("c", "供暖", "一"), Entry("a", "供暖", "二"), Entry("b", "供暖", "三")), "供暖"));

    [Fact]
    public void Nothing_that_is_asked_finds_nothing_and_an_empty_index_answers()
    {
        Assert.Empty(Codes(new SearchIndex(), "供暖"));
        Assert.Empty(Codes(IndexOf(Entry("a", "供暖", "")), "？！"));
        Assert.Empty(Codes(IndexOf(Entry("a", "供暖", "")), "停电"));
    }

    [Fact]
    public void Hits_do_not_depend_on_how_the_index_came_about() => Fuzz.Holds(Histories, history =>
    {
        var (grown, last) = (new SearchIndex(), new Dictionary<string, SearchEntry>());
        foreach (var (code, entry) in history)
        {
            if (entry is null)
            {
                grown.Remove(code);
                last.Remove(code);
            }
            else
            {
                grown.Put(entry);
                last[code] = entry;
            }
        }

        var fresh = IndexOf([.. last.Values.OrderByDescending(entry => entry.Code, StringComparer.Ordinal)]);
        return grown.Count == fresh.Count && Vocabulary.Append("公积金异地提取水").All(word => Show(grown, word) == Show(fresh, word));
    }, 200);

    private static Gen<List<(string Code, SearchEntry? Entry)>> Histories { get; } = (
        from code in Gen.Elements("a", "b", "c", "d", "e")
        from words in Gen.Elements(Vocabulary).ArrayOf()
        from title in Gen.Elements(Vocabulary)
        from removed in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        select (code, removed ? null : Entry(code, title, string.Concat(words)))).ListOf().Select(list => list.ToList());

    private static string Show(SearchIndex index, string word) =>
        string.Join(' ', index.Search(new SearchQuery([new QueryPart(word)], Today)).Select(hit => $"{hit.Code}:{hit.Score:R}:{string.Join(',', hit.Words)}"));

    private static IEnumerable<string> Codes(SearchIndex index, string text) => index.Search(new SearchQuery([new QueryPart(text)], Today)).Select(hit => hit.Code);

    private static SearchEntry Entry(string code, string title, string text) => new(code, new Dictionary<SearchField, string> { [SearchField.Title] = title, [SearchField.Text] = text }, []);

    private static SearchIndex IndexOf(params SearchEntry[] entries)
    {
        var index = new SearchIndex();
        foreach (var entry in entries)
        {
            index.Put(entry);
        }

        return index;
    }
}
