using Hotline.Contracts;
using Hotline.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>A review item in the queue.</summary>
public sealed record ReviewLine(Guid Id, long Sequence, DateTimeOffset ReceivedAt, string Reason, string ContentType, int Size, string Sha256);

/// <summary>The review queue 待核查 of a channel: what came and could not be understood, with the original as it came.</summary>
public static class ReviewDesk
{
    private const int PageSize = 100;

    public static void MapReviews(this IEndpointRouteBuilder channel, ServiceDescription service)
    {
        var group = channel.MapGroup("/reviews").RequireStaff(Roles.Agent, Roles.Acceptor);
        group.MapGet("", async (HttpContext http, CancellationToken cancellation, long after = 0) =>
        {
            var items = await Of(http, service).ReviewsAsync(after, PageSize, cancellation);
            return TypedResults.Ok<IReadOnlyList<ReviewLine>>([.. items.Select(item => new ReviewLine(
                item.Id, item.Sequence, item.State.ReceivedAt, item.State.Reason, item.State.ContentType, item.State.Size, item.State.Sha256))]);
        });
        group.MapGet("/{id:guid}/original", async Task<Results<FileContentHttpResult, ProblemHttpResult>> (Guid id, HttpContext http, CancellationToken cancellation) =>
            await Of(http, service).ReviewOriginalAsync(id, cancellation) is { } original
                ? TypedResults.File(original, "application/octet-stream", $"{id:N}.bin") // whatever it is, a browser must not show it
                : Problems.NotFound("没有这条记录。", "请从列表中取得编号。"));
    }

    private static AppealIntake Of(HttpContext http, ServiceDescription service) => http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
}
