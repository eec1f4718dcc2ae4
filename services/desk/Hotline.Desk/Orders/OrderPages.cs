using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Knowledge;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Orders;

/// <summary>One work order: what the citizen wrote, where it stands and why, and what whoever looks may do now.</summary>
internal static class OrderPages
{
    public static readonly string[] Viewers =
        [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.StationDispatcher, Roles.UnitHandler, Roles.UnitHead, Roles.CallbackAgent, Roles.Auditor];

    private static readonly string[] FileReaders = [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent];

    public static void Map(DeskRoutes routes)
    {
        routes.Get("/orders", Find, Viewers);
        routes.Get("/orders/{number}", visit => ShowAsync(visit, null, StatusCodes.Status200OK), Viewers);
        routes.Get("/orders/{number}/files/{file:int}", visit => FileAsync(visit, ""), FileReaders);
        routes.Get("/orders/{number}/supplements/{supplement:guid}/files/{file:int}", visit => FileAsync(visit, $"/supplements/{Route(visit, "supplement")}"), FileReaders);
    }

    public static string NumberOf(Visit visit) => Route(visit, "number");

    public static string ApiPath(string number) => $"/work-orders/{Uri.EscapeDataString(number)}";

    /// <param name="failed">The form that was just refused; null for none.</param>
    public static async Task<IResult> ShowAsync(Visit visit, FormView? failed, int status)
    {
        var path = ApiPath(NumberOf(visit));
        var clocks = visit.Api.GetAsync(visit.User, $"{path}/due", ApiJson.Default.OrderClocks, visit.Cancellation);
        var answer = await visit.Api.GetAsync(visit.User, path, ApiJson.Default.Order, visit.Cancellation);
        var running = (await clocks).Value?.Clocks ?? [];
        if (answer.Value is not { } order)
        {
            return visit.Problem(answer.Problem!);
        }

        var knowledge = await KnowledgePages.OfOrderAsync(visit, order);
        var done = failed is null ? OrderSteps.DoneText(visit.Http.Request.Query["done"].ToString()) : "";
        return visit.Page($"工单 {order.Number}", Html.Of($"""
            {failed?.Summary}
            {Show.Notice(done)}
            <div class="two"><div>{Appeal(visit, order)}{Supplements(visit, order)}{Shares(visit, order)}</div>
            <div>{new OrderForms(visit, order, failed).All()}{Clocks(running)}{knowledge}{Proposal(visit, order)}</div></div>
            """), status);
    }

    private static Task<IResult> Find(Visit visit)
    {
        var number = visit.Http.Request.Query["number"].ToString().Trim();
        return Task.FromResult(number.Length > 0 && number.All(char.IsAsciiDigit)
            ? Visit.SeeOther($"/desk/orders/{number}")
            : visit.Problem(new ApiProblem(StatusCodes.Status400BadRequest, "编号是 15 位数字。", "请核对后再输入。")));
    }

    private static Html Appeal(Visit visit, Order order) => Html.Of($"""
        <section aria-labelledby="appeal"><h2 id="appeal">{order.Title}</h2>
        <p class="text" id="appeal-text">{order.Text}</p>
        {Files(visit, order.Attachments, $"/desk/orders/{order.Number}/files/")}
        <dl>{Show.Term("状态", order.StateTitle)}{Show.Term("渠道", order.Source is null ? Show.Channel(order.Channel) : $"{Show.Channel(order.Channel)}（{order.Source}）")}
        {Show.Term("收到", Show.Time(order.ReceivedAt))}{Show.Term("写给", order.Addressee)}
        {Show.Term("性质", Show.Nature(order.Nature))}{Show.Term("事项", order.CategoryTitle)}{Show.Term("紧急程度", Show.Urgency(order.Urgency))}
        {Show.Term("地点", PlaceOf(order.Place))}{Show.Term("县（市、区）", order.Division is { } code ? visit.Organization.StationOf(code)?.Name ?? code : null)}
        {Show.Term("发生时间", order.OccurredAt is { } at ? Show.Time(at) : null)}
        {Show.Term("提示", string.Join("；", order.Marks ?? []))}
        {Show.Term("诉求人", order.Anonymous ? "匿名" : order.Confidential ? "要求保密：不得让被反映的单位知道是谁" : null)}
        {Show.Term("催单", order.Urges > 0 ? $"{order.Urges} 次" : null)}
        {Show.Term("直接答复", order.Answer is { } answer ? $"{answer.Text}（依据：{answer.Basis}；{answer.By}，{Show.ShortTime(answer.At)}）" : null)}
        {Show.Term("公开答复", order.PublicReply)}
        {Show.Term("复核", order.Review is { } review ? $"{GroundOf(review.Ground)}（{Show.ShortTime(review.At)}）{review.Text}{(order.OversightWanted ? "；重办已到次数，待督办" : "")}" : null)}
        {Show.Term("结案", order.Closing is { } closing ? $"{OutcomeOf(closing.Outcome)}（{closing.By}，{Show.ShortTime(closing.At)}）{closing.Note}{closing.Explanation}" : null)}</dl></section>
        """);

    private static Html Supplements(Visit visit, Order order) => order.Supplements.Count == 0 ? Html.Empty : Html.Of($"""
        <section aria-labelledby="supplements"><h2 id="supplements">诉求人的补充</h2>{order.Supplements.Select(added => Html.Of($"""
            <h3>{Show.ShortTime(added.At)}</h3><p class="text">{added.Text}</p>{Files(visit, added.Attachments, $"/desk/orders/{order.Number}/supplements/{added.Id:D}/files/")}
            """))}</section>
        """);

    private static Html Files(Visit visit, IReadOnlyList<OrderFile> files, string path) => files.Count == 0 ? Html.Empty : Html.Of($"""
        <p>附件：</p><ul>{files.Select((file, at) => Html.Of($"""<li>{(file.Refused is not null || !visit.User.Roles.Overlaps(FileReaders)
            ? Html.Of($"{file.Name}（{file.Refused ?? "由热线保管"}）")
            : Html.Of($"""<a href="{path}{at + 1}" download>{(file.Name.Length > 0 ? file.Name : $"附件 {at + 1}")}</a>（{file.MediaType}，{Math.Max(1, file.Size / 1024).ToString(CultureInfo.InvariantCulture)} KB）"""))}</li>"""))}</ul>
        """);

    private static Html Shares(Visit visit, Order order) => order.Assignments.Count == 0 ? Html.Empty : Html.Of($"""
        <section aria-labelledby="shares"><h2 id="shares">转派件</h2>{order.Assignments.Select(share => Html.Of($"""
            <h3>{order.Number}-{share.Assignment} {share.UnitName}（{Show.Role(share.Role)}）：{share.StateTitle}</h3>
            <dl>{Show.Term("时限", $"{Show.Time(share.DueAt)}（{share.DueReason}）")}{Show.Term("转派说明", share.Note)}{Show.Term("公开答复", share.PublicReply)}</dl>
            {ProofPages.DraftOf(share)}{ProofPages.ListOf(order, share)}
            <details><summary>办理经过（{share.History.Count} 步）</summary><ol>{share.History.Select(step => Html.Of($"""
                <li>{Show.ShortTime(step.At)} {StepTitle(step.State)}（{step.By}）{step.Note}{(step.ProposedUnit is { } unit ? $" 建议改派：{visit.Organization.NameOf(unit)}" : "")}</li>
                """))}</ol></details>
            """))}</section>
        """);

    private static Html Clocks(IReadOnlyList<OrderClock> clocks) => clocks.Count == 0 ? Html.Empty : Html.Of($"""
        <section aria-labelledby="clocks"><h2 id="clocks">时限</h2><ul>{clocks.Select(clock => Html.Of($"""
            <li>{clock.Title}{(clock.UnitName is null ? "" : $"（{clock.UnitName}）")}：{Show.Clock(clock.DueAt, clock.Color)}<p class="hint">{clock.Reason}</p></li>
            """))}</ul></section>
        """);

    private static Html Proposal(Visit visit, Order order) => Html.Of($"""
        <section aria-labelledby="proposal"><h2 id="proposal">系统建议和理由</h2>
        <dl>{Show.Term("性质", Show.Nature(order.Proposal.Nature))}{Show.Term("事项", visit.Organization.TitleOf(order.Proposal.Category))}
        {Show.Term("把握", order.Proposal.Confidence.ToString("P0", CultureInfo.InvariantCulture))}
        {Show.Term("单位", order.Proposal.Unit is { } unit ? visit.Organization.NameOf(unit) : "没有规则指定单位")}</dl>
        <h3>为什么</h3><ul>{order.Proposal.Reasons.Select(static reason => Html.Of($"<li>{reason}</li>"))}</ul><p class="hint">规则版本 {order.Proposal.RuleVersion}；系统只建议，由人决定。</p></section>
        """);

    private static async Task<IResult> FileAsync(Visit visit, string within)
    {
        var found = await visit.Api.GetAsync(visit.User, ApiPath(NumberOf(visit)), ApiJson.Default.Order, visit.Cancellation);
        if (found.Value is not { } order)
        {
            return visit.Problem(found.Problem!);
        }

        var channel = order.Channel == Channels.Partner.Name ? "partners" : order.Channel;
        return await PassOnAsync(visit, $"/intake/{Uri.EscapeDataString(channel)}/appeals/{order.Number}{within}/files/{Route(visit, "file")}");
    }

    /// <summary>A file of another service, passed on as it comes.</summary>
    /// <param name="shownAs">The media type to show it in place with, by the service's own look at its bytes; null for a download, as for a stranger's file.</param>
    public static async Task<IResult> PassOnAsync(Visit visit, string path, string? shownAs = null)
    {
        try
        {
            using var answer = await visit.Api.OpenAsync(visit.User, path, visit.Cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                return visit.Problem(new ApiProblem((int)answer.StatusCode, "附件没有取到。", "请稍后再试，或联系管理员。"));
            }

            var response = visit.Http.Response;
            response.ContentType = shownAs ?? "application/octet-stream";
            response.Headers.ContentDisposition = shownAs is null ? answer.Content.Headers.ContentDisposition?.ToString() ?? "attachment" : "inline";
            response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
            response.ContentLength = answer.Content.Headers.ContentLength;
            await answer.Content.CopyToAsync(response.Body, visit.Cancellation);
            return TypedResults.Empty;
        }
        catch (OutsideAwayException)
        {
            return visit.Problem(new ApiProblem(StatusCodes.Status503ServiceUnavailable, "这个渠道暂时没有应答。", "请稍后再试。"));
        }
    }

    private static string Route(Visit visit, string name) => visit.Http.Request.RouteValues[name]?.ToString() ?? "";

    private static string? PlaceOf(OrderPlace? place) => place is null ? null
        : place is { Latitude: { } latitude, Longitude: { } longitude } ? string.Create(CultureInfo.InvariantCulture, $"{place.Text}（{latitude:F5}, {longitude:F5}，{place.Datum}）")
        : place.Text;

    private static string GroundOf(string code) => code switch { "not-solved" => "诉求人说没有解决", "not-content" => "诉求人不满意", "reopened" => "结案后诉求人又反映", _ => code };

    private static string OutcomeOf(string code) => code switch { "solved" => "已解决", "explained" => "已解释", "unreachable" => "未联系上", "withdrawn" => "已撤诉", _ => code };

    private static string StepTitle(string state) => state switch
    {
        "signed" => "签收",
        "handling" => "开始办理",
        "drafted" => "拟办，提交签发",
        "draft-returned" => "退回拟办",
        "replied" => "反馈",
        "reviewed" => "审核通过",
        "sent-back" => "审核退回",
        "return-asked" => "申请退单",
        "returned" => "同意退单",
        "return-refused" => "不同意退单",
        _ => state,
    };
}
