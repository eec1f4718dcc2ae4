using Hotline.Contracts;
using Hotline.Desk.Api;
using Hotline.Desk.Pages;
using Hotline.Hosting;

namespace Hotline.Desk.Calls;

/// <summary>A caller who calls again about an appeal by phone: what he adds 补充, or that he waits 催单.</summary>
internal static class AdditionPages
{
    public static void Map(DeskRoutes routes)
    {
        routes.Get("/appeals/{number}/add", visit => Task.FromResult<IResult>(Show(visit, null, StatusCodes.Status200OK)), CallPages.Seats);
        routes.Post("/appeals/{number}/supplements", visit => SendAsync(visit, "supplement", "supplements"), CallPages.Seats);
        routes.Post("/appeals/{number}/urges", visit => SendAsync(visit, "urge", "urges"), CallPages.Seats);
    }

    /// <summary>Where an agent goes from an order or from a caller's history.</summary>
    public static string PathOf(string number) => $"/desk/appeals/{Uri.EscapeDataString(number)}/add";

    private static string NumberOf(Visit visit) => visit.Http.Request.RouteValues["number"]?.ToString() ?? "";

    private static async Task<IResult> SendAsync(Visit visit, string form, string path)
    {
        var answer = await visit.Api.PostAsync(
            visit.User, $"/intake/phone/appeals/{Uri.EscapeDataString(NumberOf(visit))}/{path}", new AdditionBody(visit["text"]), CallApiJson.Default.AdditionBody, ApiJson.Default.FollowedAppeal,
            visit.Cancellation, key: visit["key"]);
        return answer.Problem is { } problem
            ? Show(visit, new FormView(form, field => visit[field], problem.ToErrors()), problem.Status)
            : Visit.SeeOther($"/desk/orders/{NumberOf(visit)}?done={form}");
    }

    private static DeskPage Show(Visit visit, FormView? failed, int status)
    {
        var number = NumberOf(visit);
        Html Form(string name, string path, string title, Func<FormView, Html> fields) => Html.Of($"""
            <section><h2>{title}</h2><form method="post" action="/desk/appeals/{number}/{path}" aria-label="{title}">{visit.TokenField}
            <input type="hidden" name="key" value="{(failed?.Name == name ? visit["key"] : visit.Http.RequestServices.GetRequiredService<IIdSource>().Next().ToString("N"))}">
            {fields(failed?.Name == name ? failed : FormView.Fresh(name))}
            <div class="doing"><button type="submit">{title}</button></div></form></section>
            """);
        return visit.Page($"补充或催单 {number}", Html.Of($"""
            {failed?.Summary}
            {Form("supplement", "supplements", "补充", static form => form.Area("text", "来电人补充的内容", "最多 5000 字。", required: true))}
            {Form("urge", "urges", "催单", static form => form.Area("text", "来电人怎样说", "可不填。"))}
            <p><a href="/desk/orders/{number}">回工单</a></p>
            """), status);
    }
}
