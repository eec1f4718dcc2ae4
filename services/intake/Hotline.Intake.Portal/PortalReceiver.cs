using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Portal;

/// <summary>The pages' requests: a form becomes one appeal however often it is sent, and nothing a citizen typed is lost on the way back to him.</summary>
internal sealed class PortalReceiver(
    [FromKeyedServices(PortalChannel.Name)] AppealIntake intake,
    [FromKeyedServices(PortalChannel.Name)] AppealWatch watch,
    [FromKeyedServices(PortalChannel.Name)] FormTokens tokens,
    [FromKeyedServices(PortalChannel.Name)] UploadTurns uploads,
    Organization organization,
    IOptions<PortalOptions> options)
{
    private const string NewForm = "new";
    private const string AddForm = "add";

    public IResult ShowNew(HttpContext http)
    {
        var name = http.Request.Query["mailbox"].ToString();
        return MailboxOf(name.Length == 0 ? options.Value.OpenMailboxes()[0].Name : name) is { } mailbox
            ? PortalPages.New(StatusCodes.Status200OK, mailbox, tokens.Issue(NewForm), PortalForm.Empty, [])
            : PortalPages.Problem(StatusCodes.Status404NotFound, "没有这个信箱。", $"可用的信箱：{string.Join("、", options.Value.OpenMailboxes().Select(known => $"{known.Title}（{known.Name}）"))}。");
    }

    public Task<IResult> ReceiveAsync(HttpContext http) => ReadAsync(http, async (form, original) =>
    {
        if (MailboxOf(form["mailbox"]) is not { } mailbox)
        {
            await intake.KeepForReviewAsync("form", original, "表单没有写明信箱。", http.RequestAborted);
            return PortalPages.Problem(StatusCodes.Status400BadRequest, "表单没有写明信箱，原文已保存待人工核查。", "请从原来的网站重新打开表单。");
        }

        using var entry = intake.Balance.Enter(mailbox.Title);
        var filled = PortalForm.Of(form);
        var token = tokens.Read(NewForm, form["token"], out var expired);
        if (token is not null && expired && await intake.FindByKeyAsync(PortalNormalizer.KeyOf(token), http.RequestAborted) is null)
        {
            token = null;
        }

        if (token is null)
        {
            return Again(StatusCodes.Status400BadRequest, "页面已过期，内容还没有提交。请核对后再次提交。");
        }

        if (PortalNormalizer.Check(filled) is { Count: > 0 } errors)
        {
            return PortalPages.New(StatusCodes.Status400BadRequest, mailbox, form["token"], filled, errors);
        }

        try
        {
            var draft = PortalNormalizer.Normalize(filled, token, mailbox.Title, form.Files);
            var (receipt, stored) = await intake.ReceiveAsync(draft, original, http.RequestAborted);
            return receipt.Repeated && !draft.IsOf(stored)
                ? Again(StatusCodes.Status409Conflict, $"这张表单已经提交过（编号 {receipt.Number}），改动后的内容没有提交。若是新的诉求请再次提交；若是补充请到查询页。")
                : PortalPages.Received(receipt.Repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created, receipt, stored, organization.EmergenciesIn(stored.Text));
        }
        catch (EngineAwayException)
        {
            return PortalPages.New(StatusCodes.Status503ServiceUnavailable, mailbox, form["token"], filled, [new("", "系统暂时无法保存，内容还没有提交。请稍后再次提交，不会重复受理。")]);
        }

        HtmlPage Again(int status, string why) => PortalPages.New(status, mailbox, tokens.Issue(NewForm), filled, [new("", why)]);
    });

    public Task<IResult> FollowAsync(HttpContext http) => ReadAsync(http, (form, _) =>
        WithAppealAsync(http, form, appeal => ValueTask.FromResult<IResult>(Show(appeal, form, ""))));

    public Task<IResult> SupplementAsync(HttpContext http) => AddAsync(http, "已补充。", (form, _) =>
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Text(errors, "text", form["text"], "补充内容", 1);
        return errors;
    }, (appeal, id, form, original) => intake.SupplementAsync(appeal, id, TextCleaner.Clean(form["text"]), form.Files, original, http.RequestAborted));

    public Task<IResult> UrgeAsync(HttpContext http) => AddAsync(http, "已记录催单。", static (_, _) => [], (appeal, id, _, original) =>
        intake.UrgeAsync(appeal, id, null, original, http.RequestAborted));

    public Task<IResult> WithdrawAsync(HttpContext http) => AddAsync(http, "已撤回。", static (form, appeal) =>
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Longest(errors, "reason", form["reason"], 500, "撤诉原因");
        if (form["sure"].Length == 0 && appeal.WithdrawnAt is null)
        {
            errors.Add(new("sure", "撤回后不再办理，请勾选确认。"));
        }

        return errors;
    }, (appeal, id, form, original) => intake.WithdrawAsync(appeal, id, SubmissionChecks.Given(form["reason"]), original, http.RequestAborted));

    private Task<IResult> AddAsync(
        HttpContext http,
        string done,
        Func<FieldForm, ReceivedAppeal, IReadOnlyList<FieldError>> check,
        Func<Document<ReceivedAppeal>, string, FieldForm, Original, ValueTask<Document<ReceivedAppeal>>> add) =>
        ReadAsync(http, (form, original) => WithAppealAsync(http, form, async appeal =>
        {
            if (tokens.Read(AddForm, form["token"], out var expired) is not { } id || expired)
            {
                return Show(appeal, form, "", StatusCodes.Status400BadRequest, [new("", "页面已过期，还没有提交。请再次提交。")]);
            }

            if (check(form, appeal.State) is { Count: > 0 } errors)
            {
                return Show(appeal, form, "", StatusCodes.Status400BadRequest, errors);
            }

            try
            {
                var after = await add(appeal, id, form, original);
                watch.Changed(after.Id);
                return Show(after, form, done);
            }
            catch (EngineAwayException)
            {
                return Show(appeal, form, "", StatusCodes.Status503ServiceUnavailable, [new("", "系统暂时无法保存，还没有提交。请稍后再次提交。")]);
            }
        }));

    /// <summary>Hands on the appeal of a form's number for one who knows its code.</summary>
    private static async ValueTask<IResult> WithAppealAsync(HttpContext http, FieldForm form, Func<Document<ReceivedAppeal>, ValueTask<IResult>> show)
    {
        var number = form["number"].Replace(" ", "", StringComparison.Ordinal);
        var (appeal, problem) = await AppealTracking.FindAsync(http, PortalChannel.Service, number, form["code"], "请核对回执。", http.RequestAborted);
        return appeal is null ? PortalPages.Follow(problem!.StatusCode, form["number"], [new("number", problem.ProblemDetails.Detail!)]) : await show(appeal);
    }

    private HtmlPage Show(Document<ReceivedAppeal> appeal, FieldForm form, string notice, int status = StatusCodes.Status200OK, IReadOnlyList<FieldError>? errors = null) =>
        PortalPages.Appeal(status, appeal.State, form["code"], () => tokens.Issue(AddForm), notice, errors is null ? "" : form["text"], errors ?? []);

    /// <summary>Reads a form sent from a page of ours; what is none is kept for a person.</summary>
    private async Task<IResult> ReadAsync(HttpContext http, Func<FieldForm, Original, ValueTask<IResult>> handle)
    {
        if (!BrowserOrigin.IsOurs(http))
        {
            return PortalPages.Problem(StatusCodes.Status403Forbidden, "这张表单不是从本站的页面提交的，没有受理。", "请打开本站的页面填写。");
        }

        using var upload = await uploads.EnterAsync(http, http.RequestAborted);
        try
        {
            using var body = await RequestBytes.ReadAsync(http.Request, upload.MostBytes, http.RequestAborted);
            var original = new Original(body.Content, http.Request.ContentType ?? "");
            var (form, problem) = await FieldForm.ReadAsync(original.ContentType, body, http.RequestAborted);
            if (form is not null)
            {
                return await handle(form, original);
            }

            await intake.KeepForReviewAsync("form", original, problem!, http.RequestAborted);
            return PortalPages.Problem(StatusCodes.Status400BadRequest, $"表单无法读取，原文已保存待人工核查：{problem}", "请重新打开页面填写，或拨打 12345。");
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return PortalPages.Problem(StatusCodes.Status413PayloadTooLarge, "内容过大，没有提交。", "请后退，减少或压缩附件后再次提交。");
        }
    }

    private Mailbox? MailboxOf(string name) => options.Value.OpenMailboxes().FirstOrDefault(mailbox => mailbox.Name == name);
}
