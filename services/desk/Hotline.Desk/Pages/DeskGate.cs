using Hotline.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Hotline.Desk.Pages;

/// <summary>Answers with a page where an API answers with a problem: who is not signed in is asked to, on the spot.</summary>
internal sealed class DeskGate : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _others = new();

    /// <summary>Marks the routes that are pages.</summary>
    public static object Mark { get; } = new PageMark();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<PageMark>() is null)
        {
            return _others.HandleAsync(next, context, policy, authorizeResult);
        }

        return authorizeResult.Forbidden
            ? new DeskPage(
                StatusCodes.Status403Forbidden, "没有权限",
                Html.Of($"""<section><p class="error">当前账号不能打开这一页。</p><p>请由有相应角色的人员办理，或联系管理员。</p><p><a href="/desk">回首页</a></p></section>""")).ExecuteAsync(context)
            : SignInPages.Show(StatusCodes.Status401Unauthorized, context.RequestServices, BackTo(context), "", null).ExecuteAsync(context);
    }

    /// <summary>Where to go after signing in: back to what was to be read; what was to be sent is sent again by the user.</summary>
    public static string BackTo(HttpContext http) => HttpMethods.IsGet(http.Request.Method) ? http.Request.Path + http.Request.QueryString : StaffSession.Prefix;

    private sealed class PageMark;
}
