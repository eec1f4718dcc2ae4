using System.Security.Claims;
using Hotline.Callback.Answers;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;
using Changed = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Hotline.Callback.Tasks.CallbackView>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Hotline.Callback.Tasks;

/// <summary>The callback agents' list and what they record.</summary>
internal static class CallbackEndpoints
{
    private const int UsualLimit = 50;
    private const int MostLimit = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var callbacks = routes.MapGroup("/callbacks").WithTags("Callbacks");
        callbacks.MapGet("", ListAsync).RequireStaff(Roles.CallbackAgent, Roles.Auditor);
        callbacks.MapGet("/{number}", GetAsync).RequireStaff(Roles.CallbackAgent, Roles.Acceptor, Roles.Dispatcher, Roles.Auditor);
        callbacks.MapPost("/{number}/claim", ClaimAsync).RequireStaff(Roles.CallbackAgent);
        callbacks.MapPost("/{number}/tries", TryAsync).RequireStaff(Roles.CallbackAgent);
        callbacks.MapPost("/{number}/answers", AnswerAsync).RequireStaff(Roles.CallbackAgent);
    }

    /// <param name="state">due: what somebody should call about now; open: everything still to be asked.</param>
    private static async Task<Results<Ok<CallbackPage>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal principal, CallbackDesk desk, CancellationToken cancellation, string state = "due", long after = 0, int limit = UsualLimit)
    {
        List<FieldError> errors =
        [
            .. state is "due" or "open" ? Array.Empty<FieldError>() : [new("state", "请填写 due 或 open。")],
            .. after >= 0 ? Array.Empty<FieldError>() : [new("after", "请填写上一页返回的 next；第一页不填。")],
            .. limit is >= 1 and <= MostLimit ? Array.Empty<FieldError>() : [new("limit", $"请填写1到{MostLimit}。")],
        ];
        if (errors.Count > 0)
        {
            return Problems.Invalid(errors);
        }

        var (user, now) = (StaffUser.Of(principal), desk.Now);
        var lines = new List<CallbackLine>();
        while (true)
        {
            // What waits for its link or is not his to ask is passed over, so a page is filled from as many as it takes.
            var page = await desk.Store.QueryAsync(CallbackDocument.StateIndex, CallbackDocument.Open, after, MostLimit, cancellation);
            foreach (var document in page)
            {
                var task = document.State;
                after = document.Sequence;
                if (task.Order is not null && (state == "open" || CallbackRules.WaitsForAgent(task, now, desk.Options, desk.Organization.Calendar))
                    && (!user.Roles.Contains(Roles.CallbackAgent) || CallbackRules.MayAsk(task, user, desk.Organization)))
                {
                    lines.Add(CallbackViews.Line(task, desk.Options, now));
                    if (lines.Count == limit)
                    {
                        return TypedResults.Ok(new CallbackPage(lines, after));
                    }
                }
            }

            if (page.Count < MostLimit)
            {
                return TypedResults.Ok(new CallbackPage(lines, null));
            }
        }
    }

    private static async Task<Changed> GetAsync(string number, CallbackDesk desk, CancellationToken cancellation) =>
        await desk.FindAsync(number, cancellation) is { } document ? await ShowAsync(document, desk, cancellation) : Missing();

    private static Task<Changed> ClaimAsync(string number, ClaimRequest body, ClaimsPrincipal principal, CallbackDesk desk, CancellationToken cancellation)
    {
        var user = StaffUser.Of(principal);
        return ChangeAsync(number, desk, (document, now) => CallbackRules.Claim(document.State, user, desk.Organization, desk.Options, now), cancellation);
    }

    /// <summary>
    /// One call is one try for all orders with the same phone; those for which it may not be one stay as they are. That somebody wants to be left alone he can say for
    /// his own orders only: one phone may be left by several people.
    /// </summary>
    private static async Task<Changed> TryAsync(string number, TryRequest body, ClaimsPrincipal principal, CallbackDesk desk, CancellationToken cancellation)
    {
        if (body.Check() is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        var user = StaffUser.Of(principal);
        var answer = await ChangeAsync(number, desk, Try, cancellation);
        if (answer.Result is Ok<CallbackView> && await desk.FindAsync(number, cancellation) is { } called)
        {
            foreach (var other in await desk.SamePhoneAsync(called, cancellation))
            {
                if (body.Why != Lists.Refused || (called.State.Order?.PersonKey is { } person && person == other.State.Order?.PersonKey))
                {
                    await desk.ChangeAsync(other.State.Number, Try, cancellation);
                }
            }
        }

        return answer;

        Decision Try(Document<CallbackTask> document, DateTimeOffset now) =>
            CallbackRules.Try(document.State, document.Id, body.Reached!.Value, body.Why!, user, desk.Organization, desk.Options, now);
    }

    private static async Task<Changed> AnswerAsync(string number, AnswerRequest body, ClaimsPrincipal principal, CallbackDesk desk, CancellationToken cancellation)
    {
        if (await desk.FindAsync(number, cancellation) is not { } document)
        {
            return Missing();
        }

        var (answer, errors) = body.Read(byUnit: document.State.Current is { Direct: false });
        if (answer is null)
        {
            return Problems.Invalid(errors);
        }

        var user = StaffUser.Of(principal);
        return await ChangeAsync(
            number, desk, (known, now) => CallbackRules.AnswerByAgent(known.State, known.Id, answer, user, desk.Organization, desk.Options, now), cancellation);
    }

    private static async Task<Changed> ChangeAsync(
        string number, CallbackDesk desk, Func<Document<CallbackTask>, DateTimeOffset, Decision> decide, CancellationToken cancellation) =>
        await desk.ChangeAsync(number, decide, cancellation) switch
        {
            ({ } after, _) => await ShowAsync(after, desk, cancellation),
            (_, { Denied: true } denied) => Problems.Forbidden(denied.Detail, denied.Remedy),
            (_, { } refused) => Problems.Conflict(refused.Detail, refused.Remedy),
            _ => Missing(),
        };

    private static async ValueTask<Ok<CallbackView>> ShowAsync(Document<CallbackTask> document, CallbackDesk desk, CancellationToken cancellation) =>
        TypedResults.Ok(CallbackViews.Of(
            document.State,
            (await desk.TogetherAsync(document, cancellation)).Concat(await desk.SamePhoneAsync(document, cancellation)).Select(static other => other.State).Where(static other => other.Current is { TakesAnswers: true }),
            desk.Organization));

    private static ProblemHttpResult Missing() => Problems.NotFound("没有这张工单的回访。", "请核对编号；刚办结的工单请稍后再看。");
}
