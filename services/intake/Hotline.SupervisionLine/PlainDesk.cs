using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hotline.Hosting;
using Hotline.Ports;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Hotline.SupervisionLine;

/// <summary>For browsers without script: what is posted in clear is sealed here, at once and to the same keys, and what was in clear is forgotten.</summary>
internal sealed class PlainDesk(ReporterDesk desk, OfficerKeys officers)
{
    private const int MostRequest = 256 << 10; // 20,000 characters, percent-encoded

    public async Task<IResult> ReceiveAsync(HttpContext http, CancellationToken cancellation)
    {
        if (officers.Closed is not null)
        {
            return ReporterDesk.ClosedAnswer();
        }

        if (await ReadAsync(http, cancellation) is not { } form)
        {
            return Wrong("表单无法读取。请返回重填。");
        }

        if (Field(form, "text", PlainReport.MostText) is not { Length: > 0 } text || Field(form, "accused", PlainReport.MostShort) is not { } accused || Field(form, "contact", PlainReport.MostShort) is not { } contact)
        {
            return Wrong("请写明问题（不超过 20000 字），其他各项不超过 500 字。");
        }

        var code = ReceiptCode.New();
        var replyKey = P256Key.Generate();
        var faults = form.GetValueOrDefault("fault").Where(fault => fault is not null && PlainReport.FaultNames.Contains(fault)).Distinct().ToList();
        var letter = Seal(new PlainReport(code.Thread, text, accused, faults!, contact, replyKey.ToPublic(), []));
        return await desk.KeepReportAsync(code.Locator, code.Proof, letter, replyKey.Thumbprint(), code.Lock(replyKey), SealedAt.Receipt, cancellation) == true
            ? SupervisionPages.Answer(
                $"<h2>已收到</h2><p>您的查询码：</p><p class=\"code\">{code.Show()}</p><p>请现在抄下来。它只显示这一次，遗失后无法找回；凭它查看答复、补充情况。不要交给任何人。</p>", StatusCodes.Status200OK)
            : SupervisionPages.Answer("<p role=\"alert\">目前提交的人过多，本次没有受理，请稍后重试。</p>", StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Shows the conversation; adds a letter or a consent first when the form holds one.</summary>
    public async Task<IResult> ConverseAsync(HttpContext http, CancellationToken cancellation)
    {
        if (await ReadAsync(http, cancellation) is not { } form || ReceiptCode.Read(Field(form, "code", 100)) is not { } code)
        {
            return Wrong("查询码应为 20 个字母和数字。请核对。");
        }

        var (report, none) = await desk.FindAsync(code.Locator, code.Proof, cancellation);
        if (none is not null)
        {
            return none is IStatusCodeHttpResult { StatusCode: StatusCodes.Status404NotFound }
                ? SupervisionPages.Answer("<p role=\"alert\">没有与该查询码对应的举报。请核对；查询码遗失后无法找回，可以重新举报。</p>", StatusCodes.Status404NotFound)
                : none;
        }

        if (Field(form, "text", PlainReport.MostText) is { Length: > 0 } text)
        {
            if (officers.Closed is not null)
            {
                return ReporterDesk.ClosedAnswer();
            }

            if (!await desk.KeepLetterAsync(report!, Seal(new PlainReport(code.Thread, text, null, [], null, null, [])), cancellation))
            {
                return SupervisionPages.Answer("<p role=\"alert\">这份举报的来信已达上限，请等待工作人员答复；已移送上级机关的，请拨打 12388 或直接向上级机关反映。</p>", StatusCodes.Status409Conflict);
            }
        }

        if (form.TryGetValue("given", out var given) && given is ["yes" or "no"])
        {
            await desk.KeepConsentAsync(report!, given == "yes", cancellation);
        }

        (report, _) = await desk.FindAsync(code.Locator, code.Proof, cancellation);
        return report is null ? Wrong("请重试。") : SupervisionPages.Answer(await ShowAsync(report, code, cancellation), StatusCodes.Status200OK);
    }

    private SealedLetter Seal(PlainReport plain)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(plain, SupervisionJson.Default.PlainReport);
        var filled = LetterSize.Fill(content);
        var letter = LetterSealer.Seal(filled, LetterKinds.Report, officers.ByThumbprint.Values);
        CryptographicOperations.ZeroMemory(content);
        CryptographicOperations.ZeroMemory(filled);
        return letter;
    }

    private async ValueTask<string> ShowAsync(Document<Report> report, ReceiptCode code, CancellationToken cancellation)
    {
        var conversation = await desk.ConversationOfAsync(report, cancellation);
        var key = code.Unlock(conversation.LockedKey);
        var page = new StringBuilder($"<p>进展：<strong>{SupervisionPages.Encode(conversation.State)}</strong></p><ol>");
        foreach (var letter in conversation.Letters)
        {
            var (who, text) = letter.Letter is null ? ("您", "（已密封，只有工作人员能打开）") : ("工作人员", Open(letter.Letter, key, code.Thread));
            page.Append(CultureInfo.InvariantCulture, $"<li><p>{letter.Day:yyyy-MM-dd} {who}</p><p class=\"letter\">{SupervisionPages.Encode(text)}</p></li>");
        }

        page.Append("</ol>");
        var hidden = $"<form method=\"post\" action=\"/supervision/plain/conversation\"><input type=\"hidden\" name=\"code\" value=\"{code.Show()}\">";
        if (conversation is { ConsentAsked: true, Consent: null })
        {
            page.Append(hidden).Append("<p>工作人员认为这件事不属于监督专线的范围，请问是否同意退回为普通诉求？退回时不带您的姓名和联系方式。</p>")
                .Append("<p><button name=\"given\" value=\"yes\">同意</button> <button name=\"given\" value=\"no\">不同意</button></p></form>");
        }

        return page.Append(hidden)
            .Append("<p><label for=\"text\">补充情况或回复（由接收程序密封）</label><textarea id=\"text\" name=\"text\" rows=\"6\" maxlength=\"20000\" required></textarea></p><p><button>发送</button></p></form>").ToString();
    }

    private static string Open(SealedLetter letter, P256Key key, string thread)
    {
        var answer = JsonSerializer.Deserialize(LetterSealer.Open(letter, LetterKinds.Answer, key), SupervisionJson.Default.PlainAnswer);
        return answer?.Thread == thread ? answer.Text : "这封答复不属于这份举报，没有显示。";
    }

    /// <returns>Null when the body is no form of the page's kind; files are not taken here, and nothing is spooled to a disk.</returns>
    private static async ValueTask<Dictionary<string, StringValues>?> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        using var body = await RequestBytes.ReadAsync(http.Request, MostRequest, cancellation);
        return QueryHelpers.ParseNullableQuery(Encoding.UTF8.GetString(body.Content.Span));
    }

    /// <returns>Trimmed; empty when the form has none; null when it is too long or there are two.</returns>
    private static string? Field(Dictionary<string, StringValues> form, string name, int most) =>
        !form.TryGetValue(name, out var values) ? "" : values is [{ } value] && value.Trim() is var text && text.Length <= most ? text : null;

    private static IResult Wrong(string problem) => SupervisionPages.Answer($"<p role=\"alert\">{problem}</p>", StatusCodes.Status400BadRequest);
}
