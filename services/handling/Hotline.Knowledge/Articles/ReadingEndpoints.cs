using Hotline.Hosting;
using Hotline.Knowledge.Feedback;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Articles;

/// <summary>What everybody may read: published, in force, the public text.</summary>
internal static class ReadingEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var knowledge = routes.MapGroup("/knowledge").WithTags("Knowledge").AllowAnonymous();
        knowledge.MapGet("/articles", ListAsync);
        knowledge.MapGet("/articles/{code}", GetAsync);
        knowledge.MapGet("/search", SearchAsync);
    }

    public static async Task<Results<Ok<ArticlePage>, ProblemHttpResult>> ListAsync(
        ArticleDesk desk, CancellationToken cancellation, string? region = null, long after = 0, int limit = PageQuery.UsualLimit)
    {
        if (PageQuery.Check(after, limit, region) is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        var (page, next) = await desk.ListPublicAsync(region, after, limit, cancellation);
        return TypedResults.Ok(new ArticlePage([.. page.Select(article => ArticleView.Of(article.Code, article.Published!, desk.Organization))], next));
    }

    public static async Task<Results<Ok<ArticleHits>, ProblemHttpResult>> SearchAsync(
        ArticleDesk desk, CancellationToken cancellation, string? q = null, string? region = null, int limit = PageQuery.UsualLimit) =>
        PageQuery.CheckSearch(q, region, limit) is { Count: > 0 } errors
            ? Problems.Invalid(errors)
            : TypedResults.Ok(new ArticleHits([
                .. (await desk.SearchAsync(q!, region, limit, withInternal: false, cancellation)).Select(found => ArticleHit.Of(found.Hit, found.Version, desk.Organization, withInternal: false))]));

    private static async Task<Results<Ok<ArticleView>, ProblemHttpResult>> GetAsync(string code, ArticleDesk desk, FeedbackTokens tokens, CancellationToken cancellation) =>
        await desk.FindPublicAsync(code, cancellation) is { } article
            ? TypedResults.Ok(ArticleView.Of(code, article.Version, desk.Organization, tokens.Issue(code, article.Version.Number)))
            : Problems.NotFound("没有这个条目，或它已不再有效。", "请重新查询知识库。");
}
