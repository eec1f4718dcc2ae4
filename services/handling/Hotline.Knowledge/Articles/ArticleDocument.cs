using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Articles;

/// <summary>How an article is kept: its facts, their fold, and by what it is found. Its key is its code.</summary>
public static class ArticleDocument
{
    public const string StateIndex = "state";
    public const string UnitIndex = "unit";

    /// <summary>In place of a state: every article.</summary>
    public const string Any = "any";

    public static readonly DocumentType<Article> Type = new(
        KnowledgeService.Name,
        "article",
        new FactTypes()
            .Add("written", KnowledgeJson.Default.ArticleWritten)
            .Add("moved", KnowledgeJson.Default.ArticleMoved)
            .Add(EventTypes.ArticlePublished, HotlineJson.Default.ArticlePublished)
            .Add(EventTypes.ArticleWithdrawn, HotlineJson.Default.ArticleWithdrawn),
        static (state, fact) => Article.Apply(state, fact.Data),
        [new(StateIndex, StateValues), new(UnitIndex, UnitValues)]);

    public static string UnitValue(string unit, string? state) => $"{unit}/{state ?? Any}";

    /// <summary>
    /// The code of the article that comes from a source under the source's own key: the same source has the same article. 60 bits as
    /// Crockford's base32, so that it can be read out on the phone.
    /// </summary>
    public static string CodeOf(string source, string key)
    {
        const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{source}/{key}"));
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(hash);
        return string.Create(12, bits, static (code, bits) =>
        {
            for (var i = 0; i < code.Length; i++)
            {
                code[i] = Alphabet[(int)((bits >> (59 - (i * 5))) & 31)];
            }
        });
    }

    private static IEnumerable<string> StateValues(Article article) => States(article).Append(Any);

    private static IEnumerable<string> UnitValues(Article article) =>
        from unit in new[] { article.Latest.Content.Unit, article.Published?.Content.Unit }.OfType<string>().Distinct()
        from state in States(article).Append(Any)
        select UnitValue(unit, state);

    /// <summary>That of the last version, and published beside it while an earlier one is.</summary>
    private static IEnumerable<string> States(Article article) =>
        (article.Published is null ? [article.Latest.State.Name()] : new[] { article.Latest.State.Name(), ArticleState.Published.Name() }).Distinct();
}
