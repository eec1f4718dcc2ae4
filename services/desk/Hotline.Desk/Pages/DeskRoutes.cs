using Hotline.Desk.Accounts;
using Hotline.Desk.Api;
using Hotline.Hosting;
using Microsoft.Extensions.Primitives;

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
        (RouteHandlerBuilder)routes.MapPost(pattern, (Delegate)((HttpContext http) => RunAsync(http, async visit => await ReadAsync(http) is { } form ? await HandInAsync(visit with { Form = form }, handler) : Foreign(visit))))
            .RequireStaff(roles).WithMetadata(DeskGate.Mark);

    /// <summary>What a form with files is sent to; their bytes end with the request.</summary>
    public RouteHandlerBuilder Upload(string pattern, Func<Visit, Task<IResult>> handler, params string[] roles) =>
        (RouteHandlerBuilder)routes.MapPost(pattern, (Delegate)((HttpContext http) => RunAsync(http, visit => UploadAsync(visit, handler)))).RequireStaff(roles).WithMetadata(DeskGate.Mark);

    /// <summary>A page for everybody: the door.</summary>
    public void Open(string pattern, Func<HttpContext, IResult> page, Func<HttpContext, IFormCollection, Task<IResult>> handler)
    {
        routes.MapGet(pattern, (Delegate)((HttpContext http) => page(http))).AllowAnonymous();
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

        return await handler(new Visit(
            http, user, session, null, services.GetRequiredService<ServiceApi>().For(SignInPages.ClientOf(http)), services.GetRequiredService<Organization>(), services.GetRequiredKeyedService<FormTokens>(DeskService.Name)));
    }

    private static async Task<IResult> HandInAsync(Visit visit, Func<Visit, Task<IResult>> handler) =>
        visit.Tokens.Read(visit.TokenPurpose, visit[TokenName], out var expired) is not { } filling || expired
            ? Foreign(visit)
            : await visit.Http.RequestServices.GetRequiredService<HandIns>().OnceAsync(filling, () => handler(visit), visit.Cancellation);

    private static async Task<IResult> UploadAsync(Visit visit, Func<Visit, Task<IResult>> handler)
    {
        var http = visit.Http;
        if (!BrowserOrigin.IsOurs(http) || http.Request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return Foreign(visit);
        }

        using var turn = await http.RequestServices.GetRequiredKeyedService<UploadTurns>(DeskService.Name).EnterAsync(http, visit.Cancellation);
        try
        {
            using var body = await RequestBytes.ReadAsync(http.Request, turn.MostBytes, visit.Cancellation);
            var (form, _) = await FieldForm.ReadAsync(http.Request.ContentType, body, visit.Cancellation);
            return form is null
                ? Foreign(visit)
                : await HandInAsync(visit with { Form = new FormCollection(form.Fields.ToDictionary(static field => field.Key, static field => new StringValues(field.Value))), Files = form.UploadsIn(body) }, handler);
        }
        catch (BadHttpRequestException large) when (large.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return visit.Problem(new ApiProblem(large.StatusCode, $"所选文件合计超过 {turn.MostBytes / 1024 / 1024} MB，没有上传。", "请后退，分几次上传，或换小一些的照片。"));
        }
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
