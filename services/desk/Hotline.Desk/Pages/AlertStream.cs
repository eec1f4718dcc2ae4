using Hotline.Contracts;
using Hotline.Desk.Accounts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Hotline.Desk.Pages;

/// <summary>Passes the stream of danger alerts on to pages, which have a session and no token.</summary>
internal static class AlertStream
{
    public const string Path = "/desk/alerts/events";

    /// <summary>How soon a stream ends after its session.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    public static readonly string[] Watchers = [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.Administrator];

    public static async Task<IResult> PassAsync(Visit visit)
    {
        var time = visit.Http.RequestServices.GetRequiredService<TimeProvider>();
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(
                visit.Cancellation, visit.Http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            using var answer = await visit.Api.OpenAsync(visit.User, "/dispatch/alerts/events", ended.Token);
            if (!answer.IsSuccessStatusCode)
            {
                return TypedResults.StatusCode((int)answer.StatusCode);
            }

            visit.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            visit.Http.Response.ContentType = "text/event-stream";
            await using var events = await answer.Content.ReadAsStreamAsync(ended.Token);
            await visit.Http.Response.StartAsync(ended.Token);
            var passed = events.CopyToAsync(visit.Http.Response.Body, ended.Token);
            while (await Task.WhenAny(passed, Task.Delay(Look, time, ended.Token)) != passed)
            {
                if (visit.Session is { } session && !await visit.Http.RequestServices.GetRequiredService<CredentialDesk>().HoldsAsync(session, ended.Token))
                {
                    await ended.CancelAsync();
                    break;
                }
            }

            await passed;
        }
        catch (OperationCanceledException)
        {
            return TypedResults.Empty; // the page was left, its session ended, or this process stops: who may connects anew
        }
        catch (Exception away) when (away is OutsideAwayException or IOException or HttpRequestException)
        {
            return visit.Http.Response.HasStarted ? TypedResults.Empty : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        return TypedResults.Empty;
    }
}
