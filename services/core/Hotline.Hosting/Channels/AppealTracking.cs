using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>What a citizen sees when he follows his appeal.</summary>
/// <param name="State">The work order's state as last told; <c>received</c> until the office decides.</param>
/// <param name="StateTitle">The same as citizens read it, withdrawal included.</param>
public sealed record AppealTrack(
    string Number, string Title, DateTimeOffset ReceivedAt, string State, DateTimeOffset? WithdrawnAt, int Supplements, int Urges, IReadOnlyList<TrackedReply> Replies, string StateTitle);

/// <summary>A reply as the citizen sees it.</summary>
/// <param name="Version">1, 2, …; also the id of its server-sent event.</param>
/// <param name="Replaces">The version of the reply that no longer holds; null for most.</param>
public sealed record TrackedReply(int Version, DateTimeOffset At, string Kind, string State, string Text, int? Replaces = null);

/// <summary>Following an appeal by number and query code, for every channel: from the channel's own store, so true from the first second.</summary>
public static class AppealTracking
{
    public const string CodeHeader = "Hotline-Code";

    /// <summary>Maps tracking below a channel's prefix.</summary>
    public static void MapTracking(this IEndpointRouteBuilder channel, ServiceDescription service)
    {
        channel.MapGet("/appeals/{number}", async Task<Results<Ok<AppealTrack>, ProblemHttpResult>> (string number, HttpContext http, CancellationToken cancellation) =>
        {
            var (appeal, problem) = await FindAsync(http, service, number, cancellation);
            return appeal is null ? problem! : TypedResults.Ok(Show(appeal.State));
        }).AllowAnonymous();
        channel.MapGet("/appeals/{number}/events", (string number, HttpContext http) => AppealEvents.SendAsync(http, service, number)).AllowAnonymous().DisableRateLimiting();
    }

    /// <summary>The appeal of a number for one who shows its code. A wrong code and an unknown number get the same answer.</summary>
    public static ValueTask<(Document<ReceivedAppeal>? Appeal, ProblemHttpResult? Problem)> FindAsync(
        HttpContext http, ServiceDescription service, string number, CancellationToken cancellation) =>
        FindAsync(http, service, number, http.Request.Headers[CodeHeader].ToString(), $"请在请求头 {CodeHeader} 中填写回执上的提取码。", cancellation);

    /// <summary>The same for a code that came another way.</summary>
    /// <param name="remedy">What to do when it is wrong.</param>
    public static async ValueTask<(Document<ReceivedAppeal>? Appeal, ProblemHttpResult? Problem)> FindAsync(
        HttpContext http, ServiceDescription service, string number, string code, string remedy, CancellationToken cancellation)
    {
        var intake = http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
        var attempts = http.RequestServices.GetRequiredKeyedService<CodeAttempts>(service.Name);
        if (!AppealNumber.IsValid(number))
        {
            return (null, Problems.NotFound("编号或提取码不对。", "编号是回执上的 15 位数字，请核对是否有误输。"));
        }

        if (attempts.IsClosed(number))
        {
            return (null, Problems.Of(StatusCodes.Status429TooManyRequests, "该编号的提取码错误次数过多。", "请一小时后再试，或拨打 12345 查询。"));
        }

        var appeal = await intake.FindAsync(number, cancellation);
        if (appeal is not null && intake.IsCodeOf(appeal, code))
        {
            return (appeal, null);
        }

        attempts.Wrong(number);
        return (null, Problems.NotFound("编号或提取码不对。", remedy));
    }

    /// <summary>The view of an appeal for the citizen.</summary>
    public static AppealTrack Show(ReceivedAppeal appeal) => new(
        appeal.Appeal.Number,
        appeal.Appeal.Title,
        appeal.Appeal.ReceivedAt,
        appeal.State,
        appeal.WithdrawnAt,
        appeal.Supplements.Count,
        appeal.Urges.Count,
        [.. appeal.Replies.OrderBy(reply => reply.Version).Select(Show)],
        AppealProgress.TitleOf(appeal));

    internal static TrackedReply Show(ReplyIssued reply) => new(reply.Version, reply.At, reply.Kind, reply.State, reply.Text, reply.Replaces);
}
