using Hotline.Contracts;
using Hotline.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>The files citizens sent with appeals and supplements, for the hotline's own staff. What was refused is not served.</summary>
public static class FileDesk
{
    public static void MapFiles(this IEndpointRouteBuilder channel, ServiceDescription service)
    {
        var files = channel.MapGroup("/appeals/{number}").RequireStaff(Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent);
        files.MapGet("/files/{file:int}", (string number, int file, HttpContext http, CancellationToken cancellation) => FindAsync(http, service, number, null, file, cancellation));
        files.MapGet("/supplements/{supplement:guid}/files/{file:int}", (string number, Guid supplement, int file, HttpContext http, CancellationToken cancellation) =>
            FindAsync(http, service, number, supplement, file, cancellation));
    }

    /// <param name="supplement">The id of the supplement it came with; null for the appeal itself.</param>
    /// <param name="file">1, 2, … in the order of the attachments.</param>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> FindAsync(
        HttpContext http, ServiceDescription service, string number, Guid? supplement, int file, CancellationToken cancellation)
    {
        var intake = http.RequestServices.GetRequiredKeyedService<AppealIntake>(service.Name);
        if (await intake.FindAsync(number, cancellation) is not { } appeal)
        {
            return Problems.NotFound("没有这件诉求。", "请核对编号和渠道。");
        }

        var attachments = supplement is not { } id ? appeal.State.Appeal.Attachments : appeal.State.Supplements.FirstOrDefault(added => added.Id == id)?.Attachments;
        if (attachments is null || file < 1 || file > attachments.Count)
        {
            return Problems.NotFound("没有这个附件。", "请从工单的附件列表中取得序号，从 1 起。");
        }

        var attachment = attachments[file - 1];
        if (attachment.Refused is { } refused)
        {
            return Problems.Conflict($"这个附件没有接收：{refused}", "确需查看时请联系管理员从原始来件中取出。");
        }

        return await intake.FilesOfAsync(appeal, cancellation, supplement) is not { } kept ? Problems.NotFound("附件已不在存储中。", "请联系管理员。")
            : TypedResults.File(kept[file - 1].ToArray(), "application/octet-stream", attachment.Name.Length > 0 ? attachment.Name : $"{file}"); // never shown in place: it is a stranger's file
    }
}
