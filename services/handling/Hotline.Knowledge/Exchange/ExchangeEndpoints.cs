using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.Knowledge.Exchange;

/// <summary>Files of articles in and out. Who took what out, and how much, is kept.</summary>
internal static partial class ExchangeEndpoints
{
    private const int MostBytes = 32 * 1024 * 1024;
    private const int MostRows = 20_000;
    private const int PageSize = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/knowledge").WithTags("Knowledge");
        group.MapPost("/import", ImportAsync).RequireStaff(Roles.Acceptor);
        group.MapGet("/export", ExportAsync).RequireStaff(Roles.Acceptor);
    }

    /// <param name="source">Whose ids the file has: a name the office chooses once per source; <c>own</c> for an export of ours.</param>
    private static async Task<Results<Ok<ImportResult>, ProblemHttpResult>> ImportAsync(HttpContext http, ArticleImport import, CancellationToken cancellation, string source = ArticleImport.Own)
    {
        if (!SourceName().IsMatch(source))
        {
            return Problems.Invalid(new FieldError("source", "请填写来源代号：小写字母、数字和短横线，不超过40字。"));
        }

        var user = StaffUser.Of(http.User);
        using var bytes = await RequestBytes.ReadAsync(http.Request, MostBytes, cancellation);
        List<ReadRow> rows;
        try
        {
            rows = Read(bytes.Content, http.Request.ContentType);
        }
        catch (InvalidDataException unreadable)
        {
            return Problems.Invalid(new FieldError("body", unreadable.Message));
        }

        if (rows.Count > MostRows)
        {
            return Problems.Invalid(new FieldError("body", $"一次最多{MostRows}条，请分开导入。"));
        }

        return await import.CheckAsync(user, source, rows, cancellation) is { Count: > 0 } errors
            ? Problems.Invalid(errors)
            : TypedResults.Ok(await import.SaveAsync(user, source, rows, cancellation));
    }

    private static List<ReadRow> Read(ReadOnlyMemory<byte> content, string? type) => type?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) == true
        ? [.. ArticleCsv.Read(ArticleCsv.Decode(content.Span) ?? throw new InvalidDataException("文件既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8。"))]
        : [.. ArticleJson.Read(content)];

    /// <param name="format">csv or json.</param>
    /// <param name="withInternal">Whether the internal texts go out as well.</param>
    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> ExportAsync(
        HttpContext http, IDocumentStore<Article> articles, ExportLog log, CancellationToken cancellation, string format = "json", bool withInternal = false)
    {
        if (format is not ("csv" or "json"))
        {
            return Problems.Invalid(new FieldError("format", "请填写 csv 或 json。"));
        }

        await log.RecordAsync(StaffUser.Of(http.User).Account, format, withInternal, cancellation);
        http.Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=knowledge.{format}";
        await http.Response.WriteAsync(format == "csv" ? ArticleCsv.Header : "[", cancellation);
        IReadOnlyList<Document<Article>> page;
        long after = 0;
        var first = true;
        do
        {
            page = await articles.QueryAsync(ArticleDocument.StateIndex, ArticleState.Published.Name(), after, PageSize, cancellation);
            var rows = page.Select(document => ArticleRow.Of(document.State.Code, document.State.Published!.Content, withInternal)).ToList();
            after = page.Count > 0 ? page[^1].Sequence : after;
            await http.Response.WriteAsync(format == "csv" ? ArticleCsv.Write(rows) : Json(rows, first), cancellation);
            first &= rows.Count == 0;
        }
        while (page.Count == PageSize);

        await http.Response.WriteAsync(format == "csv" ? "" : "]\n", cancellation);
        return TypedResults.Empty;
    }

    private static string Json(List<ArticleRow> rows, bool first)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(first ? "\n" : ",\n").Append(JsonSerializer.Serialize(row, KnowledgeJson.Default.ArticleRow));
            first = false;
        }

        return text.ToString();
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex SourceName();
}
