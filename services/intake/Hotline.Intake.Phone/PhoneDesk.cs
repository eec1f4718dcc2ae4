using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Phone.Calls;
using Hotline.Ports;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Phone;

/// <summary>What agents at their seats do with calls.</summary>
internal sealed class PhoneDesk(
    [FromKeyedServices(PhoneChannel.Name)] AppealIntake intake, CallStore calls, Organization organization, IOptions<PhoneOptions> options, TimeProvider time)
{
    private const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 100;
    private const int MostBytes = 64 * 1024;
    private const int LongestSpanDays = 31;
    private const int ShortestReason = 4;
    private const int LongestReason = 200;

    /// <summary>The agent's own id of what he sends; null when it is missing or none.</summary>
    public static string? KeyOf(HttpContext http) =>
        http.Request.Headers[KeyHeader] is [{ Length: > 0 and <= LongestKey } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~') ? key : null;

    public static ProblemHttpResult NoKey() =>
        Problems.Invalid(new FieldError(KeyHeader, $"请在请求头 {KeyHeader} 中给出本次登记的编号（1 到 {LongestKey} 个可见 ASCII 字符），重试时保持不变。"));

    /// <summary>Calls that ring or are being spoken: the agent's own, and those nobody has.</summary>
    public async Task<Ok<IReadOnlyList<CallView>>> ListAsync(HttpContext http, CancellationToken cancellation)
    {
        var agent = StaffUser.Of(http.User).Account;
        var open = await calls.OpenAsync(cancellation);
        return TypedResults.Ok<IReadOnlyList<CallView>>([.. open.Where(call => call.Agent is null || call.Agent == agent).Select(call => Show(call, null, []))]);
    }

    /// <summary>A call on the agent's screen, with what the caller raised before.</summary>
    public async Task<Results<Ok<CallView>, ProblemHttpResult>> GetAsync(string callId, HttpContext http, CancellationToken cancellation)
    {
        if (await calls.FindShownAsync(callId, cancellation) is not { } call)
        {
            return NoSuchCall();
        }

        var caller = call.State.Agent == StaffUser.Of(http.User).Account ? calls.CallerOf(call) : null;
        return TypedResults.Ok(Show(call.State, caller, await calls.EarlierAsync(call.State, cancellation)));
    }

    /// <summary>Writes an appeal down; the agent reads number and code out before the caller hangs up.</summary>
    public async Task<IResult> WriteAsync(HttpContext http, CancellationToken cancellation)
    {
        if (KeyOf(http) is not { } key)
        {
            return NoKey();
        }

        var agent = StaffUser.Of(http.User).Account;
        using var body = await RequestBytes.ReadAsync(http.Request, MostBytes, cancellation);
        if (SubmissionJson.Parse(body.Content.Span, PhoneJson.Default.PhoneAppeal, out var error) is not { } appeal)
        {
            return Problems.Invalid(error!.Value);
        }

        if (PhoneNormalizer.Check(appeal) is { Count: > 0 } errors)
        {
            return Problems.Invalid(errors);
        }

        var call = appeal.CallId is { } callId ? await calls.FindShownAsync(callId, cancellation) : null;
        if (appeal.CallId is not null && call is null)
        {
            return Problems.Invalid(new FieldError("callId", "没有这个通话。电话系统尚未推送时请不填，登记后仍可按编号查询。"));
        }

        var draft = PhoneNormalizer.Normalize(appeal, agent, key, call is null ? null : calls.CallerOf(call));
        var (receipt, stored) = await intake.ReceiveAsync(draft, new Original(body.Content, "application/json"), cancellation);
        if (call is not null)
        {
            await calls.AddAsync(
                call, new AppealWritten(receipt.Number, stored.Title, receipt.ReceivedAt, agent), state => state.Appeals.Any(written => written.Number == receipt.Number), cancellation);
        }

        return TypedResults.Json(
            new PhoneReceipt(receipt.Number, receipt.Code, receipt.ReceivedAt, receipt.Repeated, PhoneNormalizer.Missing(appeal)),
            PhoneJson.Default.PhoneReceipt,
            statusCode: receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created);
    }

    /// <summary>Passes a call on: to a special seat, or to 110, 119, 120 or 122. What is dialled is the agent's telephone's to dial.</summary>
    public async Task<Results<Ok<TransferTarget>, ProblemHttpResult>> TransferAsync(string callId, TransferRequest request, HttpContext http, CancellationToken cancellation)
    {
        if (await calls.FindShownAsync(callId, cancellation) is not { } call)
        {
            return NoSuchCall();
        }

        if (request.Note?.Length > 500)
        {
            return Problems.Invalid(new FieldError("note", "说明最多 500 个字。"));
        }

        if (TargetOf(request.To) is not { } target)
        {
            return Problems.Invalid(new FieldError("to", $"应为专席之一（{string.Join("、", options.Value.SkillGroups.Select(group => group.Name))}）或 {string.Join("、", EmergencyNumbers.Titles.Keys)}。"));
        }

        if (options.Value.SkillGroups.FirstOrDefault(group => group.Name == target.To) is { } chosen && !IsOpen(chosen))
        {
            return Problems.Conflict($"{chosen.Title}专席现在不在服务时间（{chosen.Hours}）。", "请登记诉求，由专席在服务时间回复；紧急情况转 110、119、120、122。");
        }

        var now = time.GetUtcNow();
        var passed = new CallPassedOn(target.To, now, StaffUser.Of(http.User).Account, SubmissionChecks.Given(request.Note));
        await calls.AddAsync(call, passed, state => state.PassedOn.Any(known => known == passed), cancellation);
        return TypedResults.Ok(target);
    }

    /// <summary>
    /// 转专线: the agent has sealed what the caller said on the supervision line's page and read the receipt code out. From here on no route tells of
    /// the call, its caller or its recording; it counts in the figures.
    /// </summary>
    public async Task<IResult> MoveToSupervisionAsync(string callId, HttpContext http, CancellationToken cancellation)
    {
        var agent = StaffUser.Of(http.User).Account;
        if (await calls.FindAsync(callId, cancellation) is not { } call || call.State.Agent != agent)
        {
            return NoSuchCall();
        }

        if (call.State.Appeals.Count > 0)
        {
            return Problems.Conflict("这个通话已登记了诉求，诉求已经发出，不能收回。", "请告知来电人，由其在监督专线自行举报；诉求照常办理。");
        }

        var moved = await calls.AddAsync(call, new MovedToSupervision(agent), state => state.IsMoved || state.Appeals.Count > 0, cancellation);
        return moved.State.IsMoved ? TypedResults.NoContent() : Problems.Conflict("这个通话刚刚登记了诉求，不能收回。", "请刷新后再办。");
    }

    /// <summary>The recordings of the calls in which an appeal was written down; they come after the call, some late.</summary>
    public async Task<Results<Ok<IReadOnlyList<CallRecording>>, ProblemHttpResult>> RecordingsAsync(string number, RecordingsRequest request, HttpContext http, CancellationToken cancellation)
    {
        var reason = TextCleaner.Clean(request.Reason);
        return reason.Length is < ShortestReason or > LongestReason ? Problems.Invalid(new FieldError("reason", $"请写明调听理由，{ShortestReason} 到 {LongestReason} 个字。"))
            : await calls.OpenRecordingsAsync(number, StaffUser.Of(http.User).Account, reason, cancellation) is { } recordings ? TypedResults.Ok(recordings)
            : Problems.NotFound("没有与这件诉求关联的通话。", "请核对编号；未随通话登记的诉求没有录音。");
    }

    public Ok<IReadOnlyList<SkillGroupView>> SkillGroups() => TypedResults.Ok<IReadOnlyList<SkillGroupView>>(
        [.. options.Value.SkillGroups.Select(group => new SkillGroupView(group.Name, group.Title, group.Key, group.Hours, IsOpen(group)))]);

    /// <summary>The figures of the calls that began on the office's days from … to …, both included.</summary>
    public async Task<Results<Ok<IReadOnlyList<CallFigures>>, ProblemHttpResult>> FiguresAsync(CancellationToken cancellation, DateOnly? from = null, DateOnly? to = null)
    {
        var today = OfficeTime.Day(time.GetUtcNow());
        var (first, last) = (from ?? to ?? today, to ?? from ?? today);
        if (last < first || last.DayNumber - first.DayNumber >= LongestSpanDays)
        {
            return Problems.Invalid(new FieldError("to", $"日期应不早于 from，且不超过 {LongestSpanDays} 天。"));
        }

        var all = new List<Call>();
        for (var day = first; day <= last; day = day.AddDays(1))
        {
            await foreach (var call in calls.OfDayAsync(new DateTimeOffset(day, new TimeOnly(12, 0), OfficeTime.Offset), cancellation))
            {
                all.Add(call);
            }
        }

        return TypedResults.Ok(CallStatistics.Of(all, TimeSpan.FromSeconds(options.Value.PickUpSeconds)));
    }

    private bool IsOpen(SkillGroup group)
    {
        var now = time.GetUtcNow().ToOffset(OfficeTime.Offset);
        return group.Hours is null || (organization.Calendar.IsWorkingDay(DateOnly.FromDateTime(now.DateTime)) && group.IsOpenAt(TimeOnly.FromDateTime(now.DateTime)));
    }

    private TransferTarget? TargetOf(string? to) =>
        to is not null && EmergencyNumbers.Titles.TryGetValue(to, out var title) ? new TransferTarget(to, title, to)
        : options.Value.SkillGroups.FirstOrDefault(group => group.Name == to) is { } chosen ? new TransferTarget(chosen.Name, chosen.Title, chosen.Extension)
        : null;

    private static CallView Show(Call call, string? caller, IReadOnlyList<LinkedAppeal> earlier) => new(
        call.CallId, call.State, call.Began, call.Agent, call.SkillGroup, caller, call.Rating, call.IsRecorded,
        [.. call.Appeals.Select(appeal => new LinkedAppeal(appeal.Number, appeal.Title, appeal.At))], earlier);

    private static ProblemHttpResult NoSuchCall() => Problems.NotFound("没有这个通话。", "请核对通话编号；电话系统可能尚未推送。");
}
