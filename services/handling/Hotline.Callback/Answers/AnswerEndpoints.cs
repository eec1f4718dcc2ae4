using Hotline.Callback.Tasks;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Callback.Answers;

/// <summary>The page of a link, without signing in: whoever has the link is the citizen.</summary>
internal static class AnswerEndpoints
{
    private const int MostBytes = 16 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var page = routes.MapGroup("/callbacks/answer").AllowAnonymous().WithTags("Callbacks");
        page.MapGet("/{token}", ShowAsync);
        page.MapPost("/{token}", AnswerAsync);
    }

    private static async Task<IResult> ShowAsync(string token, HttpContext http, AnswerTokens tokens, CallbackDesk desk) =>
        await FindAsync(token, tokens, desk, http.RequestAborted) is { } tasks ? Show(http, token, tasks, StatusCodes.Status200OK) : Unknown();

    private static async Task<IResult> AnswerAsync(string token, HttpContext http, AnswerTokens tokens, CallbackDesk desk)
    {
        if (!BrowserOrigin.IsOurs(http))
        {
            return AnswerPages.Over(StatusCodes.Status403Forbidden, "这个请求不是从本站页面发出的。", "请从收到的链接打开页面后评价。");
        }

        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, http.RequestAborted);
        var (form, problem) = await FieldForm.ReadAsync(http.Request.ContentType ?? "", body, http.RequestAborted);
        if (form is null)
        {
            return AnswerPages.Over(StatusCodes.Status400BadRequest, problem!, "请从收到的链接打开页面后评价。");
        }

        if (await FindAsync(token, tokens, desk, http.RequestAborted) is not { } tasks)
        {
            return Unknown();
        }

        if (tasks.FirstOrDefault(task => task.State.Number == form["number"]) is not { } asked)
        {
            return Show(http, token, tasks, StatusCodes.Status409Conflict);
        }

        var request = AnswerRequest.Of(form);
        var (answer, errors) = request.Read(byUnit: !asked.State.Current!.Direct);
        if (answer is null)
        {
            return Show(http, token, tasks, StatusCodes.Status400BadRequest, sent: (asked.State.Number, request, errors));
        }

        var spoke = asked.State.SpokeWithAgent ? answer : answer with { Service = null };
        var (after, refused) = await desk.ChangeAsync(
            asked.State.Number, (document, now) => CallbackRules.AnswerByLink(document.State, document.Id, spoke, desk.Options, now), http.RequestAborted);
        return after is null
            ? AnswerPages.Over(StatusCodes.Status410Gone, refused!.Detail, refused.Remedy)
            : Show(http, token, [.. tasks.Select(task => task.Id == after.Id ? after : task)], StatusCodes.Status200OK, after.State.Number);
    }

    /// <summary>The tasks a token opens, its own first; empty when its round is over; null when it is none of ours.</summary>
    private static async ValueTask<IReadOnlyList<Document<CallbackTask>>?> FindAsync(string token, AnswerTokens tokens, CallbackDesk desk, CancellationToken cancellation)
    {
        if (tokens.Read(token) is not { } read || await desk.FindAsync(read.Number, cancellation) is not { } document)
        {
            return null;
        }

        // A link that was forwarded, or lies in an old letter, must not open what came after it; but what was sent no link because of this one has no other.
        return document.State.Current is { TakesAnswers: true } round && round.Number == read.Round
            ? await desk.TogetherAsync(document, cancellation)
            : await desk.SharedWithAsync(document, cancellation);
    }

    private static HtmlPage Show(
        HttpContext http,
        string token,
        IReadOnlyList<Document<CallbackTask>> tasks,
        int status,
        string thanks = "",
        (string Number, AnswerRequest Request, IReadOnlyList<FieldError> Errors)? sent = null)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        return tasks.Count == 0
            ? AnswerPages.Over(StatusCodes.Status410Gone, "这次回访已经结束，感谢您的参与。", "如仍有问题，请在原渠道补充，或拨打 12345。")
            : AnswerPages.Ask(status, token, [.. tasks.Select(task => task.State)], thanks, sent);
    }

    private static HtmlPage Unknown() => AnswerPages.Over(StatusCodes.Status404NotFound, "链接不对。", "请完整复制收到的链接，或拨打 12345。");
}
