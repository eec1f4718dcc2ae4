using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.Knowledge.Orders;
using Hotline.Knowledge.Proposals;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Cases;

/// <summary>The knowledge base's part of a case file: articles everybody may read today, of those proposed and the one his answer cites.</summary>
/// <param name="Cited">With the version he was told last; null where his answer cites none, or none that is still to be read.</param>
public sealed record KnowledgeCase(string Number, IReadOnlyList<CaseArticle> Proposed, CaseArticle? Cited);

/// <summary>An article, to be read at <c>/knowledge/articles/{code}</c>.</summary>
public sealed record CaseArticle(string Code, int Version, string Title);

/// <summary>The knowledge base's part of case files, for the partner gateway.</summary>
internal static class CaseEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/knowledge/cases/{number}", GetAsync).RequireStaff(Roles.Partner).WithTags("Cases");

    private static async Task<Results<Ok<KnowledgeCase>, ProblemHttpResult>> GetAsync(
        string number, ClaimsPrincipal principal, IDocumentStore<AnsweredOrder> orders, IDocumentStore<AppealProposals> proposals, ArticleDesk articles, CancellationToken cancellation)
    {
        if (!AppealNumber.IsValid(number) || await orders.FindAsync(number, cancellation) is not { State: var order }
            || !PartnerScope.MaySee(StaffUser.Of(principal), order.Channel, order.Source, order.Units))
        {
            return Problems.NotFound("没有这件工单的知识条目，或它不在贵方范围内。", "请核对编号。");
        }

        var proposed = new List<CaseArticle>();
        foreach (var item in (await proposals.FindAsync(number, cancellation))?.State.Proposed.Items ?? [])
        {
            if (await ReadAsync(item.Code, item.Version) is { } article)
            {
                proposed.Add(article);
            }
        }

        return TypedResults.Ok(new KnowledgeCase(number, proposed, order.Answer is { Article: { } cited } && order.ToldVersion is { } told ? await ReadAsync(cited, told) : null));

        async ValueTask<CaseArticle?> ReadAsync(string code, int version) =>
            await articles.FindPublicAsync(code, cancellation) is { } found ? new(code, version, found.Version.Content.Title) : null;
    }
}
