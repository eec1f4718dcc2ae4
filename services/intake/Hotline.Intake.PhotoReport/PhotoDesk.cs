using System.Text.Json;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Intake.PhotoReport;

/// <summary>A report's published photos, for the citizen by his query code and for the staff by their role. The original as sent is never served.</summary>
internal static class PhotoDesk
{
    private const int RetrySeconds = 5;

    public static void MapPhotos(this IEndpointRouteBuilder channel)
    {
        var citizen = channel.MapGroup("/appeals/{number}").AllowAnonymous();
        Map(citizen, static (number, http) => AppealTracking.FindAsync(http, PhotoReportChannel.Service, number, http.RequestAborted));

        var staff = channel.MapGroup("/reports/{number}").RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Dispatcher);
        Map(staff, FindAsync);
        staff.MapGet("/places", async Task<Results<Ok<ReportPlaces>, ProblemHttpResult>> (string number, HttpContext http) =>
        {
            var (appeal, problem) = await FindAsync(number, http);
            return appeal is null ? problem! : PlacesOf(appeal, IntakeOf(http)) is { } places ? TypedResults.Ok(places) : Problems.NotFound("这件诉求没有位置记录。", "请核对编号。");
        });
    }

    /// <param name="part">Null right after receipt, when nothing can be published yet.</param>
    public static IReadOnlyList<PhotoLine> LinesOf(Appeal appeal, ReportPart? part) => [.. appeal.Attachments.Select((file, at) =>
        file.Refused is not null ? new PhotoLine(at + 1, file.Name, "refused", file.Refused)
        : part?.Published.GetValueOrDefault(at + 1) is not { } published ? new PhotoLine(at + 1, file.Name, "pending")
        : published.Failed is not null ? new PhotoLine(at + 1, file.Name, "failed", published.Failed)
        : new PhotoLine(at + 1, file.Name, "published", null, published.Width, published.Height))];

    private static void Map(RouteGroupBuilder group, Func<string, HttpContext, ValueTask<(Document<ReceivedAppeal>? Appeal, ProblemHttpResult? Problem)>> find)
    {
        group.MapGet("/photos", async Task<Results<Ok<IReadOnlyList<PhotoLine>>, ProblemHttpResult>> (string number, HttpContext http) =>
        {
            var (appeal, problem) = await find(number, http);
            return appeal is null ? problem! : TypedResults.Ok(LinesOf(appeal.State.Appeal, appeal.State.Own as ReportPart));
        });
        group.MapGet("/photos/{photo:int}", (string number, int photo, HttpContext http) => SendAsync(number, photo, http, static published => published.Copy, ""));
        group.MapGet("/photos/{photo:int}/thumbnail", (string number, int photo, HttpContext http) => SendAsync(number, photo, http, static published => published.Thumbnail, "-small"));

        async Task<Results<FileContentHttpResult, ProblemHttpResult>> SendAsync(string number, int photo, HttpContext http, Func<PhotoPublished, string?> choose, string suffix)
        {
            var (appeal, problem) = await find(number, http);
            if (appeal is null)
            {
                return problem!;
            }

            var line = LinesOf(appeal.State.Appeal, appeal.State.Own as ReportPart).ElementAtOrDefault(photo - 1);
            return line?.State == "published"
                && choose(((ReportPart)appeal.State.Own!).Published[photo]) is { } blob
                && await IntakeOf(http).KeptAsync(appeal.Id, new BlobRef(blob), http.RequestAborted) is { } content
                ? TypedResults.File(content, "image/jpeg", $"photo-{photo}{suffix}.jpg") // as a download: no page is to be made of it
                : WhyNot(http, line);
        }
    }

    private static ProblemHttpResult WhyNot(HttpContext http, PhotoLine? line)
    {
        if (line is { State: "pending" })
        {
            if (http.RequestServices.GetRequiredService<PhotoBell>().Missing)
            {
                return Problems.NotFound("这张照片尚未公开：服务器上还没有制作副本的程序。照片已随诉求保存，不影响办理。", "请稍后再看；管理员请安装 libvips-tools。");
            }

            http.Response.Headers.RetryAfter = $"{RetrySeconds}";
            return Problems.NotFound("这张照片的公开副本正在制作。照片已随诉求保存，不影响办理。", $"请 {RetrySeconds} 秒后再看。");
        }

        return line switch
        {
            null => Problems.NotFound("这件诉求没有这一张照片。", "照片从 1 开始编号，请从 photos 列表中取得。"),
            { Reason: { } reason } => Problems.NotFound($"这张照片没有公开：{reason.TrimEnd('。')}。诉求照常办理。", "需要时请另拍一张，通过 supplements 补充。"),
            _ => Problems.NotFound("这张照片的公开副本已不在。", "请联系管理员。"),
        };
    }

    private static async ValueTask<(Document<ReceivedAppeal>? Appeal, ProblemHttpResult? Problem)> FindAsync(string number, HttpContext http) =>
        await IntakeOf(http).FindAsync(number, http.RequestAborted) is { } appeal ? (appeal, null) : (null, Problems.NotFound("没有这件诉求。", "编号是 15 位数字，请从工单上取得。"));

    private static ReportPlaces? PlacesOf(Document<ReceivedAppeal> appeal, AppealIntake intake) =>
        appeal.Facts.FirstOrDefault(fact => fact.Data is ReportReceived) is { Sealed.IsEmpty: false } fact
            ? JsonSerializer.Deserialize(intake.OpenOwn(appeal, fact), PhotoReportJson.Default.ReportPlaces)
            : null;

    private static AppealIntake IntakeOf(HttpContext http) => http.RequestServices.GetRequiredKeyedService<AppealIntake>(PhotoReportChannel.Name);
}
