using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.Knowledge.Exchange;

/// <summary>How often a partner read on a day.</summary>
public sealed record PartnerDay(string Partner, DateOnly Day, int Uses);

/// <summary>An export, as the auditor sees it.</summary>
public sealed record ExportLine(string By, DateTimeOffset At, string Format, bool WithInternal);

/// <summary>The same articles as everybody's for partners, by their own key, without the limits of one client address; each use counted.</summary>
internal static class PartnerEndpoints
{
    public const string KeyHeader = "Hotline-Partner-Key";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var shared = routes.MapGroup("/knowledge/shared").WithTags("Knowledge").AllowAnonymous().AddEndpointFilter(LetInAsync);
        shared.MapGet("/articles", ReadingEndpoints.ListAsync);
        shared.MapGet("/search", ReadingEndpoints.SearchAsync);
        var desk = routes.MapGroup("/knowledge/desk").WithTags("Knowledge").RequireStaff(Roles.Acceptor, Roles.Auditor, Roles.Administrator);
        desk.MapGet("/partners/{partner}/uses", UsesAsync);
        desk.MapGet("/exports", ExportsAsync);
    }

    private static async ValueTask<object?> LetInAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var options = http.RequestServices.GetRequiredService<IOptions<KnowledgeOptions>>().Value;
        if (PartnerOf(options, http.Request.Headers[KeyHeader]) is not { } partner)
        {
            return Problems.Of(StatusCodes.Status401Unauthorized, "需要合作单位的密钥。", $"请在 {KeyHeader} 头中带上密钥；没有的请向热线申请。");
        }

        if (!await http.RequestServices.GetRequiredService<PartnerMeter>().TryUseAsync(partner, options.PartnerPerMinute, http.RequestAborted))
        {
            http.Response.Headers.RetryAfter = "60";
            return Problems.Of(StatusCodes.Status429TooManyRequests, "本分钟的用量已满。", "请下一分钟再读取。");
        }

        return await next(context);
    }

    /// <summary>Every key is compared, in the same time whichever it is.</summary>
    private static string? PartnerOf(KnowledgeOptions options, string? key)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(key ?? ""));
        string? partner = null;
        foreach (var (name, secret) in options.Partners.OrderBy(known => known.Key, StringComparer.Ordinal))
        {
            partner = CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(secret)), given) ? name : partner;
        }

        return partner;
    }

    private static async Task<Results<Ok<PartnerDay>, ProblemHttpResult>> UsesAsync(
        string partner, IOptions<KnowledgeOptions> options, PartnerMeter meter, ArticleDesk desk, CancellationToken cancellation, DateOnly? day = null) =>
        options.Value.Partners.ContainsKey(partner)
            ? TypedResults.Ok(new PartnerDay(partner, day ?? desk.Today, await meter.CountAsync(partner, day ?? desk.Today, cancellation)))
            : Problems.NotFound("没有这个合作单位。", "请填写配置中的单位代号。");

    private static async Task<Results<Ok<IReadOnlyList<ExportLine>>, ProblemHttpResult>> ExportsAsync(
        ExportLog log, CancellationToken cancellation, long after = 0, int limit = PageQuery.UsualLimit) =>
        PageQuery.Check(after, limit) is { Count: > 0 } errors
            ? Problems.Invalid(errors)
            : TypedResults.Ok<IReadOnlyList<ExportLine>>([
                .. (await log.ListAsync(after, limit, cancellation)).Select(document => document.State.Exported).Select(export => new ExportLine(export.By, export.At, export.Format, export.WithInternal))]);
}
