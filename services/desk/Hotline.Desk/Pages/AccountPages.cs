using System.Globalization;
using Hotline.Contracts;
using Hotline.Desk.Accounts;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>The administrator lets people enrol and shuts accounts; the auditor reads who signed in.</summary>
internal sealed class AccountPages(CredentialDesk desk, EnrolmentCodes codes, TimeProvider time, ILogger<AccountPages> logger)
{
    private static readonly Action<ILogger, string, Exception?> LogDone = LoggerMessage.Define<string>(LogLevel.Information, new EventId(1, "AccountChanged"), "An administrator did this to an account: {What}");

    public void Map(DeskRoutes routes)
    {
        routes.Get("/accounts", visit => ShowAsync(visit, Html.Empty), Roles.Administrator);
        routes.Post("/accounts/enrolment", OfferAsync, Roles.Administrator);
        routes.Post("/accounts/block", BlockAsync, Roles.Administrator);
        routes.Get("/sign-ins", SignInsAsync, Roles.Auditor);
    }

    private async Task<IResult> ShowAsync(Visit visit, Html done)
    {
        var rows = new List<IReadOnlyList<Html>>();
        foreach (var user in visit.Organization.Data.Users)
        {
            var credential = await desk.FindAsync(user.Account, visit.Cancellation);
            rows.Add(
            [
                Html.Of($"{user.Account}"), Html.Of($"{user.Title}"), Html.Of($"{visit.Organization.NameOf(user.Unit)}"),
                Html.Of($"{credential switch { null => "未启用", { Blocked: true } => "已停用", _ => "已启用" }}"),
                Html.Of($"""
                    <form method="post" action="/desk/accounts/enrolment">{visit.TokenField}<input type="hidden" name="account" value="{user.Account}"><button class="quiet" type="submit" aria-label="给 {user.Account} 启用码">启用码</button></form>
                    {(credential is { Blocked: false } ? Html.Of($"""<form method="post" action="/desk/accounts/block">{visit.TokenField}<input type="hidden" name="account" value="{user.Account}"><button class="stop" type="submit" aria-label="停用 {user.Account}">停用</button></form>""") : Html.Empty)}
                    """),
            ]);
        }

        return visit.Page("账号", Html.Of($"{done}{Show.Table("组织文件中的账号；停用后要重新启用才能登录", ["账号", "岗位", "单位", "登录", "操作"], rows)}"));
    }

    private async Task<IResult> OfferAsync(Visit visit)
    {
        var account = visit["account"];
        if (visit.Organization.User(account) is null)
        {
            return visit.Problem(new(StatusCodes.Status404NotFound, "组织文件中没有这个账号。", "请从列表中选择。"));
        }

        LogDone(logger, "enrolment code", null);
        return await ShowAsync(visit, Html.Of($"""
            <div class="notice" role="status"><p>{account} 的启用码，当面或打电话告诉本人，24 小时内在“启用账号”页使用一次：</p><p class="code" id="enrolment">{codes.Issue(account)}</p>
            <p>本人启用之前，原来的口令仍可使用。</p></div>
            """));
    }

    private async Task<IResult> BlockAsync(Visit visit)
    {
        if (!await desk.BlockAsync(visit["account"], visit.User.Account, visit.Cancellation))
        {
            return visit.Problem(new(StatusCodes.Status404NotFound, "这个账号还没有启用过。", "不必停用。"));
        }

        LogDone(logger, "block", null);
        return await ShowAsync(visit, Show.Notice($"{visit["account"]} 已停用，登录已全部结束。"));
    }

    private async Task<IResult> SignInsAsync(Visit visit)
    {
        var day = DateOnly.TryParseExact(visit.Http.Request.Query["day"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked) ? asked : OfficeTime.Day(time.GetUtcNow());
        var after = long.TryParse(visit.Http.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
        var page = await desk.OfDayAsync(day, after, visit.Cancellation);
        var entries = page.Select(static document => document.State);
        return visit.Page("登录记录", Html.Of($"""
            <section><form method="get" action="/desk/sign-ins"><div class="field"><label for="day">日期</label><input id="day" name="day" type="date" value="{SignIn.DayValue(day)}" required></div><button type="submit" accesskey="s">查看</button></form></section>
            {Show.Table($"{SignIn.DayValue(day)} 的登录，最早的在前", ["时间", "账号", "结果", "退出"], entries.Select(entry => (IReadOnlyList<Html>)
                [Html.Of($"{Show.ShortTime(entry.At)}"), Html.Of($"{entry.Account}"), Html.Of($"{ResultOf(entry)}"), Html.Of($"{(entry.EndedAt is { } at ? Show.ShortTime(at) : "")}")]))}
            {(page.Count == CredentialDesk.SignInsOnPage ? Html.Of($"""<p><a id="more" href="/desk/sign-ins?day={SignIn.DayValue(day)}&amp;after={page[^1].Sequence.ToString(CultureInfo.InvariantCulture)}">后面的登录</a></p>""") : Html.Empty)}
            """));
    }

    private static string ResultOf(SignIn entry) => entry.Refused?.Why switch
    {
        null => "登录",
        "password" => "拒绝：口令",
        "code" => "拒绝：验证码",
        "repeated-code" => "拒绝：验证码已用过",
        "blocked" => "拒绝：已停用",
        _ => "拒绝",
    };
}
