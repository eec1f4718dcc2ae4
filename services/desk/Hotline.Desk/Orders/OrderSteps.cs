using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Pages;

namespace Hotline.Desk.Orders;

/// <summary>The steps of the forms on an order's page: each goes to the service as it is, and comes back as a new page or as what was wrong with it.</summary>
internal static class OrderSteps
{
    private static readonly string[] Units = [Roles.StationDispatcher, Roles.UnitHandler];
    private static readonly string[] Reviewers = [Roles.Acceptor, Roles.Dispatcher];
    private static readonly string[] Givers = [Roles.Dispatcher, Roles.StationDispatcher];

    public static void Map(DeskRoutes routes)
    {
        OfOrder(routes, "accept", visit => new AcceptBody(visit["nature"], visit["category"], visit["urgency"], visit.Given("division")), ApiJson.Default.AcceptBody, Roles.Acceptor);
        OfOrder(routes, "answer", static visit => new AnswerBody(visit["text"], visit["basis"], null, null), ApiJson.Default.AnswerBody, Roles.Acceptor, Roles.Agent);
        OfOrder(routes, "dispatch", DispatchOf, ApiJson.Default.DispatchBody, Roles.Dispatcher);
        OfOrder(routes, "redo", visit => new RedoBody(visit["reason"], visit.Given("unit") is { } unit ? UnitChoice.IdOf(visit.Organization, unit) : null), ApiJson.Default.RedoBody, Reviewers);
        OfOrder(routes, "explain", static visit => new ExplainBody(visit["explanation"], visit["evidence"]), ApiJson.Default.ExplainBody, Reviewers);
        OfShare(routes, "sign", NoteOf, ApiJson.Default.NoteBody, Units);
        OfShare(routes, "start", NoteOf, ApiJson.Default.NoteBody, Units);
        OfShare(routes, "reply", ReplyOf, ApiJson.Default.ReplyBody, Units);
        OfShare(routes, "issue", NoteOf, ApiJson.Default.NoteBody, Roles.UnitHead);
        OfShare(routes, "return-draft", NoteOf, ApiJson.Default.NoteBody, Roles.UnitHead);
        OfShare(routes, "return", static visit => new ReturnBody(visit["note"], UnitChoice.IdOf(visit.Organization, visit["proposedUnit"])), ApiJson.Default.ReturnBody, Units);
        OfShare(routes, "dispatch", DispatchOf, ApiJson.Default.DispatchBody, Roles.StationDispatcher);
        OfShare(routes, "review", NoteOf, ApiJson.Default.NoteBody, Givers);
        OfShare(routes, "send-back", NoteOf, ApiJson.Default.NoteBody, Givers);
        OfShare(routes, "approve-return", NoteOf, ApiJson.Default.NoteBody, Givers);
        OfShare(routes, "refuse-return", NoteOf, ApiJson.Default.NoteBody, Givers);
    }

    /// <summary>What to say after a step; empty for a word that is none.</summary>
    public static string DoneText(string step) => step switch
    {
        "accept" => "已受理。",
        "answer" => "已直接答复，诉求人可以看到。",
        "dispatch" => "已转派。",
        "supplement" => "已补充，稍后显示在工单上。",
        "urge" => "已记录催单，稍后显示在工单上。",
        "redo" => "已重办。",
        "explain" => "已解释办结，诉求人可以看到解释。",
        "sign" => "已签收。",
        "start" => "已开始办理。",
        "reply" => "已反馈，等待审核。",
        "draft" => "已提交，等待本单位负责人签发；签发前时限照走。",
        "issue" => "已签发，反馈已送出，等待审核。",
        "return-draft" => "已退回拟办，由承办员修改后再提交签发。",
        "proofs" => "已上传证明材料，随反馈一起提交。",
        "remove-proof" => "已移除，不随反馈提交。",
        "return" => "已申请退单，等待决定；决定前时限照走。",
        "review" => "审核通过。",
        "send-back" => "已退回重办。",
        "approve-return" => "已同意退单。",
        "refuse-return" => "已不同意退单，单位继续办理。",
        _ => "",
    };

    private static NoteBody NoteOf(Visit visit) => new(visit.Given("note"));

    private static ReplyBody ReplyOf(Visit visit) => new(
        visit.Given("publicReply"), visit.Given("note"), visit.YesOrNo("contacted"), visit.TimeIn("contactedAt"), visit.YesOrNo("solved"), visit.Given("unsolvedReason"), visit.Given("promisedFor"));

    private static DispatchBody DispatchOf(Visit visit) => new(UnitChoice.IdOf(visit.Organization, visit["unit"]), visit["role"], visit.Given("note"));

    private static void OfOrder<TBody>(DeskRoutes routes, string step, Func<Visit, TBody> body, JsonTypeInfo<TBody> json, params string[] roles) =>
        routes.Post($"/orders/{{number}}/{step}", visit => SendAsync(visit, step, step, step, body, json), roles);

    private static void OfShare<TBody>(DeskRoutes routes, string step, Func<Visit, TBody> body, JsonTypeInfo<TBody> json, params string[] roles) =>
        routes.Post($"/orders/{{number}}/assignments/{{assignment:int}}/{step}", visit =>
        {
            var share = visit.Http.Request.RouteValues["assignment"]?.ToString() ?? "";
            return SendAsync(visit, $"{step}-{share}", $"assignments/{share}/{step}", step, body, json);
        }, roles);

    private static async Task<IResult> SendAsync<TBody>(Visit visit, string form, string path, string step, Func<Visit, TBody> body, JsonTypeInfo<TBody> json)
    {
        if (visit.Version is not { } version)
        {
            return visit.Problem(new ApiProblem(StatusCodes.Status400BadRequest, "表单不完整，没有办理。", "请重新打开工单后再提交。")); // what he saw is not known
        }

        var number = OrderPages.NumberOf(visit);
        var answer = await visit.Api.PostAsync(visit.User, $"{OrderPages.ApiPath(number)}/{path}", body(visit), json, ApiJson.Default.Order, visit.Cancellation, version);
        return answer.Problem is { } problem
            ? await OrderPages.ShowAsync(visit, new FormView(form, field => visit[field], problem.ToErrors()), problem.Status)
            : Visit.SeeOther($"/desk/orders/{number}?done={(step == "reply" && IsDraft(visit, answer.Value) ? "draft" : step)}");
    }

    /// <summary>Whether a reply waits for the unit's head.</summary>
    private static bool IsDraft(Visit visit, Order? after) =>
        after?.Assignments.Any(share => share.State == "drafted" && share.Assignment.ToString(CultureInfo.InvariantCulture) == visit.Http.Request.RouteValues["assignment"]?.ToString()) is true;
}
