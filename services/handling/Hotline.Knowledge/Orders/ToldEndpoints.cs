using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Orders;

/// <summary>Somebody who was told what an article said.</summary>
/// <param name="Number">Of his appeal and its order.</param>
/// <param name="Version">That his answer cites.</param>
/// <param name="IsOld">What he was told last is no longer what is published.</param>
/// <param name="Withdrawn">He took his appeal back; who has all told leaves him out.</param>
/// <param name="RecalledVersion">What he is to be told, or was, in its place; null while nobody had him told.</param>
/// <param name="NewVersion">What he was told since.</param>
/// <param name="NewAt">When.</param>
public sealed record ToldLine(
    string Number, int Version, DateTimeOffset At, bool IsOld, bool Withdrawn = false, int? RecalledVersion = null, int? NewVersion = null, DateTimeOffset? NewAt = null)
{
    internal static ToldLine Of(AnsweredOrder order, int? published) => new(
        order.Number,
        order.Answer!.Version!.Value,
        order.Answer.At,
        order.ToldVersion != published,
        order.IsWithdrawn,
        order.Recall?.Version,
        order.Changes.IsEmpty ? null : order.ToldVersion,
        order.Changes.IsEmpty ? null : order.Changes[^1].At);
}

/// <summary>A page of those told.</summary>
/// <param name="Published">The version that holds now; null for none.</param>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record ToldPage(string Code, int? Published, IReadOnlyList<ToldLine> Items, long? Next);

/// <summary>Lists who was answered on an article, and has them told when it changes.</summary>
internal static class ToldEndpoints
{
    private const int AtOnce = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var told = routes.MapGroup("/knowledge/articles/{code}/told").WithTags("Knowledge");
        told.MapGet("", ListAsync).RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Auditor);
        told.MapPost("", RecallAsync).RequireStaff(Roles.Acceptor);
    }

    /// <param name="version">Only those who were told this version, whatever they were told since; null for all.</param>
    private static async Task<Results<Ok<ToldPage>, ProblemHttpResult>> ListAsync(
        string code, ClaimsPrincipal user, ArticleDesk desk, IDocumentStore<AnsweredOrder> orders, CancellationToken cancellation, int? version = null, long after = 0, int limit = PageQuery.UsualLimit)
    {
        if (PageQuery.Check(after, limit) is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        if (await desk.FindAsync(StaffUser.Of(user), code, cancellation) is not { } article)
        {
            return ArticleEndpoints.Missing();
        }

        var published = article.State.Published?.Number;
        var found = await orders.QueryAsync(AnsweredOrder.CitedIndex, AnsweredOrder.CitedValue(code, version), after, limit, cancellation);
        return TypedResults.Ok(new ToldPage(code, published, [.. found.Select(document => ToldLine.Of(document.State, published))], found.Count == limit ? found[^1].Sequence : null));
    }

    private static async Task<Results<Ok<RecallResult>, ProblemHttpResult>> RecallAsync(
        string code, ToldRequest body, ClaimsPrincipal user, ArticleDesk desk, IDocumentStore<AnsweredOrder> orders, AnswerRecalls recalls, CancellationToken cancellation)
    {
        var staff = StaffUser.Of(user);
        if (await desk.FindAsync(staff, code, cancellation) is not { } article)
        {
            return ArticleEndpoints.Missing();
        }

        if (article.State.Published is not { } published || !published.Content.HoldsOn(desk.Today))
        {
            return Problems.Conflict("该条目现在没有有效的版本，没有可告知的新答复。", "请先发布新版本；条目已撤下的，请逐件联系诉求人。");
        }

        if (body.Check(published) is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        var lines = new List<RecalledLine>();
        if (body.Numbers is { } numbers)
        {
            foreach (var number in numbers.OfType<string>().Distinct())
            {
                lines.Add(new(number, await orders.FindAsync(number, cancellation) is { } order
                    ? await recalls.RecallAsync(order, code, published, staff.Account, cancellation)
                    : "没有这件诉求的答复记录"));
            }

            return TypedResults.Ok(new RecallResult(lines.Count(line => line.Reason is null), lines, null));
        }

        var found = await orders.QueryAsync(AnsweredOrder.CitedIndex, AnsweredOrder.CitedValue(code, null), body.After, AtOnce, cancellation);
        foreach (var order in found)
        {
            lines.Add(new(
                order.State.Number,
                order.State.IsWithdrawn ? "诉求人已撤诉；仍要告知的，请单独填写编号" : await recalls.RecallAsync(order, code, published, staff.Account, cancellation)));
        }

        return TypedResults.Ok(new RecallResult(lines.Count(line => line.Reason is null), lines, found.Count == AtOnce ? found[^1].Sequence : null));
    }
}
