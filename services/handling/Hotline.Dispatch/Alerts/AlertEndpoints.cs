using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Dispatch.Alerts;

/// <summary>Alerts for those at their seats: the list, the stream that a page sounds a bell by, and taking one up.</summary>
internal static class AlertEndpoints
{
    /// <summary>Ticks of a second without news before a sign of life, so that middle boxes keep the line open.</summary>
    private const int QuietTicks = 15;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/dispatch/alerts").RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.Administrator);
        alerts.MapGet("", async (AlertDesk desk, CancellationToken cancellation) =>
            TypedResults.Ok<IReadOnlyList<AlertView>>([.. (await desk.OpenAsync(cancellation)).Select(static document => AlertView.Of(document.State))]));
        alerts.MapGet("/events", (HttpContext http, AlertDesk desk, IHostApplicationLifetime lifetime) => TypedResults.ServerSentEvents(EventsAsync(http, desk, lifetime)))
            .DisableRateLimiting();
        alerts.MapPost("/{id:guid}/take", TakeAsync);
    }

    private static async Task<Results<Ok<AlertView>, ProblemHttpResult>> TakeAsync(Guid id, ClaimsPrincipal user, AlertDesk desk, CancellationToken cancellation)
    {
        var account = StaffUser.Of(user).Account;
        return await desk.TakeAsync(id, account, cancellation) is not { } alert ? Problems.NotFound("没有这条警报。", "请刷新警报列表。")
            : alert.Taken!.By != account ? Problems.Conflict($"这条警报已由{alert.Taken.By}认领。", "请处理其他警报，或与其联系。")
            : TypedResults.Ok(AlertView.Of(alert));
    }

    private static async IAsyncEnumerable<SseItem<AlertView?>> EventsAsync(HttpContext http, AlertDesk desk, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, http.RequestAborted, lifetime.ApplicationStopping);
        var quiet = 0;
        await using var watch = desk.WatchAsync(ended.Token).GetAsyncEnumerator(CancellationToken.None);
        while (await NextAsync(watch, ended.Token))
        {
            quiet = watch.Current is null ? quiet + 1 : 0;
            if (watch.Current is { } alert)
            {
                yield return new SseItem<AlertView?>(alert, alert.TakenBy is null ? "alert" : "taken");
            }
            else if (quiet % QuietTicks == 1)
            {
                yield return new SseItem<AlertView?>(null, "quiet");
            }
        }
    }

    /// <returns>False also when the watcher went away or the process stops: the page connects again.</returns>
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<AlertView?> watch, CancellationToken ended)
    {
        try
        {
            return await watch.MoveNextAsync();
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return false;
        }
    }
}
