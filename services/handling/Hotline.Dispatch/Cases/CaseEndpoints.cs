using System.Security.Claims;
using Hotline.Contracts;
using Hotline.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Dispatch.Cases;

/// <summary>Dispatch's part of case files, for the partner gateway; a case that is not the partner's and one that does not exist are the same to him.</summary>
internal static class CaseEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var cases = routes.MapGroup("/dispatch/cases/{number}").WithTags("Cases");
        cases.MapGet("", GetAsync).RequireStaff(Roles.Partner);
        cases.MapGet("/contact", FindContactAsync).RequireStaff(Roles.PartnerContacts);
    }

    private static async Task<Results<Ok<DispatchCase>, ProblemHttpResult>> GetAsync(string number, ClaimsPrincipal principal, WorkOrderDesk desk, CancellationToken cancellation)
    {
        var partner = StaffUser.Of(principal);
        return await desk.FindForPartnerAsync(partner, number, cancellation) is { } order
            ? TypedResults.Ok(CaseViews.Of(order, partner, desk.Organization, desk.Now))
            : NoSuchCase();
    }

    /// <summary>Where the contact lies; whoever opens it there gives a reason, which goes on record. A unit is not told who asked for confidence, so a partner who stands for one is not either.</summary>
    private static async Task<Results<Ok<CaseContact>, ProblemHttpResult>> FindContactAsync(string number, ClaimsPrincipal principal, WorkOrderDesk desk, CancellationToken cancellation)
    {
        var partner = StaffUser.Of(principal);
        return await desk.FindForPartnerAsync(partner, number, cancellation) is not { } order ? NoSuchCase()
            : order.Appeal is { Anonymous: true } or { ContactRef: null } ? Problems.NotFound("这件工单没有联系方式。", "诉求人匿名，或没有留下联系方式。")
            : !WorkOrderScope.HandedIn(partner, order) && !WorkOrderScope.HasNow(partner, order) ? Problems.Forbidden("这件工单已不由贵方办理。", "如确需联系诉求人，请由热线代为联系。")
            : order.Appeal.Confidential && !WorkOrderScope.HandedIn(partner, order) ? Problems.Forbidden("诉求人要求保密。", "如确需联系诉求人，请由热线代为联系。")
            : TypedResults.Ok(new CaseContact(order.Appeal.Channel, order.Appeal.ContactRef.Value));
    }

    private static ProblemHttpResult NoSuchCase() => Problems.NotFound("没有这件工单，或它不在贵方范围内。", "请核对编号；只能看到贵方提交的，或已转派给贵方的工单。");
}
