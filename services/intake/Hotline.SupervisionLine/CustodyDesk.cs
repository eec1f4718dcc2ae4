using System.Buffers.Text;
using System.Text.Json.Serialization.Metadata;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.SupervisionLine;

/// <summary>
/// Who may open a report, and that it changes: keys wrapped for an officer who joined, officers in a conflict of interest, the higher body. The
/// station opens and wraps in the browser; here only wrapped keys come and go.
/// </summary>
internal sealed class CustodyDesk(ReportStore store, RegisterStore register, StationDesk station, OfficerKeys officers, IOptions<SupervisionOptions> options)
{
    /// <summary>Marks of one report, always as many.</summary>
    public const int Marks = 16;

    private const int MarkBytes = 32;
    private const int FewestLeft = 2; // nobody makes himself a report's only reader
    private const int MostRequest = 2 * LetterSize.LargestMessage;

    /// <summary>The wrapped keys of all letters, for the station that wraps them anew; no letter is among them.</summary>
    public async Task<IResult> TakeKeysAsync(Guid id, HttpContext http)
    {
        if (await station.FindAsync(id, http) is not { } report)
        {
            return StationDesk.NoReport();
        }

        await station.WriteAsync(http, LedgerActions.TookKeys, id, null);
        var keys = officers.Without(report.State.Excluded);
        return await store.ReadAllAsync(report, http.RequestAborted) is { } letters
            ? TypedResults.Ok<IReadOnlyList<LetterKeys>>([.. letters.Select(letter => new LetterKeys([.. letter.Recipients.Where(recipient => keys.Contains(recipient.Header.Kid))]))])
            : StationDesk.NoReport();
    }

    public async Task<IResult> AddSharesAsync(Guid id, HttpContext http)
    {
        var (told, refused) = await ReadAsync(http, SupervisionJson.Default.NewShares);
        if (refused is not null)
        {
            return refused;
        }

        if (await station.FindAsync(id, http) is not { } report)
        {
            return StationDesk.NoReport();
        }

        if (told!.Key is not { } key || !officers.Without(report.State.Excluded).Contains(key) || !ReportState.IsOpen(report.State.State))
        {
            return Problems.Invalid(new FieldError("key", "不是可以接收这份举报的当前密钥，或者举报已经办结。"));
        }

        if (told.Shares is not { Count: > 0 } shares || shares.Any(share => share?.Recipient is null) || shares.Select(share => share.Letter).Distinct().Count() != shares.Count
            || shares.Any(share => share.Letter < 0 || share.Letter >= report.State.Letters.Count || share.Recipient.Header.Kid != key || !LetterCheck.IsSound(share.Recipient)))
        {
            return Problems.Invalid(new FieldError("shares", "缺少密钥密文，或者序号、收件人、形状不对。"));
        }

        if (shares.Any(share => report.State.Letters[share.Letter].Keys.Contains(key)))
        {
            return TypedResults.NoContent(); // another officer was first, or it is sent again
        }

        await station.WriteAsync(http, LedgerActions.Rewrapped, id, key);
        return await store.AddSharesAsync(report, key, shares, http.RequestAborted) is null
            ? Problems.Conflict("另一名工作人员刚刚办理了这份举报。", "请刷新后再办。") : TypedResults.NoContent();
    }

    public async Task<IResult> ExcludeAsync(Guid id, HttpContext http)
    {
        var (told, refused) = await ReadAsync(http, SupervisionJson.Default.NewExclusion);
        if (refused is not null)
        {
            return refused;
        }

        if (told!.Marks is not { Count: Marks } marks || marks.Any(mark => mark is null || !Base64Url.IsValid(mark, out var length) || length != MarkBytes))
        {
            return Problems.Invalid(new FieldError("marks", $"应为 {Marks} 个标记，每个 {MarkBytes} 字节。"));
        }

        var known = officers.Owners.Values.Where(owner => owner != OfficerKeys.Escrow).Distinct().ToList();
        if (told.Excluded is not { } named || named.Any(account => account is null || !known.Contains(account)))
        {
            return Problems.Invalid(new FieldError("excluded", "应为当前工作人员的账号。"));
        }

        string[] excluded = [.. named.Distinct().Order(StringComparer.Ordinal)];
        if (excluded.Length > 0 && known.Count - excluded.Length < FewestLeft)
        {
            return Problems.Conflict($"至少要有 {FewestLeft} 名工作人员不回避。", "不足的，请移送上级。");
        }

        if (await station.FindAsync(id, http) is not { } report)
        {
            return StationDesk.NoReport();
        }

        await station.WriteAsync(http, LedgerActions.Excluded, id, string.Join(' ', excluded));
        await store.AppendAsync(
            report,
            state => state.IsUpward || (state.Excluded.SequenceEqual(excluded) && state.Marks.SequenceEqual(marks)) ? null : new OfficersExcluded(excluded, marks),
            http.RequestAborted);
        return TypedResults.NoContent();
    }

    /// <summary>
    /// A station has sealed it to the higher body and saved the file. Once a second officer says so too, nobody opens it here again: one alone could
    /// do away with a report on himself.
    /// </summary>
    public async Task<IResult> PassUpwardAsync(Guid id, HttpContext http)
    {
        var (told, refused) = await ReadAsync(http, SupervisionJson.Default.NewUpward);
        if (refused is not null)
        {
            return refused;
        }

        if (officers.Upward is null)
        {
            return Problems.Conflict("没有设置上级机关的公钥。", "请管理员放置上级机关的公钥文件后重启。");
        }

        if (await station.FindAsync(id, http) is not { } report)
        {
            return StationDesk.NoReport();
        }

        if (!ReportState.MayFollow(report.State.State, ReportState.PassedUpward))
        {
            return Problems.Conflict($"举报目前是“{ReportState.Titles[report.State.State]}”，不能移送上级。", "只有登记和甄别中的举报可以移送上级。");
        }

        if (told!.Letters != report.State.Letters.Count)
        {
            return NewLetter();
        }

        var account = StaffUser.Of(http.User).Account;
        var second = report.State.Upward is { } proposed && proposed.Letters == told.Letters && (proposed.Account != account || options.Value.Practice);
        await station.WriteAsync(http, second ? LedgerActions.PassedUpward : LedgerActions.ProposedUpward, id, null);
        var after = await store.AppendAsync(
            report,
            // A letter that came after the station sealed the others would be in nobody's hands.
            state => state.Letters.Count != told.Letters || !ReportState.MayFollow(state.State, ReportState.PassedUpward) || state.Upward != report.State.Upward ? null
                : second ? new ReportMoved(ReportState.PassedUpward, null) : new UpwardProposed(account, told.Letters),
            http.RequestAborted);
        if (after is null)
        {
            return NewLetter();
        }

        if (second)
        {
            store.Erase(after);
        }

        return TypedResults.Ok(new UpwardAnswer(second));
    }

    public async Task<SealedRegister> RegisterAsync(CancellationToken cancellation)
    {
        var (version, letter) = await register.ReadAsync(cancellation);
        return new SealedRegister(version, letter);
    }

    public async Task<IResult> SaveRegisterAsync(HttpContext http, CancellationToken cancellation)
    {
        var (told, refused) = await ReadAsync(http, SupervisionJson.Default.SealedRegister);
        if (refused is not null)
        {
            return refused;
        }

        var wrong = told!.Letter is null ? "缺少密封件。" : LetterCheck.Wrong(told.Letter, LetterKinds.Register, [.. officers.ByThumbprint.Keys], LetterSize.LargestMessage);
        if (wrong is not null)
        {
            return Problems.Invalid(new FieldError("letter", wrong));
        }

        await station.WriteAsync(http, LedgerActions.SavedRegister, null, null);
        return await register.SaveAsync(told.Version, told.Letter!, cancellation)
            ? TypedResults.NoContent() : Problems.Conflict("另一名工作人员刚刚改动了回避登记。", "请刷新后再改。");
    }

    private static ProblemHttpResult NewLetter() => Problems.Conflict("这份举报刚刚有了新的来信或办理。", "请重新打开，导出移送文件后再办。");

    private static async ValueTask<(T? Told, IResult? Refused)> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        using var body = await RequestBytes.ReadAsync(http.Request, MostRequest, http.RequestAborted);
        return SubmissionJson.Parse(body.Content.Span, type, out var error) is { } told ? (told, null) : (null, Problems.Invalid(error!.Value));
    }
}
