using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Orders;

/// <summary>Somebody who was told what an article said.</summary>
/// <param name="Number">Of his appeal and its order.</param>
/// <param name="IsOld">The version is no longer the one that is published.</param>
public sealed record ToldLine(string Number, int Version, DateTimeOffset At, bool IsOld);

/// <summary>A page of those told.</summary>
/// <param name="Published">The version that holds now; null for none.</param>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record ToldPage(string Code, int? Published, IReadOnlyList<ToldLine> Items, long? Next);

/// <summary>Lists who was answered on an article, so that they can be told when it changes.</summary>
internal static class ToldEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/knowledge/articles/{code}/told", ListAsync)
        .RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Auditor).WithTags("Knowledge");

    /// <param name="version">Only those told this version; null for all.</param>
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
        return TypedResults.Ok(new ToldPage(
            code,
            published,
            [.. found.Select(document => document.State.Answer!).Select(answer => new ToldLine(answer.Number, answer.Version!.Value, answer.At, answer.Version != published))],
            found.Count == limit ? found[^1].Sequence : null));
    }
}
