using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Knowledge;
using Hotline.Desk.Orders;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Calls;

/// <summary>The agent's seat: the calls that ring or are his, a call with its caller's history, the entry of an appeal, and its receipt to be read out.</summary>
internal static class CallPages
{
    /// <summary>What the live line on every page of an agent asks for.</summary>
    public const string OpenPath = "/desk/calls/open";

    public static readonly string[] Seats = [Roles.Agent];

    private const string Form = "entry";

    /// <summary>Of how many earlier appeals the page says where they stand: each is a question to the service.</summary>
    private const int MostStates = 5;

    public static void Map(DeskRoutes routes)
    {
        routes.Get("/calls", ListAsync, Seats);
        routes.Get("/calls/open", OpenAsync, Seats).DisableRateLimiting();
        routes.Get("/calls/{callId}", visit => ShowAsync(visit, CallOf(visit), FormView.Fresh(Form), NewKey(visit), [], Html.Empty, StatusCodes.Status200OK), Seats);
        routes.Post("/calls/{callId}/transfer", TransferAsync, Seats);
        routes.Post("/calls/{callId}/to-supervision", ToSupervisionAsync, Seats);
        routes.Get("/appeals/new", visit => ShowAsync(visit, "", FormView.Fresh(Form), NewKey(visit), [], Html.Empty, StatusCodes.Status200OK), Seats);
        routes.Post("/appeals", WriteAsync, Seats);
    }

    private static string CallOf(Visit visit) => visit.Http.Request.RouteValues["callId"]?.ToString() ?? "";

    private static string PagePath(string callId) => $"/desk/calls/{Uri.EscapeDataString(callId)}";

    private static string ApiPath(string callId) => $"/intake/phone/calls/{Uri.EscapeDataString(callId)}";

    /// <summary>Made with the form and kept while it is corrected: sent twice, it is one appeal.</summary>
    private static string NewKey(Visit visit) => visit.Http.RequestServices.GetRequiredService<IIdSource>().Next().ToString("N");

    private static ValueTask<ApiAnswer<List<CallLine>>> OpenCallsAsync(Visit visit) => visit.Api.GetAsync(visit.User, "/intake/phone/calls", CallApiJson.Default.ListCallLine, visit.Cancellation);

    private static async Task<IResult> OpenAsync(Visit visit)
    {
        var answer = await OpenCallsAsync(visit);
        return answer.Value is { } calls ? TypedResults.Json(calls, CallApiJson.Default.ListCallLine) : TypedResults.StatusCode(answer.Problem!.Status);
    }

    private static async Task<IResult> ListAsync(Visit visit)
    {
        var answer = await OpenCallsAsync(visit);
        if (answer.Value is not { } calls)
        {
            return visit.Problem(answer.Problem!);
        }

        return visit.Page("通话", Html.Of($"""
            <p class="doing"><a href="/desk/appeals/new">没有通话，直接登记</a> <a href="/desk/calls" accesskey="r">刷新</a></p>
            {(calls.Count == 0 ? Html.Of($"<section><p>现在没有来电。</p></section>") : Show.Table("正在振铃和通话中的来电，最早的在前", ["来电时间", "状态", "专席", "已登记", "操作"], calls.Select(call => (IReadOnlyList<Html>)
                [
                    Html.Of($"{Show.ShortTime(call.At)}"), Html.Of($"{StateOf(call)}"), Html.Of($"{call.SkillGroup}"), Html.Of($"{call.Appeals.Count} 件"),
                    Html.Of($"""<a href="{PagePath(call.CallId)}" aria-label="打开 {Show.ShortTime(call.At)} 的来电">打开</a>"""),
                ])))}
            """));
    }

    private static async Task<IResult> ShowAsync(Visit visit, string callId, FormView view, string key, IReadOnlyList<string> missing, Html notice, int status)
    {
        CallLine? call = null;
        if (callId.Length > 0)
        {
            var answer = await visit.Api.GetAsync(visit.User, ApiPath(callId), CallApiJson.Default.CallLine, visit.Cancellation);
            if (answer.Value is null && view.Typed is null)
            {
                return visit.Problem(answer.Problem!);
            }

            // What was typed is worth more than the call beside it: the form comes back, even while the calls do not.
            call = answer.Value ?? new CallLine(callId, "live", default, [], []);
        }

        var beside = call is null ? Html.Empty : Html.Join([Caller(call), await HistoryAsync(visit, call)]);
        var transfer = call is null ? Html.Empty : await TransferFormAsync(visit, call);
        return visit.Page(call is null ? "登记诉求" : "通话登记", Html.Of($"""
            {view.Summary}{notice}
            <p class="notice">有人身危险的，先请来电人拨打或转接 110、119、120、122，再登记。</p>
            <div class="two"><div>{EntryForm.Show(visit, call, view, key, missing)}</div><div>{beside}{KnowledgePages.Beside()}{transfer}</div></div>
            """), status);
    }

    private static async Task<IResult> WriteAsync(Visit visit)
    {
        var (key, callId) = (visit[EntryForm.Key] is { Length: > 0 } given ? given : NewKey(visit), visit["callId"]);
        FormView View(params FieldError[] errors) => new(Form, field => visit[field], errors);
        if (EntryForm.Read(visit) is not { } body)
        {
            return await ShowAsync(visit, callId, View(new FieldError("occurredAt", "时间的格式应如 2026-03-02 09:00。")), key, [], Html.Empty, StatusCodes.Status400BadRequest);
        }

        var missing = EntryForm.Missing(visit);
        if (missing.Count > 0 && visit[EntryForm.Asked] != string.Join(' ', missing))
        {
            return await ShowAsync(visit, callId, View(), key, missing, Html.Empty, StatusCodes.Status200OK);
        }

        var answer = await visit.Api.PostAsync(
            visit.User, "/intake/phone/appeals", body, CallApiJson.Default.EntryBody, CallApiJson.Default.EntryReceipt, visit.Cancellation, key: key);
        return answer.Value is not { } receipt
            ? await ShowAsync(visit, callId, View([.. answer.Problem!.ToErrors()]), key, [], Html.Empty, answer.Problem.Status)
            : visit.Page("已登记", Receipt(receipt, callId, missing, visit.Organization.EmergenciesIn(body.Text)), receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    /// <summary>Shown in answer to the form: sent again, also by a reload, it is the same receipt.</summary>
    private static Html Receipt(EntryReceipt receipt, string callId, IReadOnlyList<string> missing, IReadOnlyList<string> emergencies) => Html.Of($"""
        {(emergencies.Count > 0 ? Html.Of($"""<p class="summary" role="alert">请告诉来电人：{EmergencyNumbers.Advice(emergencies)}</p>""") : Html.Empty)}
        {Show.Notice(receipt.Repeated ? "这张表单先前已经登记，没有重复登记；此后改动的内容没有保存，请另行登记。" : "")}
        <section aria-labelledby="receipt"><h2 id="receipt">请读给来电人</h2>
        <dl><dt>编号</dt><dd class="code" id="number">{receipt.Number}</dd><dt>提取码</dt><dd class="code" id="code">{receipt.Code}</dd></dl>
        <p>凭编号和提取码可以查询进度；再次来电时说出编号即可。</p>
        {(missing.Count > 0 ? Html.Of($"<p>没有登记的要素：{string.Join("、", missing)}。</p>") : Html.Empty)}
        <p class="doing"><a href="/desk/orders/{receipt.Number}">打开工单</a> {(callId.Length > 0 ? Html.Of($"""<a href="{PagePath(callId)}">同一通话，再登记一件</a>""") : Html.Of($"""<a href="/desk/appeals/new">再登记一件</a>"""))} <a href="/desk/calls">回通话列表</a></p></section>
        """);

    private static Html Caller(CallLine call) => Html.Of($"""
        <section aria-labelledby="call"><h2 id="call">来电</h2>
        <dl>{Show.Term("状态", StateOf(call))}{Show.Term("来电时间", call.At == default ? null : Show.Time(call.At))}{Show.Term("来电号码", call.Caller ?? "接听后显示，或号码未送达")}{Show.Term("专席", call.SkillGroup)}</dl>
        {(call.Appeals.Count == 0 ? Html.Empty : Html.Of($"<p>本次通话已登记：</p><ul>{call.Appeals.Select(appeal => Html.Of($"<li>{Link(appeal)}</li>"))}</ul>"))}</section>
        """);

    private static async Task<Html> HistoryAsync(Visit visit, CallLine call)
    {
        var orders = await Task.WhenAll(call.Earlier.Take(MostStates).Select(async appeal =>
            (await visit.Api.GetAsync(visit.User, OrderPages.ApiPath(appeal.Number), ApiJson.Default.Order, visit.Cancellation)).Value));
        return Html.Of($"""
            <section aria-labelledby="history"><h2 id="history">这位来电人以前的诉求</h2>
            {(call.Earlier.Count == 0 ? Html.Of($"<p>没有用这个号码登记过。</p>") : Html.Of($"""<ul>{call.Earlier.Select((appeal, at) => Html.Of($"""
                <li>{Link(appeal)} <a href="{AdditionPages.PathOf(appeal.Number)}" aria-label="{appeal.Number} 补充或催单">补充或催单</a>（{Show.ShortTime(appeal.ReceivedAt)}）{(at < orders.Length && orders[at] is { } order ? Html.Of($"<strong>{order.StateTitle}</strong>{(order.PublicReply is { } reply ? $"：{reply}" : "")}") : Html.Empty)}</li>
                """))}</ul>"""))}</section>
            """);
    }

    private static async Task<Html> TransferFormAsync(Visit visit, CallLine call)
    {
        var groups = (await visit.Api.GetAsync(visit.User, "/intake/phone/skill-groups", CallApiJson.Default.ListSkillGroupLine, visit.Cancellation)).Value ?? [];
        IEnumerable<(string?, string, string)> targets =
        [
            .. EmergencyNumbers.Titles.Select(static number => ((string?)"紧急电话", number.Key, $"{number.Key} {number.Value}")),
            .. groups.Where(static group => group.Open).Select(static group => ((string?)"专席", group.Name, group.Title)),
        ];
        var view = FormView.Fresh("transfer");
        return Html.Of($"""
            <section><details><summary>转接</summary><form method="post" action="{PagePath(call.CallId)}/transfer" aria-label="转接">{visit.TokenField}
            {view.Select("to", "转到", targets, "")}
            {view.Input("note", "说明", "可不填。")}
            <div class="doing"><button type="submit" class="quiet">转接</button></div></form></details>
            {(call.Appeals.Count > 0 ? Html.Empty : ToSupervision(visit, call))}</section>
            """);
    }

    private static async Task<IResult> TransferAsync(Visit visit)
    {
        var answer = await visit.Api.PostAsync(
            visit.User, $"{ApiPath(CallOf(visit))}/transfer", new TransferBody(visit["to"], visit.Given("note")), CallApiJson.Default.TransferBody, CallApiJson.Default.TransferDone, visit.Cancellation);
        return answer.Value is not { } target
            ? visit.Problem(answer.Problem!)
            : visit.Page("转接", Html.Of($"""
                <section><p class="notice" role="status">已记录转接。请在电话上拨：</p><p class="code" id="dial">{target.Dial}</p><p>{target.Title}</p><p><a href="{PagePath(CallOf(visit))}">回到这次通话，登记诉求</a></p></section>
                """));
    }

    /// <summary>What is said of officials is sealed on the line's own page, by nobody else's.</summary>
    private static Html ToSupervision(Visit visit, CallLine call) => Html.Of($"""
        <details><summary>反映公职人员的，转监督专线</summary><ol><li>不要在这里登记。打开 <a href="/supervision" target="_blank" rel="noopener">监督专线</a>，代来电人填写并提交，把查询码读给来电人；通话编号 {call.CallId}。</li>
        <li>提交后回到这里，隐藏这次通话：热线的人不再看到通话、号码和录音。<form method="post" action="{PagePath(call.CallId)}/to-supervision" aria-label="转专线">{visit.TokenField}
        <div class="doing"><button type="submit" class="stop">已提交，隐藏通话</button></div></form></li></ol></details>
        """);

    private static async Task<IResult> ToSupervisionAsync(Visit visit)
    {
        var answer = await visit.Api.PostAsync(visit.User, $"{ApiPath(CallOf(visit))}/to-supervision", new NoBody(), CallApiJson.Default.NoBody, CallApiJson.Default.CallLine, visit.Cancellation);
        return answer.Problem is { } problem ? visit.Problem(problem) : Visit.SeeOther("/desk/calls");
    }

    private static Html Link(CallAppeal appeal) => Html.Of($"""<a href="/desk/orders/{appeal.Number}">{appeal.Number}</a> {appeal.Title}""");

    private static string StateOf(CallLine call) => call.State switch { "ringing" => "振铃", "live" => "通话中", _ => "已挂断" };
}
