using System.Collections.Frozen;
using static Hotline.Knowledge.Articles.ArticleState;

namespace Hotline.Knowledge.Articles;

/// <summary>Where one version of an article stands.</summary>
public enum ArticleState
{
    Draft,
    InReview,
    Published,

    /// <summary>A later version was published.</summary>
    Replaced,
    Withdrawn,
}

/// <summary>The table of states, their names on the wire and their titles.</summary>
public static class ArticleStates
{
    private static readonly FrozenDictionary<ArticleState, ArticleState[]> Allowed = new Dictionary<ArticleState, ArticleState[]>
    {
        [Draft] = [InReview, Withdrawn],
        [InReview] = [Published, Draft /* not approved */, Withdrawn],
        [Published] = [Replaced, Withdrawn],
        [Replaced] = [],
        [Withdrawn] = [],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<ArticleState, (string Name, string Title)> Names = new Dictionary<ArticleState, (string, string)>
    {
        [Draft] = ("draft", "草稿"),
        [InReview] = ("in-review", "待审核"),
        [Published] = ("published", "已发布"),
        [Replaced] = ("replaced", "已更新"),
        [Withdrawn] = ("withdrawn", "已撤下"),
    }.ToFrozenDictionary();

    public static IEnumerable<ArticleState> All => Names.Keys.Order();

    public static IReadOnlyList<ArticleState> Next(ArticleState state) => Allowed[state];

    public static bool MayBecome(this ArticleState from, ArticleState to) => Allowed[from].Contains(to);

    public static string Name(this ArticleState state) => Names[state].Name;

    public static string Title(this ArticleState state) => Names[state].Title;

    /// <returns>Null for a name that is none.</returns>
    public static ArticleState? Of(string name) => Names.Where(state => state.Value.Name == name).Select(state => (ArticleState?)state.Key).FirstOrDefault();
}
