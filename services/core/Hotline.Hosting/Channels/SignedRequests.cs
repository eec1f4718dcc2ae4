using System.Text.Json.Serialization.Metadata;
using Hotline.Intake;
using Microsoft.AspNetCore.Http;

namespace Hotline.Hosting;

/// <summary>A back end's request: proven, read and checked.</summary>
public sealed record SignedRequest<T>(SignedSender Sender, T Value, IReadOnlyList<ReceivedFile> Files, Original Original);

/// <summary>The way of a signed request: prove the sender, understand and check it. What is signed but not of a form we know is kept for a person.</summary>
public sealed class SignedRequests(AppealIntake intake, SignedSenders senders, UploadLimits limits) : IDisposable
{
    private readonly UploadTurns _uploads = new(limits);

    /// <summary>Reads a request and hands it on; answers itself when there is none to hand on.</summary>
    public async Task<IResult> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> json, Func<T, IReadOnlyList<FieldError>> check, Func<SignedRequest<T>, ValueTask<IResult>> handle)
        where T : class
    {
        using var upload = await _uploads.EnterAsync(http, http.RequestAborted);
        using var body = await RequestBytes.ReadAsync(http.Request, upload.MostBytes, http.RequestAborted);
        var (sender, refused) = senders.Check(http, body.Content.Span);
        if (sender is null)
        {
            return refused!;
        }

        using var entry = intake.Balance.Enter(sender.Source); // the entry of the route, now that its source is known
        var original = new Original(body.Content, http.Request.ContentType ?? "");
        var (form, problem) = await SubmissionForm.ReadAsync(original.ContentType, body, http.RequestAborted);
        FieldError? error = null;
        var value = form is null ? null : SubmissionJson.Parse(form.Json.Span, json, out error);
        if (value is null)
        {
            var why = problem ?? error!.Value.Message;
            var item = await intake.KeepForReviewAsync(sender.Name, original, why, http.RequestAborted);
            return Problems.Of(
                StatusCodes.Status400BadRequest, $"内容无法读取，原文已保存待人工核查（{item.Id:N}）。", "请按接口说明改正后重新提交。", new() { [error?.Field ?? "body"] = [why] });
        }

        var errors = check(value);
        return errors.Count > 0 ? Problems.Invalid(errors) : await handle(new(sender, value, form!.Files, original));
    }

    /// <summary>Hands on a request that asks only.</summary>
    public async Task<IResult> AskAsync(HttpContext http, Func<SignedSender, ValueTask<IResult>> handle)
    {
        var (sender, refused) = senders.Check(http, []);
        return sender is null ? refused! : await handle(sender);
    }

    public void Dispose()
    {
        _uploads.Dispose();
        senders.Dispose();
    }
}
