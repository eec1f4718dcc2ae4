using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Feedback;

/// <summary>Whether an article helped.</summary>
/// <param name="Token">That came with the article; staff need none.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record FeedbackRequest(bool? Helped = null, string? Token = null);

/// <summary>What was kept: the first word of this person counts.</summary>
public sealed record FeedbackReceipt(bool Helped, bool First);

/// <summary>Takes whether articles helped, from citizens by token and from staff by account, and counts it.</summary>
internal static class FeedbackEndpoints
{
    private const int PageSize = 1000;
    private const int MostBytes = 4096;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/knowledge/articles/{code}/feedback", GiveAsync).AllowAnonymous().WithTags("Knowledge");
        routes.MapPost("/knowledge/desk/articles/{code}/feedback", GiveAsStaffAsync).RequireStaff(ArticleEndpoints.Readers).WithTags("Knowledge");
        routes.MapGet("/knowledge/desk/articles/{code}/feedback", FiguresAsync).RequireStaff(ArticleEndpoints.Readers).WithTags("Knowledge");
    }

    private static async Task<Results<Ok<FeedbackReceipt>, ProblemHttpResult>> GiveAsync(
        string code, HttpContext http, FeedbackTokens tokens, IDocumentStore<ArticleFeedback> store, IIdSource ids, TimeProvider time)
    {
        using var bytes = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        if (SubmissionJson.Parse(bytes.Content.Span, KnowledgeJson.Default.FeedbackRequest, out var error) is not { } body)
        {
            return Problems.Invalid(error!.Value);
        }

        return body.Helped is not { } helped ? NotSaid()
            : tokens.Verify(code, body.Token) is not { } token ? Problems.Invalid(new FieldError("token", "请重新打开条目后再评价。"))
            : await KeepAsync(store, ids, $"{code}/citizen/{token.Nonce}", new FeedbackGiven(code, token.Version, helped, null, time.GetUtcNow()), http.RequestAborted);
    }

    private static async Task<Results<Ok<FeedbackReceipt>, ProblemHttpResult>> GiveAsStaffAsync(
        string code, FeedbackRequest body, HttpContext http, ArticleDesk desk, IDocumentStore<ArticleFeedback> store, IIdSource ids, TimeProvider time)
    {
        var account = StaffUser.Of(http.User).Account;
        return body.Helped is not { } helped ? NotSaid()
            : await desk.FindPublicAsync(code, http.RequestAborted) is not { } article ? ArticleEndpoints.Missing()
            : await KeepAsync(
                store, ids, $"{code}/{article.Version.Number}/staff/{account}", new FeedbackGiven(code, article.Version.Number, helped, account, time.GetUtcNow()), http.RequestAborted);
    }

    private static async Task<Results<Ok<ArticleFigures>, ProblemHttpResult>> FiguresAsync(
        string code, HttpContext http, ArticleDesk desk, IDocumentStore<ArticleFeedback> store, CancellationToken cancellation)
    {
        if (await desk.FindAsync(StaffUser.Of(http.User), code, cancellation) is null)
        {
            return ArticleEndpoints.Missing();
        }

        var all = new List<FeedbackGiven>();
        IReadOnlyList<Document<ArticleFeedback>> page;
        long after = 0;
        do
        {
            page = await store.QueryAsync(ArticleFeedback.ArticleIndex, code, after, PageSize, cancellation);
            all.AddRange(page.Select(document => document.State.Given));
            after = page.Count > 0 ? page[^1].Sequence : after;
        }
        while (page.Count == PageSize);

        return TypedResults.Ok(new ArticleFigures(code, [
            .. all.GroupBy(given => given.Version).OrderBy(group => group.Key).Select(group => new FeedbackFigures(
                group.Key,
                group.Count(given => given is { By: null, Helped: true }),
                group.Count(given => given is { By: null, Helped: false }),
                group.Count(given => given is { By: not null, Helped: true }),
                group.Count(given => given is { By: not null, Helped: false })))]));
    }

    private static ProblemHttpResult NotSaid() => Problems.Invalid(new FieldError("helped", "请填写 true（有帮助）或 false（没有帮助）。"));

    private static async Task<Results<Ok<FeedbackReceipt>, ProblemHttpResult>> KeepAsync(
        IDocumentStore<ArticleFeedback> store, IIdSource ids, string key, FeedbackGiven given, CancellationToken cancellation)
    {
        var kept = await store.AddOnceAsync(new NewDocument(ids.Next(), key, [new NewFact(given, given.At)]), cancellation);
        return TypedResults.Ok(new FeedbackReceipt(kept.Document.State.Given.Helped, kept.Added));
    }
}
