using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.App;

/// <summary>The app's requests, once they are proven and understood: receive once, answer.</summary>
internal sealed class AppReceiver([FromKeyedServices(AppChannel.Name)] AppealIntake intake, [FromKeyedServices(AppChannel.Name)] DeviceSubmissions submissions)
{
    public Task<IResult> ReceiveAsync(HttpContext http) =>
        submissions.ReceiveAsync(http, AppJson.Default.AppAppeal, AppNormalizer.Check, async submission =>
        {
            var draft = AppNormalizer.Normalize(submission.Value, submission.Device, submission.Key, submission.Files);
            var (receipt, stored) = await intake.ReceiveAsync(draft, submission.Original, http.RequestAborted);
            if (receipt.Repeated && !draft.IsOf(stored))
            {
                return Problems.Of(
                    StatusCodes.Status422UnprocessableEntity,
                    $"这个 {DeviceSubmissions.KeyHeader} 已用于另一件诉求 {receipt.Number}，本次内容与之不同，没有受理。",
                    $"新的诉求请换一个 {DeviceSubmissions.KeyHeader}；要补充请用 supplements。");
            }

            var track = $"{AppChannel.Service.Prefixes[0]}/appeals/{receipt.Number}";
            http.Response.Headers.Location = track;
            return new JsonAnswer<AppReceipt>(
                new AppReceipt(receipt.Number, receipt.Code, receipt.ReceivedAt, track, receipt.Repeated, FilesOf(stored.Attachments)),
                AppJson.Default.AppReceipt,
                receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
        });

    public Task<IResult> SupplementAsync(HttpContext http) =>
        submissions.AddAsync(http, AppJson.Default.AppSupplement, AppNormalizer.Check, (appeal, submission) =>
            intake.SupplementAsync(appeal, submission.Key, TextCleaner.Clean(submission.Value.Text), submission.Files, submission.Original, http.RequestAborted));

    public Task<IResult> UrgeAsync(HttpContext http) =>
        submissions.AddAsync(http, AppJson.Default.AppUrge, urge => AppNormalizer.CheckNote("text", urge.Text), (appeal, submission) =>
            intake.UrgeAsync(appeal, submission.Key, CleanNote(submission.Value.Text), submission.Original, http.RequestAborted));

    public Task<IResult> WithdrawAsync(HttpContext http) =>
        submissions.AddAsync(http, AppJson.Default.AppWithdrawal, withdrawal => AppNormalizer.CheckNote("reason", withdrawal.Reason), (appeal, submission) =>
            intake.WithdrawAsync(appeal, submission.Key, CleanNote(submission.Value.Reason), submission.Original, http.RequestAborted));

    private static string? CleanNote(string? note) => note is null ? null : TextCleaner.Clean(note);

    private static IReadOnlyList<AppFile> FilesOf(IReadOnlyList<Attachment> attachments) =>
        attachments.Count == 0 ? [] : [.. attachments.Select(file => new AppFile(file.Name, file.MediaType, file.Size, file.Sha256, file.Refused))];
}
