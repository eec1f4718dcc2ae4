using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Dispatch.Articles;
using Hotline.Dispatch.Proofs;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Changed = Microsoft.AspNetCore.Http.HttpResults.Results<
    Microsoft.AspNetCore.Http.HttpResults.Ok<Hotline.Dispatch.WorkOrderView>, Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult>;

namespace Hotline.Dispatch;

/// <summary>The staff API of work orders. Every route names the roles it is for; what they may see is <see cref="WorkOrderDesk"/>'s to say.</summary>
internal static class WorkOrderEndpoints
{
    private const int UsualLimit = 50;
    private const int MostLimit = 200;
    private static readonly string[] Viewers =
        [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.StationDispatcher, Roles.UnitHandler, Roles.UnitHead, Roles.CallbackAgent, Roles.Auditor];

    private static readonly string[] Units = [Roles.StationDispatcher, Roles.UnitHandler];
    private static readonly string[] Givers = [Roles.Dispatcher, Roles.StationDispatcher];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/work-orders").WithTags("WorkOrders");
        orders.MapGet("", ListAsync).RequireStaff(Viewers);
        orders.MapGet("/{number}", GetAsync).RequireStaff(Viewers);
        orders.MapGet("/{number}/due", DueAsync).RequireStaff(Viewers);
        orders.MapPost("/{number}/accept", AcceptAsync).RequireStaff(Roles.Acceptor);
        orders.MapPost("/{number}/answer", AnswerAsync).RequireStaff(Roles.Acceptor, Roles.Agent);
        orders.MapPost("/{number}/dispatch", DispatchAsync).RequireStaff(Roles.Dispatcher);
        orders.MapPost("/{number}/redo", RedoAsync).RequireStaff(Roles.Acceptor, Roles.Dispatcher);
        orders.MapPost("/{number}/explain", ExplainAsync).RequireStaff(Roles.Acceptor, Roles.Dispatcher);

        var assignments = orders.MapGroup("/{number}/assignments/{assignment:int}");
        MapNoted(assignments, "/sign", AssignmentDecisions.Sign).RequireStaff(Units);
        MapNoted(assignments, "/start", AssignmentDecisions.Start).RequireStaff(Units);
        assignments.MapPost("/reply", ReplyAsync).RequireStaff(Units);
        MapNoted(assignments, "/issue", AssignmentDecisions.Issue).RequireStaff(Roles.UnitHead);
        MapNoted(assignments, "/return-draft", AssignmentDecisions.ReturnDraft).RequireStaff(Roles.UnitHead);
        assignments.MapPost("/return", ReturnAsync).RequireStaff(Units);
        assignments.MapPost("/dispatch", SubDispatchAsync).RequireStaff(Roles.StationDispatcher);
        MapNoted(assignments, "/review", AssignmentDecisions.Review).RequireStaff(Givers);
        MapNoted(assignments, "/send-back", AssignmentDecisions.SendBack).RequireStaff(Givers);
        MapNoted(assignments, "/approve-return", AssignmentDecisions.ApproveReturn).RequireStaff(Givers);
        MapNoted(assignments, "/refuse-return", AssignmentDecisions.RefuseReturn).RequireStaff(Givers);
        ProofEndpoints.Map(assignments, Units, Viewers);
    }

    private static async Task<Results<Ok<WorkOrderPage>, ProblemHttpResult>> ListAsync(
        ClaimsPrincipal user, WorkOrderDesk desk, CancellationToken cancellation, string? state = null, string? unit = null, long after = 0, int limit = UsualLimit)
    {
        string[] states = [.. WorkOrderStates.All.Select(s => s.Name()), .. WorkOrderDocument.Waiting];
        var check = new FieldCheck()
            .OneOf("state", state ?? WorkOrderDocument.Open, states)
            .That("after", after >= 0, "请填写上一页返回的 next；第一页不填。")
            .That("limit", limit is >= 1 and <= MostLimit, $"请填写1到{MostLimit}。");
        if (check.Errors.Count > 0)
        {
            return Problems.Invalid(check.Errors);
        }

        return await desk.ListAsync(StaffUser.Of(user), new(state, unit, after, limit), cancellation) is { } found
            ? TypedResults.Ok(new WorkOrderPage([.. found.Page.Select(d => WorkOrderViews.Line(d, StaffUser.Of(user), desk.Organization, desk.Now))], found.Next))
            : Problems.Invalid(new FieldError("unit", "没有这个单位，或它不在您的范围内。"));
    }

    private static async Task<Changed> GetAsync(string number, HttpContext http, WorkOrderDesk desk, CancellationToken cancellation)
    {
        var user = StaffUser.Of(http.User);
        return await desk.FindAsync(user, number, cancellation) is { } document ? Show(http, document, user, desk) : Missing();
    }

    private static async Task<Results<Ok<ClocksView>, ProblemHttpResult>> DueAsync(
        string number, ClaimsPrincipal principal, WorkOrderDesk desk, CancellationToken cancellation)
    {
        var user = StaffUser.Of(principal);
        return await desk.FindAsync(user, number, cancellation) is { } document
            ? TypedResults.Ok(WorkOrderViews.ClocksOf(document.State, user, desk.Organization, desk.Now))
            : Missing();
    }

    private static Task<Changed> AcceptAsync(
        string number, AcceptRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        ChangeAsync(number, ifMatch, http, desk, (order, request) => WorkOrderDecisions.Accept(order, body, request));

    private static async Task<Changed> AnswerAsync(
        string number, AnswerRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk, IDocumentStore<CitableArticle> articles)
    {
        var cited = body.Article is { Length: > 0 and <= FieldCheck.MostOfId } code ? await articles.FindAsync(code, http.RequestAborted) : null;
        return await ChangeAsync(number, ifMatch, http, desk, (order, request) => WorkOrderDecisions.Answer(order, body, request, cited?.State));
    }

    private static Task<Changed> DispatchAsync(
        string number, DispatchRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        ChangeAsync(number, ifMatch, http, desk, (order, request) => WorkOrderDecisions.Dispatch(order, body, request));

    private static Task<Changed> RedoAsync(
        string number, RedoRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        ChangeAsync(number, ifMatch, http, desk, (order, request) => ReviewDecisions.Redo(order, body, request));

    private static Task<Changed> ExplainAsync(
        string number, ExplainRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        ChangeAsync(number, ifMatch, http, desk, (order, request) => ReviewDecisions.Explain(order, body, request));

    private static Task<Changed> ReplyAsync(
        string number, int assignment, ReplyRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        ChangeAsync(number, ifMatch, http, desk, (order, request) => AssignmentDecisions.Reply(order, assignment, body, request));

    private static Task<Changed> ReturnAsync(
        string number, int assignment, ReturnRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        ChangeAsync(number, ifMatch, http, desk, (order, request) => AssignmentDecisions.AskReturn(order, assignment, body, request));

    private static Task<Changed> SubDispatchAsync(
        string number, int assignment, DispatchRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
        ChangeAsync(number, ifMatch, http, desk, (order, request) => AssignmentDecisions.Dispatch(order, assignment, body, request));

    /// <summary>A route whose body is a note at most.</summary>
    private static RouteHandlerBuilder MapNoted(IEndpointRouteBuilder assignments, string pattern, Func<WorkOrder, int, NoteRequest, Request, Decision> decide) => assignments.MapPost(
        pattern, (string number, int assignment, NoteRequest body, [FromHeader(Name = "If-Match")] string? ifMatch, HttpContext http, WorkOrderDesk desk) =>
            ChangeAsync(number, ifMatch, http, desk, (order, request) => decide(order, assignment, body, request)));

    internal static async Task<Changed> ChangeAsync(
        string number, string? ifMatch, HttpContext http, WorkOrderDesk desk, Func<WorkOrder, Request, Decision> decide)
    {
        var user = StaffUser.Of(http.User);
        var (decision, after) = await desk.ChangeAsync(user, number, ifMatch, decide, http.RequestAborted);
        return decision is Decision.Granted ? Show(http, after!, user, desk) : Refused(decision);
    }

    internal static ProblemHttpResult Refused(Decision decision) => decision switch
    {
        Decision.Invalid invalid => Problems.Invalid(invalid.Errors),
        Decision.Conflict conflict => Problems.Conflict(conflict.Detail, conflict.Remedy),
        Decision.Denied denied => Problems.Forbidden(denied.Detail, denied.Remedy),
        Decision.Missing missing => Problems.NotFound(missing.Detail, missing.Remedy),
        _ => throw new InvalidOperationException($"No answer is known for {decision.GetType().Name}."),
    };

    private static Ok<WorkOrderView> Show(HttpContext http, Document<WorkOrder> document, StaffUser user, WorkOrderDesk desk)
    {
        http.Response.Headers.ETag = WorkOrderDesk.EntityTag(document.Version);
        return TypedResults.Ok(WorkOrderViews.Of(document, user, desk.Organization));
    }

    internal static ProblemHttpResult Missing() => Problems.NotFound("没有这张工单。", "请核对编号；只能看到已转派给本单位的工单。");
}
