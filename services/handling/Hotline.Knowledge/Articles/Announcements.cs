using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Knowledge.Articles;

/// <summary>What other services are told of an article: which version everybody reads now, or that none does any more. Pure.</summary>
internal static class Announcements
{
    /// <summary>The facts that are still to be published, in the same commit as the change; also of an article that was published before others were told.</summary>
    public static IEnumerable<NewFact> Of(Guid id, Article article, DateTimeOffset now)
    {
        if (article.Published is { } published && published.Number != article.Announced)
        {
            var content = published.Content;
            yield return new NewFact(
                new ArticlePublished(id, article.Code, published.Number, now, content.Title, content.PublicText, content.Basis, content.ValidFrom, content.ValidTo), now, Topics.Knowledge);
        }

        if (article is { Published: null, Announced: { } announced })
        {
            yield return new NewFact(new ArticleWithdrawn(id, article.Code, announced, now), now, Topics.Knowledge);
        }
    }
}
