using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Dispatch.Articles;

/// <summary>A knowledge article as far as answers cite it: what the knowledge base last said is published.</summary>
/// <param name="Published">The latest version that ever was.</param>
public sealed record CitableArticle(ArticlePublished Published)
{
    /// <summary>Its id is the article's, its key the code.</summary>
    public static readonly DocumentType<CitableArticle> Type = new(
        DispatchService.Name,
        "article",
        new FactTypes()
            .Add("published", HotlineJson.Default.ArticlePublished)
            .Add("withdrawn", HotlineJson.Default.ArticleWithdrawn),
        static (state, fact) => Apply(state, fact.Data),
        []);

    public bool IsWithdrawn { get; init; }

    /// <summary>The state after one more fact; one that is older than what is known changes nothing. Pure.</summary>
    public static CitableArticle Apply(CitableArticle? state, object fact) => (state, fact) switch
    {
        (null, ArticlePublished first) => new(first),
        (_, ArticlePublished published) => published.Version > state.Published.Version ? new(published) : state,
        (not null, ArticleWithdrawn withdrawn) => withdrawn.Version == state.Published.Version && !state.IsWithdrawn ? state with { IsWithdrawn = true } : state,
        _ => throw new InvalidOperationException($"An article begins with its publication, not with {fact.GetType().Name}."),
    };

    /// <summary>Whether an answer may rest on this version on that day.</summary>
    public bool Holds(int version, DateOnly day) => version == Published.Version && !IsWithdrawn && HoldsOn(day);

    /// <summary>What is wrong with citing it, with the remedy; nothing when the citation is good.</summary>
    /// <param name="article">Null when none of this code was ever published.</param>
    internal static IReadOnlyList<FieldError> Check(CitableArticle? article, string code, int version, DateOnly day) => article switch
    {
        null => [new("article", $"没有已发布的知识条目“{code}”，请核对编号；刚刚发布的，请稍后再提交。")],
        { IsWithdrawn: true } => [new("article", "该条目已撤下，不能引用；请查询知识库引用现行条目，或不引条目、在依据中写明规定。")],
        _ when !article.HoldsOn(day) => [new("article", $"该条目{article.Days}，今天不能引用；请查询知识库引用现行条目，或不引条目、在依据中写明规定。")],
        _ when version != article.Published.Version => [new("articleVersion", $"现行的是第{article.Published.Version}版，请重新阅读该条目、核对答复后填写 {article.Published.Version}。")],
        _ => [],
    };

    private bool HoldsOn(DateOnly day) => !(day < Published.ValidFrom) && !(day > Published.ValidTo);

    private string Days => (Published.ValidFrom, Published.ValidTo) switch
    {
        ({ } from, null) => $"自{Words(from)}起有效",
        (null, { } to) => $"有效至{Words(to)}",
        ({ } from, { } to) => $"自{Words(from)}至{Words(to)}有效",
        _ => "一直有效",
    };

    private static string Words(DateOnly day) => day.ToString("yyyy'年'M'月'd'日'", CultureInfo.InvariantCulture);
}
