using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.Calls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>Hears from the platform what became of calls, signed under the shared key, in any order and as often as it likes.</summary>
internal sealed class CallReportDesk(IOptions<CallOptions> options, TimeProvider time) : IDisposable
{
    public const string Path = "/callback-calls";
    private const int MostBytes = 64 * 1024;

    private readonly SignedSenders _senders = new([new SignedSender(options.Value.Name, options.Value.Key, "自动外呼", options.Value.PerMinute)], time);

    public static void Map(IEndpointRouteBuilder channel, ServiceDescription service) =>
        channel.MapPost(Path, async http => await (await http.RequestServices.GetRequiredService<CallReportDesk>().HearAsync(http, service)).ExecuteAsync(http))
            .AllowAnonymous() // the platform signs its reports; the handler checks that before all else
            .CountsEntries(service, "自动外呼");

    public void Dispose() => _senders.Dispose();

    private async Task<IResult> HearAsync(HttpContext http, ServiceDescription service)
    {
        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        if (options.Value.Key.Length == 0)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "外呼平台尚未配置。", $"请管理员设置 {CallOptions.Section}:Key。");
        }

        var (sender, refused) = _senders.Check(http, body.Content.Span);
        if (sender is null)
        {
            return refused!;
        }

        // Signed, so it is the platform's: what is not understood may hold a citizen's answers, and somebody must see what it meant.
        var intake = http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
        if (SubmissionJson.Parse(body.Content.Span, CallPlatformJson.Default.CallReport, out var error) is not { } report)
        {
            return await KeepAsync(StatusCodes.Status400BadRequest, error!.Value.Message);
        }

        if (report.Call is not { Length: > 0 and <= 100 } id || await intake.Calls.FindAsync(id, http.RequestAborted) is not { Order: var order })
        {
            return await KeepAsync(StatusCodes.Status404NotFound, "本渠道没有这个编号的外呼。");
        }

        var (end, problem) = CallReports.Read(report, order, time.GetUtcNow());
        if (problem is not null)
        {
            return await KeepAsync(StatusCodes.Status400BadRequest, problem);
        }

        if (end is null)
        {
            return TypedResults.NoContent(); // on its way; its end is what counts
        }

        var (after, recorded) = (await intake.Calls.RecordAsync(order.Id, order.Call, (_, _) => end, http.RequestAborted))!.Value;
        return recorded || IsSame(after.End!, end)
            ? TypedResults.NoContent()
            : await KeepAsync(StatusCodes.Status409Conflict, $"这次外呼已经以 {after.End!.Outcome} 结束，后来的结果不同。");

        async Task<IResult> KeepAsync(int status, string why)
        {
            var item = await intake.KeepForReviewAsync("call-platform", new Original(body.Content, "application/json"), why, http.RequestAborted);
            return Problems.Of(status, $"{why}原文已保存待人工核查（{item.Id:N}）。", "请按接口说明改正；不必原样重发。");
        }
    }

    private static bool IsSame(AppealCalled known, AppealCalled told) => known.Outcome == told.Outcome && known.Answers.SequenceEqual(told.Answers);
}
