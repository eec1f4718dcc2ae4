using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Articles;

/// <summary>Several articles to be published at once, after an import.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PublishRequest(IReadOnlyList<string>? Codes = null);

/// <summary>What became of one of them.</summary>
/// <param name="Reason">Why it is not published; null when it is.</param>
public sealed record PublishLine(string Code, string? Reason = null);

/// <summary>What became of each.</summary>
public sealed record PublishResult(int Published, IReadOnlyList<PublishLine> Items);

/// <summary>Approves many articles by one request, each by the same rule as alone.</summary>
internal static class PublishEndpoints
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/knowledge/desk/publish", PublishAsync).RequireStaff(Roles.Acceptor, Roles.StationDispatcher).WithTags("Knowledge");

    private static async Task<Results<Ok<PublishResult>, ProblemHttpResult>> PublishAsync(PublishRequest body, HttpContext http, ArticleDesk desk)
    {
        if (body.Codes is not { Count: >= 1 and <= Most } codes)
        {
            return Problems.Invalid(new FieldError("codes", $"请填写1到{Most}个条目编号。"));
        }

        var user = StaffUser.Of(http.User);
        var lines = new List<PublishLine>(codes.Count);
        foreach (var code in codes.Distinct())
        {
            var (decision, _) = await desk.ChangeAsync(user, code, null, (article, asker) => ArticleDecisions.Publish(article, null, asker), http.RequestAborted);
            lines.Add(new PublishLine(code, decision switch
            {
                ArticleDecision.Granted => null,
                ArticleDecision.Conflict conflict => conflict.Detail,
                ArticleDecision.Denied denied => denied.Detail,
                _ => "没有这个条目。",
            }));
        }

        return TypedResults.Ok(new PublishResult(lines.Count(line => line.Reason is null), lines));
    }
}
