using System.Buffers.Text;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using System.Threading.RateLimiting;
using Hotline.Hosting;
using Hotline.Ports;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Microsoft.Extensions.Options;

namespace Hotline.SupervisionLine;

/// <summary>What a reporter's browser asks: all of it sealed there, all of it by what his receipt code yields. Nothing names him.</summary>
internal sealed class ReporterDesk(ReportStore store, OfficerKeys officers, CodeChecks checks, HourlyLimit flood, IOptions<SupervisionOptions> options)
{
    private const int MostLockedKey = 1024;
    private const int MostRequest = 24 << 20; // base64url of the largest letter, with room
    private const int Step = 64 << 10;

    public async Task<IResult> ReceiveAsync(HttpContext http, CancellationToken cancellation)
    {
        if (officers.Closed is not null)
        {
            return ClosedAnswer();
        }

        var (report, locator, proof, refused) = await ReadAsync(http, SupervisionJson.Default.NewReport, MostRequest);
        if (refused is not null)
        {
            return refused;
        }

        if (report!.Letter is null || report.ReplyKey is null || report.LockedKey is null || report.LockedKey.Length > MostLockedKey || report.LockedKey.Split('.').Length != 5
            || !Base64Url.IsValid(report.ReplyKey, out var thumbprint) || thumbprint != 32)
        {
            return Problems.Invalid(new FieldError("lockedKey", "缺少密封件、回信公钥指纹或锁好的回信私钥，或者形状不对。"));
        }

        if (LetterCheck.Wrong(report.Letter, LetterKinds.Report, [.. officers.ByThumbprint.Keys], LetterSize.Largest) is { } wrong)
        {
            return Problems.Invalid(new FieldError("letter", wrong));
        }

        return await KeepReportAsync(locator!, proof!, report.Letter, report.ReplyKey, report.LockedKey, SealedAt.Browser, cancellation) switch
        {
            true => TypedResults.NoContent(),
            false => Problems.Conflict("这个查询码已有另一份举报。", "请刷新页面重新提交。"),
            null => Busy(),
        };
    }

    /// <returns>False when another report has this locator; null when the line is too busy.</returns>
    public async ValueTask<bool?> KeepReportAsync(
        byte[] locator, byte[] proof, SealedLetter letter, string replyKey, string lockedKey, string sealedAt, CancellationToken cancellation)
    {
        if (await store.FindAsync(locator, cancellation) is { } before)
        {
            return await checks.HoldsAsync(proof, before.State.Verifier, cancellation); // sent again: the same answer
        }

        if (!flood.TryTake() || await checks.MakeAsync(proof, cancellation) is not { } verifier)
        {
            return null;
        }

        var result = await store.AddAsync(locator, letter, verifier, replyKey, lockedKey, sealedAt, cancellation);
        return result.Added ? true : await checks.HoldsAsync(proof, result.Document.State.Verifier, cancellation);
    }

    public async Task<IResult> ShowAsync(HttpContext http, CancellationToken cancellation)
    {
        var (_, locator, proof, refused) = await ReadAsync(http, SupervisionJson.Default.ConversationAsked, Step);
        if (refused is not null)
        {
            return refused;
        }

        var (report, none) = await FindAsync(locator!, proof!, cancellation);
        return none ?? TypedResults.Ok(Padded(await ConversationOfAsync(report!, cancellation)));
    }

    /// <summary>What its reporter is shown; of a report that was passed upward the letters are not here any more.</summary>
    public async ValueTask<Conversation> ConversationOfAsync(Document<Report> document, CancellationToken cancellation)
    {
        var report = document.State;
        var letters = new List<ShownLetter>();
        foreach (var entry in report.Letters.Where(letter => letter.Kind != LetterKinds.Note && !report.IsUpward))
        {
            letters.Add(new ShownLetter(entry.Kind, entry.Day, entry.Kind == LetterKinds.Answer ? ForReporter(await store.ReadAsync(document, entry, cancellation), report.ReplyKey) : null));
        }

        return new Conversation(ReportState.Titles[report.State], report.Day, report.LockedKey, report.ConsentAsked && !report.IsUpward, report.Consent, letters);
    }

    /// <summary>Without the officers' shares: how many there are tells who is excluded.</summary>
    private static SealedLetter? ForReporter(SealedLetter? letter, string replyKey) =>
        letter is null ? null : letter with { Recipients = [.. letter.Recipients.Where(recipient => recipient.Header.Kid == replyKey)] };

    public async Task<IResult> AddLetterAsync(HttpContext http, CancellationToken cancellation)
    {
        var (told, locator, proof, refused) = await ReadAsync(http, SupervisionJson.Default.NewLetter, 2 * LetterSize.LargestMessage);
        if (refused is not null)
        {
            return refused;
        }

        var (report, none) = await FindAsync(locator!, proof!, cancellation);
        if (none is not null)
        {
            return none;
        }

        if (told!.Letter is null || LetterCheck.Wrong(told.Letter, LetterKinds.Report, [.. officers.ByThumbprint.Keys], LetterSize.LargestMessage) is not null)
        {
            return Problems.Invalid(new FieldError("letter", "缺少密封件，或者收件人、算法、长度不对，请刷新页面后重试。"));
        }

        return report!.State.IsUpward ? Problems.Conflict("这份举报已移送上级纪检监察机关，这里不再收存来信。", "请拨打 12388，或直接向上级机关反映。")
            : await KeepLetterAsync(report, told.Letter, cancellation) ? TypedResults.NoContent()
            : Problems.Conflict("这份举报的来信已达上限。", "请等待工作人员答复。");
    }

    /// <returns>False when the report has as many letters as it may, or was passed upward.</returns>
    public async ValueTask<bool> KeepLetterAsync(Document<Report> report, SealedLetter letter, CancellationToken cancellation)
    {
        var most = options.Value.LettersPerReport;
        var without = officers.Owners.Where(owner => report.State.Excluded.Contains(owner.Value)).Select(owner => owner.Key).ToList(); // the reporter's page knows of no exclusions
        return await store.AddLetterAsync(report, letter, LetterKinds.Report, without, state => state.ByReporter <= most, cancellation) is not null
            || (!report.State.IsUpward && report.State.ByReporter <= most); // the same letter again
    }

    public async Task<IResult> ConsentAsync(HttpContext http, CancellationToken cancellation)
    {
        var (told, locator, proof, refused) = await ReadAsync(http, SupervisionJson.Default.NewConsent, Step);
        if (refused is not null)
        {
            return refused;
        }

        var (report, none) = await FindAsync(locator!, proof!, cancellation);
        return none is not null ? none
            : told!.Given is not { } given ? Problems.Invalid(new FieldError("given", "请说明同意或不同意。"))
            : await KeepConsentAsync(report!, given, cancellation) ? TypedResults.NoContent()
            : Problems.Conflict("目前没有需要您同意的事项。", "请刷新后查看。");
    }

    public async ValueTask<bool> KeepConsentAsync(Document<Report> report, bool given, CancellationToken cancellation) =>
        report.State.Consent == given || await store.AppendAsync(report, state => state.ConsentAsked && state.Consent is null ? new ConsentAnswered(given, store.Today) : null, cancellation) is not null;

    /// <returns>The report, or the answer that says there is none or that too many ask.</returns>
    public async ValueTask<(Document<Report>? Report, IResult? None)> FindAsync(byte[] locator, byte[] proof, CancellationToken cancellation)
    {
        var report = await store.FindAsync(locator, cancellation);
        return await checks.HoldsAsync(proof, report?.State.Verifier, cancellation) switch
        {
            true => (report, null),
            false => (null, Problems.NotFound("没有与该查询码对应的举报。", "请核对查询码；查询码遗失后无法找回，可以重新举报。")),
            null => (null, Busy()),
        };
    }

    private static async ValueTask<(T? Told, byte[]? Locator, byte[]? Proof, IResult? Refused)> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, int most)
        where T : class, ICodeHolder
    {
        using var body = await RequestBytes.ReadAsync(http.Request, most, http.RequestAborted);
        if (SubmissionJson.Parse(body.Content.Span, type, out var error) is not { } told)
        {
            return (null, null, null, Problems.Invalid(error!.Value));
        }

        return Bytes(told.Locator, ReceiptCode.LocatorBytes) is { } locator && Bytes(told.Proof, ReceiptCode.ProofBytes) is { } proof
            ? (told, locator, proof, null)
            : (null, null, null, Problems.Invalid(new FieldError("locator", "locator 或 proof 的长度不对。")));
    }

    private static byte[]? Bytes(string? text, int length) =>
        text is not null && Base64Url.IsValid(text, out var bytes) && bytes == length ? Base64Url.DecodeFromChars(text) : null;

    /// <summary>Up to the next step in length, so that an answer on the line cannot be told from none.</summary>
    private static Conversation Padded(Conversation conversation)
    {
        var length = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(conversation, SupervisionJson.Default.Conversation).Length;
        return conversation with { Pad = new string(' ', Step - 1 - (length % Step)) };
    }

    public static IResult ClosedAnswer() => Problems.Of(StatusCodes.Status503ServiceUnavailable, "监督专线尚未开通。", "请拨打纪检监察机关的举报电话12388，或来信来访。");

    private static BusyAnswer Busy() => new BusyAnswer();

    private sealed class BusyAnswer : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = 30.ToString(CultureInfo.InvariantCulture);
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "目前提交的人过多，本次没有受理。", "请稍后重试，不会重复受理。").ExecuteAsync(httpContext);
        }
    }
}

/// <summary>How many reports are taken in an hour, from all together: no address is looked at.</summary>
internal sealed class HourlyLimit(int perHour) : IDisposable
{
    private readonly TokenBucketRateLimiter _bucket = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = perHour,
        TokensPerPeriod = Math.Max(1, perHour / 60),
        ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    });

    public bool IsUsedUp => _bucket.GetStatistics() is { CurrentAvailablePermits: 0 };

    public bool TryTake() => _bucket.AttemptAcquire().IsAcquired;

    public void Dispose() => _bucket.Dispose();
}
