using System.Globalization;
using Hotline.Contracts;
using Hotline.Knowledge.Articles;
using Hotline.Knowledge.Search;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Knowledge.Proposals;

/// <summary>Looks for articles that answer an appeal, once for each, and says when one of them clearly does.</summary>
public sealed class ProposalDesk(
    IDocumentStore<AppealProposals> store, IDocumentStore<Article> articles, ArticleIndex index, IOptions<KnowledgeOptions> options, TimeProvider time)
{
    private const int MostProposals = 5;

    /// <summary>The title is what the citizen himself thinks it is about.</summary>
    private const double WeightOfTitle = 2;

    /// <returns>What was found when it was looked for first.</returns>
    public async ValueTask<Document<AppealProposals>> ProposeAsync(Appeal appeal, CancellationToken cancellation)
    {
        if (await store.GetAsync(appeal.Id, cancellation) is { } known)
        {
            return known;
        }

        var now = time.GetUtcNow();
        var items = new List<ArticleProposal>();
        foreach (var hit in index.Search(QueryOf(appeal, OfficeTime.Day(now))))
        {
            if (await articles.FindAsync(hit.Code, cancellation) is { State.Published: { } published })
            {
                items.Add(new ArticleProposal(hit.Code, published.Number, published.Content.Title, Math.Round(hit.Score, 3), hit.Words));
            }
        }

        var fact = new NewFact(new ArticlesProposed(appeal.Id, appeal.Number, now, items), now);
        return (await store.AddOnceAsync(new NewDocument(appeal.Id, appeal.Number, [fact]), cancellation)).Document;
    }

    /// <summary>Proposes the answer to an appeal the rules may answer, once, where one article clearly has it.</summary>
    public async ValueTask ProposeAnswerAsync(WorkOrderOpened opened, CancellationToken cancellation)
    {
        var document = await ProposeAsync(opened.Appeal, cancellation);
        if (document.State.Answer is not null || Clear(document.State.Proposed.Items, options.Value) is not { } best)
        {
            return;
        }

        if (await articles.FindAsync(best.Code, cancellation) is { State.Published: { } published } && published.Number == best.Version && HoldsIn(published.Content, opened.Proposal.Division))
        {
            var now = time.GetUtcNow();
            var proposed = new AnswerProposed(opened.Id, opened.Number, now, best.Code, best.Version, best.Score, ReasonOf(document.State.Proposed.Items, options.Value));

            // Null: the same event, delivered twice, is handled elsewhere at this moment.
            _ = await store.AppendAsync(document, [new NewFact(proposed, now, Topics.Knowledge)], cancellation);
        }
    }

    /// <summary>What an appeal asks of the knowledge base. Pure.</summary>
    public static SearchQuery QueryOf(Appeal appeal, DateOnly day) => new(
        [new QueryPart(appeal.Title, WeightOfTitle), new QueryPart(appeal.Text)], day, RegionOf(appeal.Place?.Division), Internal: true, MostProposals);

    /// <summary>The best, where its score is high enough and far enough from the next; null where a person must choose. Pure.</summary>
    /// <param name="items">Best first.</param>
    public static ArticleProposal? Clear(IReadOnlyList<ArticleProposal> items, KnowledgeOptions options) =>
        items is [var best, ..] && best.Score >= options.AnswerScore && (items.Count == 1 || best.Score >= options.AnswerLead * items[1].Score) ? best : null;

    /// <summary>Whether an article holds where the matter is; one for some regions answers nothing whose place is not known. Pure.</summary>
    public static bool HoldsIn(ArticleContent content, string? division) =>
        content.Regions.Count == 0 || (division is not null && content.Regions.Any(region => division.StartsWith(region, StringComparison.Ordinal)));

    private static string ReasonOf(IReadOnlyList<ArticleProposal> items, KnowledgeOptions options)
    {
        var best = items[0];
        var next = items.Count == 1 ? "没有其他相近条目" : string.Create(CultureInfo.InvariantCulture, $"次高{items[1].Score:0.#}分（须为其{options.AnswerLead:0.##}倍以上）");
        var words = string.Join('、', best.Words.Select(word => $"“{word}”"));
        return string.Create(CultureInfo.InvariantCulture, $"知识条目“{best.Title}”第{best.Version}版{best.Score:0.#}分（须达{options.AnswerScore:0.#}分），{next}；诉求中有{words}");
    }

    private static string? RegionOf(string? division) => division is { Length: >= 2 } && division.All(char.IsAsciiDigit) ? division : null;
}
