using System.Text.Json;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.PhotoReport.Media;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.PhotoReport;

/// <summary>The photo channel's requests, once they are proven and understood: look at the photos, receive once, answer. Nothing is decoded here.</summary>
internal sealed class PhotoReportReceiver(
    [FromKeyedServices(PhotoReportChannel.Name)] AppealIntake intake,
    [FromKeyedServices(PhotoReportChannel.Name)] DeviceSubmissions submissions,
    NearbyReports nearby,
    PhotoBell bell,
    IOptions<PhotoReportOptions> options,
    TimeProvider time)
{
    public Task<IResult> ReceiveAsync(HttpContext http) =>
        submissions.ReceiveAsync(http, PhotoReportJson.Default.PhotoAppeal, PhotoReportNormalizer.Check, async submission =>
        {
            if (submission.Files.Count == 0)
            {
                return Problems.Invalid(new FieldError("photo", "请至少附一张照片（multipart/form-data，JSON 部分名为 appeal）；没有照片请用其他渠道反映。"));
            }

            var joined = submission.Value.Join is { } token ? await nearby.OpenAsync(token, submission.Device, http.RequestAborted) : null;
            if (joined is null && submission.Value.Join is not null)
            {
                return Problems.Invalid(new FieldError("join", "同类反映标识无效。请用同一台设备重新查询附近的反映（GET nearby），或去掉 join。"));
            }

            var photos = Inspect(submission.Files, submission.Original);
            var draft = PhotoReportNormalizer.Normalize(submission.Value, submission.Device, submission.Key, photos, time.GetUtcNow(), joined?.Number);
            var (receipt, stored) = await intake.ReceiveAsync(draft, submission.Original, OwnOf(submission.Value, photos, joined), http.RequestAborted);
            if (receipt.Repeated && !draft.IsOf(stored))
            {
                return Problems.Of(
                    StatusCodes.Status422UnprocessableEntity,
                    $"这个 {DeviceSubmissions.KeyHeader} 已用于另一件诉求 {receipt.Number}，本次内容与之不同，没有受理。",
                    $"新的诉求请换一个 {DeviceSubmissions.KeyHeader}；要补充请用 supplements。");
            }

            bell.Ring();
            var track = $"{PhotoReportChannel.Service.Prefixes[0]}/appeals/{receipt.Number}";
            http.Response.Headers.Location = track;
            return TypedResults.Json(
                new PhotoReceipt(receipt.Number, receipt.Code, receipt.ReceivedAt, track, receipt.Repeated, PhotoDesk.LinesOf(stored, null)),
                PhotoReportJson.Default.PhotoReceipt,
                statusCode: receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
        });

    public Task<IResult> SupplementAsync(HttpContext http) =>
        submissions.AddAsync(http, PhotoReportJson.Default.PhotoSupplement, CheckSupplement, (appeal, submission) => intake.SupplementAsync(
            appeal,
            submission.Key,
            TextCleaner.Clean(submission.Value.Text),
            [.. Inspect(submission.Files, submission.Original).Select(photo => photo.File)],
            submission.Original,
            http.RequestAborted));

    public Task<IResult> UrgeAsync(HttpContext http) =>
        submissions.AddAsync(http, PhotoReportJson.Default.PhotoUrge, urge => CheckNote("text", urge.Text), (appeal, submission) =>
            intake.UrgeAsync(appeal, submission.Key, SubmissionChecks.Given(submission.Value.Text), submission.Original, http.RequestAborted));

    public Task<IResult> WithdrawAsync(HttpContext http) =>
        submissions.AddAsync(http, PhotoReportJson.Default.PhotoWithdrawal, withdrawal => CheckNote("reason", withdrawal.Reason), (appeal, submission) =>
            intake.WithdrawAsync(appeal, submission.Key, SubmissionChecks.Given(submission.Value.Reason), submission.Original, http.RequestAborted));

    private static List<FieldError> CheckSupplement(PhotoSupplement supplement)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Text(errors, "text", supplement.Text, "补充内容", 1);
        return errors;
    }

    private static List<FieldError> CheckNote(string field, string? note)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Longest(errors, field, note, 500, "说明");
        return errors;
    }

    /// <summary>What the channel keeps: which photos to publish in the open, where the citizen, his phone and his camera were under seal.</summary>
    private static OwnFact OwnOf(PhotoAppeal report, IReadOnlyList<InspectedPhoto> photos, Appeal? joined) => new(
        new ReportReceived([.. photos.Select((photo, at) => (photo.Facts, Photo: at + 1)).Where(photo => photo.Facts is not null).Select(photo => photo.Photo)], joined?.Id),
        JsonSerializer.SerializeToUtf8Bytes(PhotoReportNormalizer.PlacesOf(report, photos), PhotoReportJson.Default.ReportPlaces));

    private List<InspectedPhoto> Inspect(IReadOnlyList<ReceivedFile> files, Original original) =>
        [.. files.Select(file => PhotoInspection.Inspect(file, original.Content.Span.Slice(file.Offset, file.Length), options.Value.MostPixels))];
}
