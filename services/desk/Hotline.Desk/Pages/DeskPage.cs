using System.Security.Cryptography;
using System.Text;
using Hotline.Desk.Calls;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>A page for staff, zh-CN: one style and one script, both of ours and named in its policy (CSP Level 3) by their hash, and nothing from elsewhere.</summary>
/// <param name="status">The HTTP status it is sent with.</param>
/// <param name="visit">Who looks at it; null before he signs in.</param>
internal sealed class DeskPage(int status, string title, Html body, Visit? visit = null) : IResult
{
    private static readonly string Style = Read("desk.css");
    private static readonly string Script = Read("desk.js");

    private static readonly string Policy =
        $"default-src 'none'; style-src '{HashOf(Style)}'; script-src '{HashOf(Script)}'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "same-origin"; // with no-referrer a browser sends the Origin of its own form as null
        await response.WriteAsync(
            Html.Of($"""
                <!DOCTYPE html>
                <html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · 12345 工作台</title><style>
                """).ToString()
            + Style
            + Html.Of($"""
                </style></head><body>
                <a class="skip" href="#main">跳到正文</a>
                <header><div class="bar"><strong>12345 工作台</strong>{(visit is null ? Html.Empty : Who(visit))}</div></header>
                {(visit is null ? Html.Empty : Menu(visit, httpContext.Request.Path))}
                <main id="main" tabindex="-1">
                <div id="live" class="live" role="status" aria-live="assertive"{Events(visit)}></div>
                {(visit is not null && visit.User.Roles.Overlaps(CallPages.Seats) ? Html.Of($"""<div id="calls" class="calls" role="status" data-calls="{CallPages.OpenPath}"></div>""") : Html.Empty)}
                <h1>{title}</h1>
                {body}
                </main>
                <footer>键盘：Tab 依次移动，Enter 打开或提交；按住 Alt（Firefox 为 Alt+Shift）再按数字打开菜单对应项，按 S 提交本页的主要表单。</footer>
                <script>
                """)
            + Script
            + "</script></body></html>",
            httpContext.RequestAborted);
    }

    private static Html Who(Visit visit) => Html.Of($"""
        <span>{visit.Organization.User(visit.User.Account)?.Title ?? visit.User.Account}</span><a href="/desk/password">改口令</a>
        <form method="post" action="/desk/sign-out">{visit.TokenField}<button type="submit">退出</button></form>
        """);

    private static Html Menu(Visit visit, PathString path) => Html.Of($"""
        <nav aria-label="主菜单"><ul>{DeskMenu.For(visit.User).Select((entry, at) => Html.Of($"""
            <li><a href="{entry.Path}" accesskey="{at + 1}"{(path == entry.Path ? Html.Of($" aria-current=\"page\"") : Html.Empty)}>{entry.Title}</a></li>
            """))}</ul></nav>
        """);

    private static Html Events(Visit? visit) => visit is not null && visit.User.Roles.Overlaps(AlertStream.Watchers) ? Html.Of($""" data-events="{AlertStream.Path}" """) : Html.Empty;

    private static string HashOf(string content) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}";

    private static string Read(string name)
    {
        using var stream = typeof(DeskPage).Assembly.GetManifestResourceStream("desk/" + name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
