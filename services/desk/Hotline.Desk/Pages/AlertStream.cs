using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace Hotline.Desk.Pages;

/// <summary>Passes the stream of danger alerts on to pages, which have a session and no token.</summary>
internal static class AlertStream
{
    public const string Path = "/desk/alerts/events";

    public static readonly string[] Watchers = [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.Administrator];

    public static async Task<IResult> PassAsync(Visit visit)
    {
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
            await events.CopyToAsync(visit.Http.Response.Body, ended.Token);
        }
        catch (OperationCanceledException)
        {
            return TypedResults.Empty; // the page was left, or this process stops: the next connects anew
        }
        catch (Exception away) when (away is OutsideAwayException or IOException or HttpRequestException)
        {
            return visit.Http.Response.HasStarted ? TypedResults.Empty : TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        return TypedResults.Empty;
    }
}
