using Hotline.Desk.Accounts;
using Hotline.Desk.Api;
using Hotline.Hosting;

namespace Hotline.Desk.Pages;

/// <summary>
/// How a page comes onto the Desk: its route with its roles, its session looked up, and what is posted checked to come from a page of ours.
/// </summary>
internal sealed class DeskRoutes(IEndpointRouteBuilder routes)
{
    public const string TokenName = "token";
    private const int MostFormBytes = 256 * 1024;

    /// <summary>A page for those with one of <paramref name="roles"/>.</summary>
    public RouteHandlerBuilder Get(string pattern, Func<Visit, Task<IResult>> page, params string[] roles) =>
        (RouteHandlerBuilder)routes.MapGet(pattern, (Delegate)((HttpContext http) => RunAsync(http, page))).RequireStaff(roles).WithMetadata(DeskGate.Mark);

    /// <summary>What a form of such a page is sent to.</summary>
    public RouteHandlerBuilder Post(string pattern, Func<Visit, Task<IResult>> handler, params string[] roles) =>
        (RouteHandlerBuilder)routes.MapPost(pattern, (Delegate)((HttpContext http) => RunAsync(http, handler))).RequireStaff(roles).WithMetadata(DeskGate.Mark);

    /// <summary>A page for everybody: the door.</summary>
    public void Open(string pattern, Func<HttpContext, IResult> page, Func<HttpContext, IFormCollection, Task<IResult>> handler)
    {
        routes.MapGet(pattern, (Delegate)page).AllowAnonymous();
        routes.MapPost(pattern, (Delegate)(async (HttpContext http) => await ReadAsync(http) is { } form ? await handler(http, form) : Foreign(null))).AllowAnonymous();
    }

    private static async Task<IResult> RunAsync(HttpContext http, Func<Visit, Task<IResult>> handler)
    {
        var services = http.RequestServices;
        var user = StaffUser.Of(http.User);
        var session = services.GetRequiredService<StaffTokens>().ReadSession(http);
        if (session is not null && (session.Account != user.Account || !await services.GetRequiredService<CredentialDesk>().HoldsAsync(session, http.RequestAborted)))
        {
            return SignInPages.Show(StatusCodes.Status401Unauthorized, services, DeskGate.BackTo(http), "", "您的登录已结束，请重新登录。");
        }

        var visit = new Visit(
            http, user, session, null, services.GetRequiredService<ServiceApi>().For(SignInPages.ClientOf(http)), services.GetRequiredService<Organization>(), services.GetRequiredKeyedService<FormTokens>(DeskService.Name));
        if (HttpMethods.IsGet(http.Request.Method))
        {
            return await handler(visit);
        }

        visit = visit with { Form = await ReadAsync(http) };
        return visit.Form is null || visit.Tokens.Read(visit.TokenPurpose, visit[TokenName], out var expired) is null || expired ? Foreign(visit) : await handler(visit);
    }

    /// <returns>Null for what is no form of a page of ours.</returns>
    private static async Task<IFormCollection?> ReadAsync(HttpContext http)
    {
        if (!BrowserOrigin.IsOurs(http) || http.Request.ContentLength is not { } length || length > MostFormBytes
            || http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return null;
        }

        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static DeskPage Foreign(Visit? visit) => new(
        StatusCodes.Status400BadRequest,
        "没有提交",
        Html.Of($"""<section><p class="error">这张表单不是从本站刚打开的页面提交的，没有办理。</p><p>请后退，重新载入页面后再提交；已填写的内容请先复制。</p></section>"""),
        visit);
}
