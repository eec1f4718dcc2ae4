using Hotline.Intake;
using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Hotline.Hosting;

/// <summary>Appeals of other sites' back ends, by signed JSON: each site sends, adds to and follows its own and no other's.</summary>
public sealed class SignedSubmissions(ServiceDescription service, AppealIntake intake, AppealWatch watch, SignedRequests requests)
{
    /// <summary>Maps it below a channel's prefix. The signature is checked before all else.</summary>
    public void Map(IEndpointRouteBuilder channel)
    {
        var submissions = channel.MapGroup("/submissions").AllowAnonymous();
        submissions.MapPost("", (RequestDelegate)(http => AnswerAsync(http, ReceiveAsync(http)))).CountsEntries(service);
        submissions.MapGet("/{id}", (RequestDelegate)(http => AnswerAsync(http, TrackAsync(http))));
        submissions.MapPost("/{id}/supplements", (RequestDelegate)(http => AnswerAsync(http, AddAsync(http, SubmittedNormalizer.CheckSupplement, (appeal, note) =>
            intake.SupplementAsync(appeal, note.Value.Id!, TextCleaner.Clean(note.Value.Text), note.Files, note.Original, http.RequestAborted))))).CountsEntries(service);
        submissions.MapPost("/{id}/urges", (RequestDelegate)(http => AnswerAsync(http, AddAsync(http, SubmittedNormalizer.CheckNote, (appeal, note) =>
            intake.UrgeAsync(appeal, note.Value.Id!, SubmissionChecks.Given(note.Value.Text), note.Original, http.RequestAborted))))).CountsEntries(service);
        submissions.MapPost("/{id}/withdrawals", (RequestDelegate)(http => AnswerAsync(http, AddAsync(http, SubmittedNormalizer.CheckNote, (appeal, note) =>
            intake.WithdrawAsync(appeal, note.Value.Id!, SubmissionChecks.Given(note.Value.Text), note.Original, http.RequestAborted))))).CountsEntries(service);
    }

    private static async Task AnswerAsync(HttpContext http, Task<IResult> answer) => await (await answer).ExecuteAsync(http);

    private Task<IResult> ReceiveAsync(HttpContext http) =>
        requests.ReadAsync(http, SubmittedJson.Default.SubmittedAppeal, SubmittedNormalizer.Check, async request =>
        {
            var draft = SubmittedNormalizer.Normalize(request.Value, request.Sender, request.Files);
            var (receipt, stored) = await intake.ReceiveAsync(draft, request.Original, http.RequestAborted);
            return receipt.Repeated && !draft.IsOf(stored)
                ? Problems.Of(StatusCodes.Status422UnprocessableEntity, $"这个编号已用于另一件诉求 {receipt.Number}，本次内容与之不同，没有受理。", "新的诉求请换一个编号；要补充请用 supplements。")
                : TypedResults.Json(
                    new SubmittedReceipt(request.Value.Id!, receipt.Number, receipt.Code, receipt.ReceivedAt, receipt.Repeated, stored.Attachments),
                    SubmittedJson.Default.SubmittedReceipt,
                    statusCode: receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
        });

    private Task<IResult> TrackAsync(HttpContext http) =>
        requests.AskAsync(http, async sender => await FindAsync(http, sender) is { } appeal ? TypedResults.Ok(AppealTracking.Show(appeal.State)) : NoSuchId());

    private Task<IResult> AddAsync(
        HttpContext http, Func<SubmittedNote, IReadOnlyList<FieldError>> check, Func<Document<ReceivedAppeal>, SignedRequest<SubmittedNote>, ValueTask<Document<ReceivedAppeal>>> add) =>
        requests.ReadAsync(http, SubmittedJson.Default.SubmittedNote, check, async request =>
        {
            if (await FindAsync(http, request.Sender) is not { } appeal)
            {
                return NoSuchId();
            }

            var after = await add(appeal, request);
            watch.Changed(after.Id);
            return TypedResults.Ok(AppealTracking.Show(after.State));
        });

    /// <summary>The sender's own appeal of the id in the path: the key holds his name, so nobody finds another's.</summary>
    private ValueTask<Document<ReceivedAppeal>?> FindAsync(HttpContext http, SignedSender sender) =>
        intake.FindByKeyAsync(SubmittedNormalizer.KeyOf(sender, (string)http.Request.RouteValues["id"]!), http.RequestAborted);

    private static ProblemHttpResult NoSuchId() => Problems.NotFound("没有由贵方以这个编号提交的诉求。", "请核对编号。");
}
