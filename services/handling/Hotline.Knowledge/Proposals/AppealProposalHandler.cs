using Hotline.Contracts;
using Hotline.Handling;
using Hotline.Knowledge.Articles;
using Hotline.Knowledge.Search;
using Hotline.Ports;

namespace Hotline.Knowledge.Proposals;

/// <summary>Looks for articles that answer an appeal, once, however often the appeal is delivered.</summary>
public sealed class AppealProposalHandler(IDocumentStore<AppealProposals> store, IDocumentStore<Article> articles, ArticleIndex index, TimeProvider time) : IHandle<Appeal>
{
    private const int MostProposals = 5;

    /// <summary>The title is what the citizen himself thinks it is about.</summary>
    private const double WeightOfTitle = 2;

    public async ValueTask HandleAsync(Appeal data, CloudEvent envelope, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var items = new List<ArticleProposal>();
        foreach (var hit in index.Search(QueryOf(data, OfficeTime.Day(now))))
        {
            if (await articles.FindAsync(hit.Code, cancellation) is { State.Published: { } published })
            {
                items.Add(new ArticleProposal(hit.Code, published.Number, published.Content.Title, Math.Round(hit.Score, 3), hit.Words));
            }
        }

        await store.AddOnceAsync(new NewDocument(data.Id, data.Number, [new NewFact(new ArticlesProposed(data.Id, data.Number, now, items), now)]), cancellation);
    }

    /// <summary>What an appeal asks of the knowledge base. Pure.</summary>
    public static SearchQuery QueryOf(Appeal appeal, DateOnly day) => new(
        [new QueryPart(appeal.Title, WeightOfTitle), new QueryPart(appeal.Text)], day, RegionOf(appeal.Place?.Division), Internal: true, MostProposals);

    private static string? RegionOf(string? division) => division is { Length: >= 2 } && division.All(char.IsAsciiDigit) ? division : null;
}
