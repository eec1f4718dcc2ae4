using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Callbacks;

/// <summary>The callback agents' list, one callback with what is recorded of it, and where units and citizens say different things.</summary>
internal static class CallbackPages
{
    public static readonly string[] Lookers = [Roles.CallbackAgent, Roles.Auditor];
    public static readonly string[] Viewers = [Roles.CallbackAgent, Roles.Acceptor, Roles.Dispatcher, Roles.Auditor];
    public static readonly string[] SeeContradictions = [Roles.Acceptor, Roles.Auditor, Roles.StationDispatcher];

    public static void Map(DeskRoutes routes)
    {
        routes.Get("/callbacks", ListAsync, Lookers);
        routes.Get("/callbacks/contradictions", ContradictionsAsync, SeeContradictions);
        routes.Get("/callbacks/{number}", visit => ShowAsync(visit, null, Html.Empty, StatusCodes.Status200OK), Viewers);
        CallbackSteps.Map(routes);
    }

    public static string NumberOf(Visit visit) => visit.Http.Request.RouteValues["number"]?.ToString() ?? "";

    public static string ApiPath(string number) => $"/callbacks/{Uri.EscapeDataString(number)}";

    public static ValueTask<ApiAnswer<OrderCallback>> FindAsync(Visit visit) =>
        visit.Api.GetAsync(visit.User, ApiPath(NumberOf(visit)), CallbackApiJson.Default.OrderCallback, visit.Cancellation);

    /// <param name="failed">The form that was just refused; null for none.</param>
    /// <param name="notice">What was done, or the contact that was asked for.</param>
    public static async Task<IResult> ShowAsync(Visit visit, FormView? failed, Html notice, int status)
    {
        var answer = await FindAsync(visit);
        if (answer.Value is not { } callback)
        {
            return visit.Problem(answer.Problem!);
        }

        var done = failed is null ? CallbackSteps.DoneText(visit.Http.Request.Query["done"].ToString()) : "";
        return visit.Page($"回访 {callback.Number}", Html.Of($"""
            {failed?.Summary}{Show.Notice(done)}{notice}
            <div class="two"><div>{Told(callback)}{callback.Rounds.Reverse().Select(Round)}</div>
            <div>{(visit.User.Roles.Contains(Roles.CallbackAgent) && callback.Rounds is [.., var current] ? CallbackSteps.Forms(visit, callback, current, failed) : Html.Empty)}</div></div>
            """), status);
    }

    private static async Task<IResult> ListAsync(Visit visit)
    {
        var isOpen = visit.Http.Request.Query["state"].ToString() == "open";
        var after = long.TryParse(visit.Http.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 0;
        var answer = await visit.Api.GetAsync(
            visit.User, string.Create(CultureInfo.InvariantCulture, $"/callbacks?state={(isOpen ? "open" : "due")}&after={after}"), CallbackApiJson.Default.CallbackList, visit.Cancellation);
        if (answer.Value is not { } page)
        {
            return visit.Problem(answer.Problem!);
        }

        var other = isOpen ? Html.Of($"""<a href="/desk/callbacks">只看现在可以回访的</a>""") : Html.Of($"""<a href="/desk/callbacks?state=open">全部未完成的，含等待诉求人自己评价的</a>""");
        return visit.Page("回访", Html.Of($"""
            <p class="doing">{other}</p>
            {(page.Items.Count == 0 ? Html.Of($"<section><p>现在没有要回访的工单。</p></section>") : Show.Table(isOpen ? "未完成的回访" : "现在可以回访的工单", ["编号", "标题", "渠道", "时限", "联系过", "认领", "可回访时间"], page.Items.Select(line => (IReadOnlyList<Html>)
                [
                    Html.Of($"""<a href="/desk/callbacks/{line.Number}">{line.Number}</a>"""),
                    Html.Of($"{line.Title}{(line.Round > 1 ? $"（第 {line.Round} 轮）" : "")}"), Html.Of($"{Show.Channel(line.Channel)}"),
                    Show.Clock(line.DueAt, line.Overdue ? "red" : "green"), Html.Of($"{line.Tries} 次"), Html.Of($"{line.ClaimedBy}"), Html.Of($"{Show.ShortTime(line.CallFrom)} 起"),
                ])))}
            {(page.Next is { } next ? Html.Of($"""<p><a href="/desk/callbacks?state={(isOpen ? "open" : "due")}&amp;after={next.ToString(CultureInfo.InvariantCulture)}">下一页</a></p>""") : Html.Empty)}
            """));
    }

    private static async Task<IResult> ContradictionsAsync(Visit visit)
    {
        var after = long.TryParse(visit.Http.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 0;
        var answer = await visit.Api.GetAsync(
            visit.User, string.Create(CultureInfo.InvariantCulture, $"/callbacks/contradictions?after={after}"), CallbackApiJson.Default.ContradictionList, visit.Cancellation);
        return answer.Value is not { } page
            ? visit.Problem(answer.Problem!)
            : visit.Page("虚假办结", Html.Of($"""
                {(page.Items.Count == 0 ? Html.Of($"<section><p>没有单位与诉求人说法相反的工单。</p></section>") : Show.Table("单位与诉求人说法相反的工单", ["编号", "单位说", "诉求人说", "诉求人原话", "时间"], page.Items.Select(line => (IReadOnlyList<Html>)
                    [
                        Html.Of($"""<a href="/desk/orders/{line.Number}">{line.Number}</a>"""),
                        Html.Of($"{string.Join("；", line.Units.Select(unit => $"{unit.UnitName}：{ClaimOf(unit.Claim)}"))}"),
                        Html.Of($"{SaidOf(line.Contacted, line.Solved, line.UnsolvedReason)}"), Html.Of($"{line.Words}"), Html.Of($"{Show.ShortTime(line.At)}"),
                    ])))}
                {(page.Next is { } next ? Html.Of($"""<p><a href="/desk/callbacks/contradictions?after={next.ToString(CultureInfo.InvariantCulture)}">下一页</a></p>""") : Html.Empty)}
                """));
    }

    private static Html Told(OrderCallback callback) => Html.Of($"""
        <section aria-labelledby="told"><h2 id="told">{callback.Title}</h2>
        <dl>{Show.Term("工单", Html.Of($"""<a href="/desk/orders/{callback.Number}">{callback.Number}</a>"""))}{Show.Term("渠道", callback.Channel is { } channel ? Show.Channel(channel) : null)}
        {Show.Term("给诉求人的答复", Html.Of($"""<span class="text">{callback.Told}</span>"""))}
        {Show.Term("单位的说法", string.Join("；", callback.Parts.Select(part => $"{part.UnitName}（{(part.Lead ? "主办" : "协办")}）：{(part.Claim is { } claim ? ClaimOf(claim) : "没有说明")}")))}</dl>
        {(callback.Together.Count == 0 ? Html.Empty : Html.Of($"""<p>同一诉求人或同一电话，一次联系一并问：{callback.Together.Select(number => Html.Of($"""<a href="/desk/callbacks/{number}">{number}</a> """))}</p>"""))}</section>
        """);

    private static Html Round(CallbackRound round) => Html.Of($"""
        <section aria-labelledby="round-{round.Round}"><h2 id="round-{round.Round}">第 {round.Round} 轮：{StateOf(round)}</h2>
        <dl>{Show.Term("开始", Show.Time(round.StartedAt))}{Show.Term("时限", round.DueAt is { } due ? Show.Time(due) : null)}{Show.Term("认领", round.ClaimedBy)}
        {Show.Term("自动外呼", round.RingingUntil is { } until ? $"已下单，最晚 {Show.ShortTime(until)} 拨打，结果还没有回来" : null)}
        {(round.Answer is { } answer ? Answer(answer) : Html.Empty)}</dl>
        {(round.Contradiction ? Html.Of($"""<p class="error">单位的说法与诉求人相反。</p>""") : Html.Empty)}
        {(round.Tries.Count == 0 ? Html.Empty : Html.Of($"<ul>{round.Tries.Select(tried => Html.Of($"<li>{Show.ShortTime(tried.At)} {CallbackWords.TryOf(tried.By, tried.Why)}</li>"))}</ul>"))}</section>
        """);

    private static Html Answer(GivenAnswer given) => Html.Of($"""
        {Show.Term("联系和解决", SaidOf(given.Answer.Contacted, given.Answer.Solved ?? false, given.Answer.UnsolvedReason))}
        {Show.Term("办理满意", $"{CallbackWords.TitleOf(CallbackWords.Satisfactions, given.Answer.Satisfied)} {CallbackWords.TitleOf(CallbackWords.Dissatisfactions, given.Answer.DissatisfiedReason)}")}
        {Show.Term("话务满意", CallbackWords.TitleOf(CallbackWords.Satisfactions, given.Answer.Service))}{Show.Term("原话", given.Answer.Words)}
        {Show.Term("答复于", $"{Show.Time(given.At)}（{CallbackWords.AnsweredBy(given.Way, given.By)}）")}
        """);

    private static string StateOf(CallbackRound round) => round.State switch
    {
        "asking" => "待回访",
        "answered" => "已答复",
        "ended" => round.Outcome == "unreachable" ? "未联系上" : "没有答复",
        _ => "已结束",
    };

    private static string ClaimOf(UnitClaim claim) =>
        string.Join("，", new[] { CallbackWords.YesNo(claim.Contacted, "已联系", "没有联系"), CallbackWords.YesNo(claim.Solved, "已解决", "没有解决"), claim.UnsolvedReason ?? "" }.Where(static said => said.Length > 0));

    private static string SaidOf(bool? contacted, bool solved, string? reason) =>
        string.Join("，", new[] { CallbackWords.YesNo(contacted, "联系过", "没有联系"), CallbackWords.YesNo(solved, "解决了", "没有解决"), CallbackWords.TitleOf(CallbackWords.Unsolved, reason) }.Where(static said => said.Length > 0));
}
