using System.Security.Claims;
using Hotline.Callback.Tasks;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Callback.Cases;

/// <summary>Callback's part of case files, for the partner gateway.</summary>
internal static class CaseEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/callbacks/cases/{number}", GetAsync).RequireStaff(Roles.Partner).WithTags("Cases");

    private static async Task<Results<Ok<CallbackCase>, ProblemHttpResult>> GetAsync(string number, ClaimsPrincipal partner, CallbackDesk desk, CancellationToken cancellation) =>
        await desk.FindAsync(number, cancellation) is { } document && CaseViews.MaySee(StaffUser.Of(partner), document.State)
            ? TypedResults.Ok(CaseViews.Of(document.State))
            : Problems.NotFound("没有这件工单的回访，或它不在贵方范围内。", "请核对编号。");
}
