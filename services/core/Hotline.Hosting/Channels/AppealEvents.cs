using System.Globalization;
using System.Text;
using System.Text.Json;
using Hotline.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>
/// Server-sent events (WHATWG HTML §9.2) of one appeal: each reply once, from where <c>Last-Event-ID</c> says, as long as the citizen
/// watches. A comment every fifteen seconds keeps middle boxes from cutting the line.
/// </summary>
internal static class AppealEvents
{
    private const int MostWatchers = 5000;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);
    private static int s_watchers;

    public static async Task<Results<EmptyHttpResult, ProblemHttpResult>> SendAsync(HttpContext http, ServiceDescription service, string number)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var (appeal, problem) = await AppealTracking.FindAsync(http, service, number, ended.Token);
        if (appeal is null)
        {
            return problem!;
        }

        if (Interlocked.Increment(ref s_watchers) > MostWatchers)
        {
            Interlocked.Decrement(ref s_watchers);
            http.Response.Headers.RetryAfter = "30";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "正在查看的人太多。", "请稍后再连，或直接查询编号。");
        }

        try
        {
            await WatchAsync(http, service, appeal.Id, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // the citizen went away, or we are stopping: he connects again with Last-Event-ID
        }
        finally
        {
            Interlocked.Decrement(ref s_watchers);
        }

        return TypedResults.Empty;
    }

    private static async Task WatchAsync(HttpContext http, ServiceDescription service, Guid id, CancellationToken cancellation)
    {
        var intake = http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
        var watch = http.RequestServices.GetRequiredKeyedService<AppealWatch>(service.Name);
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var typeInfo = (System.Text.Json.Serialization.Metadata.JsonTypeInfo<TrackedReply>)json.GetTypeInfo(typeof(TrackedReply));
        var sent = int.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        await http.Response.StartAsync(cancellation);
        while (true)
        {
            var change = watch.NextChange(id);
            var appeal = await intake.GetAsync(id, cancellation);
            foreach (var reply in appeal!.State.Replies.Where(reply => reply.Version > sent).OrderBy(reply => reply.Version))
            {
                var text = $"id: {reply.Version}\nevent: reply\ndata: {JsonSerializer.Serialize(AppealTracking.Show(reply), typeInfo)}\n\n";
                await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
                sent = reply.Version;
            }

            await http.Response.Body.FlushAsync(cancellation);
            while (!change.IsCompleted)
            {
                using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await Task.WhenAny(change, Task.Delay(Quiet, time, quiet.Token));
                await quiet.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                if (!change.IsCompleted)
                {
                    await http.Response.Body.WriteAsync(": \n\n"u8.ToArray(), cancellation);
                    await http.Response.Body.FlushAsync(cancellation);
                }
            }
        }
    }
}
