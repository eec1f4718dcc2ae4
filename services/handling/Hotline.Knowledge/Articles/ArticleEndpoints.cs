using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Changed = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Hotline.Knowledge.Articles.DeskArticleView>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Hotline.Knowledge.Articles;

/// <summary>The staff API of articles. What each may see and do is <see cref="ArticleScope"/>'s to say.</summary>
internal static class ArticleEndpoints
{
    public static readonly string[] Readers =
        [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.StationDispatcher, Roles.UnitHandler, Roles.UnitHead, Roles.CallbackAgent, Roles.Auditor];

    private static readonly string[] Writers = [Roles.Agent, Roles.Acceptor, Roles.StationDispatcher, Roles.UnitHandler];
    private static readonly string[] Reviewers = [Roles.Acceptor, Roles.StationDispatcher];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var desk = routes.MapGroup("/knowledge/desk").WithTags("Knowledge");
        desk.MapGet("/articles", ListAsync).RequireStaff(Readers);
        desk.MapGet("/articles/{code}", GetAsync).RequireStaff(Readers);
        desk.MapGet("/search", SearchAsync).RequireStaff(Readers);

        var articles = routes.MapGroup("/knowledge/articles").WithTags("Knowledge");
        articles.MapPost("", WriteAsync).RequireStaff(Writers);
        articles.MapPost("/{code}/versions", RewriteAsync).RequireStaff(Writers);
        MapStep(articles, "/{code}/submit", ArticleDecisions.Submit).RequireStaff(Writers);
        MapStep(articles, "/{code}/return", ArticleDecisions.Return, reasoned: true).RequireStaff(Reviewers);
        MapStep(articles, "/{code}/publish", ArticleDecisions.Publish).RequireStaff(Reviewers);
        MapStep(articles, "/{code}/withdraw", ArticleDecisions.Withdraw, reasoned: true).RequireStaff(Reviewers);
    }

    internal static ProblemHttpResult Missing() => Problems.NotFound("没有这个条目。", "请核对条目编号；只能看到本单位的条目。");

    private static async Task<Results<Ok<DeskArticlePage>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal user, ArticleDesk desk, CancellationToken cancellation, string? state = null, string? unit = null, long after = 0, int limit = PageQuery.UsualLimit)
    {
        var errors = PageQuery.Check(after, limit);
        if (state is not null && ArticleStates.Of(state) is null)
        {
            errors.Add(new("state", $"请填写以下之一：{string.Join("、", ArticleStates.All.Select(known => known.Name()))}。"));
        }

        if (errors.Count > 0)
        {
            return Problems.Invalid(errors);
        }

        return await desk.ListAsync(StaffUser.Of(user), state, unit, after, limit, cancellation) is { } found
            ? TypedResults.Ok(new DeskArticlePage([.. found.Page.Select(document => DeskArticleLine.Of(document.State, desk.Organization))], found.Next))
            : Problems.Invalid(new FieldError("unit", "没有这个单位，或它不在您的范围内。"));
    }

    private static async Task<Changed> GetAsync(string code, HttpContext http, ArticleDesk desk, CancellationToken cancellation) =>
        await desk.FindAsync(StaffUser.Of(http.User), code, cancellation) is { } document ? Show(http, document) : Missing();

    private static async Task<Results<Ok<ArticleHits>, ProblemHttpResult>> SearchAsync(
        ClaimsPrincipal user, ArticleDesk desk, CancellationToken cancellation, string? q = null, string? region = null, int limit = PageQuery.UsualLimit)
    {
        if (PageQuery.CheckSearch(q, region, limit) is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        // A unit may read the internal texts of its own articles, but one search cannot look into these only; it finds them in its list.
        var withInternal = ArticleScope.SeesAll(StaffUser.Of(user));
        var found = await desk.SearchAsync(q!, region, limit, withInternal, cancellation);
        return TypedResults.Ok(new ArticleHits([.. found.Select(one => ArticleHit.Of(one.Hit, one.Version, desk.Organization, withInternal))]));
    }

    private static async Task<Changed> WriteAsync(
        ArticleRequest body, [FromHeader(Name = "Idempotency-Key")] string? key, HttpContext http, ArticleDesk desk, IIdSource ids)
    {
        var user = StaffUser.Of(http.User);
        if (body.Check(desk.Organization) is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        var content = body.ToContent();
        if (!ArticleScope.MayWrite(user, content.Unit, desk.Organization))
        {
            return Problems.Invalid(new FieldError("unit", "只能为本单位撰写。"));
        }

        var asker = desk.Asker(user);
        var source = key is { Length: > 0 } ? $"desk/{user.Account}" : "desk";
        var added = await desk.AddAsync(
            source, key is { Length: > 0 } ? key : ids.Next().ToString("N"), code => [new ArticleWritten(code, 1, content, user.Account, asker.Now, "desk")], http.RequestAborted);
        return added.Added || added.Document.State.Versions[0].Writers.Contains(user.Account) ? Show(http, added.Document) : Missing();
    }

    private static async Task<Changed> RewriteAsync(
        string code, ArticleRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, ArticleDesk desk) =>
        body.Check(desk.Organization) is { Count: > 0 } errors
            ? Problems.Invalid(errors)
            : await ChangeAsync(code, ifMatch, http, desk, (article, asker) => ArticleDecisions.Write(article, body.ToContent(), asker, "desk"));

    private static RouteHandlerBuilder MapStep(
        IEndpointRouteBuilder articles, string pattern, Func<Article, string?, ArticleAsker, ArticleDecision> decide, bool reasoned = false) => articles.MapPost(
        pattern, (string code, ArticleStepRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, ArticleDesk desk) =>
            ChangeAsync(code, ifMatch, http, desk, (article, asker) =>
                body.Check(reasoned) is { Count: > 0 } errors ? new ArticleDecision.Invalid(errors) : decide(article, body.Note, asker)));

    private static async Task<Changed> ChangeAsync(
        string code, string? ifMatch, HttpContext http, ArticleDesk desk, Func<Article, ArticleAsker, ArticleDecision> decide)
    {
        var (decision, after) = await desk.ChangeAsync(StaffUser.Of(http.User), code, ifMatch, decide, http.RequestAborted);
        return decision switch
        {
            ArticleDecision.Granted => Show(http, after!),
            ArticleDecision.Invalid invalid => Problems.Invalid(invalid.Errors),
            ArticleDecision.Conflict conflict => Problems.Conflict(conflict.Detail, conflict.Remedy),
            ArticleDecision.Denied denied => Problems.Forbidden(denied.Detail, denied.Remedy),
            ArticleDecision.Missing => Missing(),
            _ => throw new InvalidOperationException($"No answer is known for {decision.GetType().Name}."),
        };
    }

    private static Ok<DeskArticleView> Show(HttpContext http, Document<Article> document)
    {
        http.Response.Headers.ETag = ArticleDesk.EntityTag(document.Version);
        return TypedResults.Ok(DeskArticleView.Of(document));
    }
}
