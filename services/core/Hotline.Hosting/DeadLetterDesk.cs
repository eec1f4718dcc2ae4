using Hotline.Contracts;
using Hotline.Handling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>A dead letter as the administrator sees it: what failed and why, nothing of what a citizen wrote.</summary>
public sealed record DeadLetterLine(Guid Id, long Sequence, string Topic, string EventId, string EventType, string Reason, int Tries, DateTimeOffset At);

/// <summary>Lists and replays a service's dead letters, below its first prefix.</summary>
internal static class DeadLetterDesk
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder routes, ServiceDescription service)
    {
        var group = routes.MapGroup($"{service.Prefixes[^1]}/dead-letters").RequireStaff(Roles.Administrator);
        group.MapGet("", async (HttpContext http, CancellationToken cancellation, long after = 0) =>
        {
            var letters = await Of(http, service).OpenAsync(after, PageSize, cancellation);
            return TypedResults.Ok<IReadOnlyList<DeadLetterLine>>([.. letters.Select(letter => new DeadLetterLine(
                letter.Id, letter.Sequence, letter.State.Letter.Topic, letter.State.Letter.EventId, letter.State.Letter.EventType, letter.State.Letter.Reason, letter.State.Letter.Tries, letter.State.Letter.At))]);
        });
        group.MapPost("/{id:guid}/replay", async Task<Results<NoContent, ProblemHttpResult>> (Guid id, HttpContext http, CancellationToken cancellation) =>
            await Of(http, service).ReplayAsync(id, StaffUser.Of(http.User).Account, cancellation) is null
                ? Problems.NotFound("没有这封死信。", "请从列表中取得编号。")
                : TypedResults.NoContent());
    }

    private static DeadLetters Of(HttpContext http, ServiceDescription service) => http.RequestServices.GetRequiredKeyedService<DeadLetters>(service.Name);
}
