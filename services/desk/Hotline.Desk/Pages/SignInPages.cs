using System.Security.Cryptography;
using Hotline.Desk.Accounts;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>The door: signing in with a second factor, and out.</summary>
internal sealed partial class SignInPages(
    CredentialDesk desk,
    [FromKeyedServices(SignInPages.ByAccount)] Slowdown accounts,
    [FromKeyedServices(SignInPages.ByClient)] Slowdown clients,
    [FromKeyedServices(DeskService.Name)] FormTokens formTokens,
    StaffTokens tokens,
    TimeProvider time,
    ILogger<SignInPages> logger)
{
    public const string ByAccount = "desk-account";
    public const string ByClient = "desk-client";
    public const string DoorPurpose = "door";
    private const string Path = "/desk/sign-in";

    /// <summary>No refusal is answered sooner, so that its time does not tell which part was wrong or whether the account exists.</summary>
    private static readonly TimeSpan SoonestRefusal = TimeSpan.FromMilliseconds(900);

    public void Map(DeskRoutes routes)
    {
        routes.Open("/sign-in", http => Show(StatusCodes.Status200OK, http.RequestServices, StaffSession.Prefix, "", null), SignInAsync);
        routes.Post("/sign-out", SignOutAsync, [.. Contracts.Roles.All]);
    }

    /// <summary>The form; also in place of a page that nobody may see who is not signed in.</summary>
    public static DeskPage Show(int status, IServiceProvider services, string to, string account, string? why)
    {
        var form = new FormView("sign-in", field => field == "account" ? account : "", why is null ? [] : [new("", why)]);
        var token = services.GetRequiredKeyedService<FormTokens>(DeskService.Name).Issue(DoorPurpose);
        return new DeskPage(status, "登录", Html.Of($"""
            <section class="narrow">
            {(why is null ? Html.Empty : Html.Of($"""<div class="summary" role="alert" tabindex="-1" autofocus><p class="error">{why}</p></div>"""))}
            <form method="post" action="{Path}"><input type="hidden" name="{DeskRoutes.TokenName}" value="{token}"><input type="hidden" name="to" value="{to}">
            {form.Input("account", "账号", fill: "username", required: true)}
            {form.Input("password", "口令", type: "password", fill: "current-password", required: true)}
            {form.Input("code", "动态验证码", "身份验证应用上显示的 6 位数字，每个只能用一次。", fill: "one-time-code", required: true, digits: true)}
            <button type="submit" accesskey="s">登录</button></form>
            <p>第一次使用，或换了手机：<a href="/desk/enrol">用启用码启用账号</a></p></section>
            """));
    }

    /// <summary>Puts a session into the browser: until it is closed, at most as long as the session holds.</summary>
    public static void Give(HttpContext http, StaffTokens tokens, StaffSession session) =>
        http.Response.Cookies.Append(StaffSession.CookieOf(http), tokens.IssueSession(session), OptionsOf(http));

    /// <summary>Begins a try, which counts as failed unless <see cref="Passed"/> or <see cref="Unjudged"/> follows.</summary>
    /// <returns>How long this client or this account must wait first; zero when they may try.</returns>
    public TimeSpan Begin(string client, string account)
    {
        var wait = clients.Begin(client);
        if (wait == TimeSpan.Zero && (wait = accounts.Begin(account)) > TimeSpan.Zero)
        {
            clients.TakeBack(client);
        }

        return wait;
    }

    public void Passed(string client, string account)
    {
        clients.TakeBack(client); // what others behind the same address failed stands
        accounts.Forget(account);
    }

    public void Unjudged(string client, string account)
    {
        clients.TakeBack(client);
        accounts.TakeBack(account);
    }

    public void Failed() => LogRefused(logger);

    public static string WaitText(TimeSpan wait) => $"尝试次数过多，请在 {Math.Max(1, (int)Math.Ceiling(wait.TotalMinutes))} 分钟后再试。";

    public static string ClientOf(HttpContext http) => http.Features.Get<EdgeFeature>()?.Client ?? "";

    private async Task<IResult> SignInAsync(HttpContext http, IFormCollection form)
    {
        var started = time.GetTimestamp();
        var (account, client) = (form["account"].ToString().Trim(), ClientOf(http));
        var to = form["to"].ToString();
        IResult Again(int status, string why) => Show(status, http.RequestServices, to, account, why);
        if (formTokens.Read(DoorPurpose, form[DeskRoutes.TokenName].ToString(), out var expired) is null || expired)
        {
            return Again(StatusCodes.Status400BadRequest, "页面已过期，请再登录一次。");
        }

        if (account.Length > 64 || form["password"].ToString().Length > Passwords.Longest)
        {
            return Again(StatusCodes.Status400BadRequest, "账号或口令过长。");
        }

        if (Begin(client, account) is { Ticks: > 0 } wait)
        {
            http.Response.Headers.RetryAfter = ((int)wait.TotalSeconds + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Again(StatusCodes.Status429TooManyRequests, WaitText(wait));
        }

        var (result, session) = await desk.SignInAsync(account, form["password"].ToString(), form["code"].ToString().Replace(" ", "", StringComparison.Ordinal), http.RequestAborted);
        if (result == ProofResult.Busy)
        {
            Unjudged(client, account);
            return Again(StatusCodes.Status503ServiceUnavailable, "登录的人较多，请稍后再试。");
        }

        if (session is null)
        {
            Failed();
            await DelayAsync(started, http.RequestAborted);
            return Again(StatusCodes.Status403Forbidden, "账号、口令或动态验证码不正确。每个验证码只能用一次，请等下一个。");
        }

        Passed(client, account);
        Give(http, tokens, session);
        return Visit.SeeOther(IsOurs(to) ? to : StaffSession.Prefix);
    }

    private async Task<IResult> SignOutAsync(Visit visit)
    {
        if (visit.Session is { } session)
        {
            await desk.EndAsync(session, visit.Cancellation);
        }

        visit.Http.Response.Cookies.Delete(StaffSession.CookieOf(visit.Http), OptionsOf(visit.Http));
        return Visit.SeeOther(Path);
    }

    private async Task DelayAsync(long started, CancellationToken cancellation)
    {
        var left = SoonestRefusal - time.GetElapsedTime(started) + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(100));
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellation);
        }
    }

    /// <summary>Strict: no other site's link or form carries it. Scripts do not see it.</summary>
    private static CookieOptions OptionsOf(HttpContext http) =>
        new() { HttpOnly = true, Secure = StaffSession.IsSecure(http), SameSite = SameSiteMode.Strict, Path = "/", IsEssential = true };

    private static bool IsOurs(string path) =>
        path == StaffSession.Prefix || (path.StartsWith(StaffSession.Prefix + "/", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal) && path.All(static sign => sign > ' '));

    [LoggerMessage(Level = LogLevel.Warning, Message = "A signing in to the Desk was refused")]
    private static partial void LogRefused(ILogger logger);
}
