using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hotline.SupervisionLine;

/// <summary>What the officers' station asks. It gets ciphertext and opens it in the browser; each handing out stands in the ledger before it happens.</summary>
internal sealed partial class StationDesk(ReportStore store, Ledger ledger, OfficerKeys officers, IDocumentStore<ReleasedTotals> totals, Organization organization)
{
    private const int PageSize = 100;
    private const int HandOverDays = 5; // working days from the day of receipt: domain.md §9
    private const int MostRequest = 2 * LetterSize.LargestMessage;

    public OfficerList Officers() => new(
        [.. officers.ByThumbprint.Values], [.. officers.Owners.Select(owner => new KeyOwner(owner.Key, owner.Value, owner.Value == OfficerKeys.Escrow))], officers.Upward);

    /// <summary>The next reports after a sequence, a full page as long as there are more. None the asker is excluded from.</summary>
    public async Task<IReadOnlyList<ReportLine>> ListAsync(HttpContext http, CancellationToken cancellation, long after = 0)
    {
        var account = StaffUser.Of(http.User).Account;
        var lines = new List<ReportLine>();
        while (lines.Count < PageSize && await store.PageAsync(after, PageSize, cancellation) is { Count: > 0 } page)
        {
            lines.AddRange(page.Where(report => !report.State.Excluded.Contains(account)).Take(PageSize - lines.Count).Select(LineOf));
            after = lines.Count == PageSize ? lines[^1].Sequence : page[^1].Sequence;
        }

        return lines;
    }

    public async Task<IResult> OpenAsync(Guid id, HttpContext http)
    {
        if (await FindAsync(id, http) is not { } report)
        {
            return NoReport();
        }

        await WriteAsync(http, LedgerActions.Opened, id, null);
        if (await store.ReadAllAsync(report, http.RequestAborted) is not { } letters)
        {
            return NoReport(); // passed upward just now
        }

        var state = report.State;
        var keys = officers.Without(state.Excluded);
        return TypedResults.Ok(new OpenedReport(
            id, state.State, ReportState.Titles[state.State], [.. ReportState.After(state.State).Select(next => new StateChoice(next, ReportState.Titles[next]))],
            state.Sealed, state.ConsentAsked, state.Consent, state.ReplyKey, state.Excluded, state.Marks, keys, state.Upward?.Account,
            [.. state.Letters.Select((entry, i) => new ShownLetter(entry.Kind, entry.Day, letters[i] with { Recipients = [.. letters[i].Recipients.Where(recipient => keys.Contains(recipient.Header.Kid))] }))]));
    }

    public Task<IResult> AnswerAsync(Guid id, HttpContext http) =>
        AddLetterAsync(id, http, LetterKinds.Answer, LedgerActions.Answered, report => [.. officers.Without(report.Excluded), report.ReplyKey]);

    public Task<IResult> NoteAsync(Guid id, HttpContext http) =>
        AddLetterAsync(id, http, LetterKinds.Note, LedgerActions.Noted, report => officers.Without(report.Excluded));

    /// <returns>Null when there is none, and when there is none for this officer: excluded from it, he does not learn of it; passed upward, nobody does.</returns>
    public async ValueTask<Document<Report>?> FindAsync(Guid id, HttpContext http) =>
        await store.GetAsync(id, http.RequestAborted) is { State.IsUpward: false } report && !report.State.Excluded.Contains(StaffUser.Of(http.User).Account) ? report : null;

    public async Task<IResult> MoveAsync(Guid id, HttpContext http)
    {
        using var body = await RequestBytes.ReadAsync(http.Request, MostRequest, http.RequestAborted);
        if (SubmissionJson.Parse(body.Content.Span, SupervisionJson.Default.NewMove, out var error) is not { } move)
        {
            return Problems.Invalid(error!.Value);
        }

        if (await FindAsync(id, http) is not { } report)
        {
            return NoReport();
        }

        if (move.State is not { } next || !ReportState.Titles.TryGetValue(next, out var title))
        {
            return Problems.Invalid(new FieldError("state", $"应为：{string.Join("、", ReportState.Titles.Keys)}。"));
        }

        if (report.State.State == ReportState.Screening && move.Valid is null)
        {
            return Problems.Invalid(new FieldError("valid", "甄别后请说明有效（true）或无效（false）。"));
        }

        if (next == ReportState.PassedUpward)
        {
            return Problems.Invalid(new FieldError("state", "移送上级须在工作站导出移送文件之后办理。"));
        }

        if (!ReportState.MayFollow(report.State.State, next))
        {
            return Problems.Conflict($"举报目前是“{ReportState.Titles[report.State.State]}”，不能转为“{title}”。", "请刷新后按可选的下一步办理。");
        }

        if (next == ReportState.Returned && report.State.Consent != true)
        {
            return Problems.Conflict("举报人没有同意退回为普通诉求。", "请先征求同意；未得到同意不得退回。");
        }

        await WriteAsync(http, LedgerActions.Moved, id, next);
        var moved = await store.AppendAsync(
            report, state => ReportState.MayFollow(state.State, next) && (next != ReportState.Returned || state.Consent == true) ? new ReportMoved(next, move.Valid) : null, http.RequestAborted);
        return moved is null ? Problems.Conflict("另一名工作人员刚刚办理了这份举报。", "请刷新后再办。") : TypedResults.NoContent();
    }

    public async Task<IResult> AskConsentAsync(Guid id, HttpContext http)
    {
        if (await FindAsync(id, http) is not { } report)
        {
            return NoReport();
        }

        if (report.State.State != ReportState.Screening)
        {
            return Problems.Conflict("只有甄别中的举报可以征求退回的同意。", "请先转入甄别。");
        }

        await WriteAsync(http, LedgerActions.AskedConsent, id, null);
        await store.AppendAsync(report, state => state.ConsentAsked ? null : new ConsentRequested(store.Today), http.RequestAborted);
        return TypedResults.NoContent();
    }

    public async Task<IResult> LedgerAsync(CancellationToken cancellation)
    {
        var (entries, broken) = await ledger.ReadAsync(cancellation);
        return TypedResults.Ok(new LedgerView(entries, broken));
    }

    public async Task<IResult> ReleaseTotalsAsync(string month, HttpContext http)
    {
        if (!Month().IsMatch(month) || string.CompareOrdinal(month, Report.MonthOf(store.Today)) >= 0)
        {
            return Problems.Invalid(new FieldError("month", "应为已经结束的月份，形如 2026-10。"));
        }

        if (await totals.FindAsync(month, http.RequestAborted) is { } before)
        {
            return TypedResults.Ok(before.State); // what was said once stays: the difference of two figures would be one
        }

        await WriteAsync(http, LedgerActions.ReleasedTotals, null, month);
        var figures = ReleasedTotals.Of(month, await store.OfMonthAsync(month, http.RequestAborted));
        var fact = new NewFact(figures, new DateTimeOffset(store.Today, TimeOnly.MinValue, OfficeTime.Offset));
        var added = await totals.AddOnceAsync(new NewDocument(new Guid(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)), month, [fact]), http.RequestAborted);
        return TypedResults.Ok(added.Document.State);
    }

    public async Task<IReadOnlyList<ReleasedTotals>> TotalsAsync(CancellationToken cancellation) =>
        [.. (await totals.QueryAsync("all", "all", 0, 1000, cancellation)).Select(released => released.State)];

    private async Task<IResult> AddLetterAsync(Guid id, HttpContext http, string kind, string action, Func<Report, IReadOnlyCollection<string>> recipients)
    {
        using var body = await RequestBytes.ReadAsync(http.Request, MostRequest, http.RequestAborted);
        if (SubmissionJson.Parse(body.Content.Span, SupervisionJson.Default.OfficerLetter, out var error) is not { } told)
        {
            return Problems.Invalid(error!.Value);
        }

        if (await FindAsync(id, http) is not { } report)
        {
            return NoReport();
        }

        var wrong = told.Letter is null ? "缺少密封件。" : LetterCheck.Wrong(told.Letter, kind, recipients(report.State), LetterSize.LargestMessage);
        if (wrong is not null)
        {
            return Problems.Invalid(new FieldError("letter", wrong));
        }

        await WriteAsync(http, action, id, null);
        var wanted = recipients(report.State);
        var added = await store.AddLetterAsync(report, told.Letter!, kind, [], state => recipients(state).SequenceEqual(wanted), http.RequestAborted);
        return added is null && !await HasAsync(id, told.Letter!, http) ? Problems.Conflict("另一名工作人员刚刚改动了回避或办理状态。", "请刷新后再写。") : TypedResults.NoContent();
    }

    /// <summary>Whether the letter was there already: sent again after an answer that did not arrive.</summary>
    private async ValueTask<bool> HasAsync(Guid id, SealedLetter letter, HttpContext http) =>
        await store.GetAsync(id, http.RequestAborted) is { } report && report.State.Letters.Any(entry => entry.Digest == ReportStore.DigestOf(letter));

    private ReportLine LineOf(Document<Report> report)
    {
        var state = report.State;
        var keys = ReportState.IsOpen(state.State) ? officers.Without(state.Excluded) : [];
        var due = state.Day;
        for (var left = HandOverDays; left > 0; left--)
        {
            do
            {
                due = due.AddDays(1);
            }
            while (!organization.Calendar.IsWorkingDay(due));
        }

        var overdue = state.State is ReportState.Registered or ReportState.Screening && store.Today > due;
        return new ReportLine(report.Id, report.Sequence, state.Day, state.State, ReportState.Titles[state.State], state.Sealed, state.Letters.Count, state.AwaitsOfficer, due, overdue,
            [.. keys.Where(key => state.Letters.Any(letter => !letter.Keys.Contains(key)))], state.Excluded, state.Marks);
    }

    public ValueTask WriteAsync(HttpContext http, string what, Guid? report, string? detail) =>
        ledger.WriteAsync(StaffUser.Of(http.User).Account, what, report, detail, http.RequestAborted);

    public static ProblemHttpResult NoReport() => Problems.NotFound("没有这份举报。", "请从列表中打开。");

    [GeneratedRegex("^20[0-9]{2}-(0[1-9]|1[0-2])$")]
    private static partial Regex Month();
}
