using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.Portal;

/// <summary>The pages citizens see. Pure: what to show comes in, a page goes out.</summary>
internal static class PortalPages
{
    private const string Prefix = "/intake/portal";
    private static readonly Html Emergency = NoticeOf(["110", "119", "120"]);

    /// <summary>The form, filled in as far as it was.</summary>
    public static HtmlPage New(int status, Mailbox mailbox, string token, PortalForm form, IReadOnlyList<FieldError> errors) => new(status, $"提交诉求（{mailbox.Title}）", Html.Of($"""
        {Emergency}
        {Summary(errors)}
        <form method="post" action="{Prefix}/new" enctype="multipart/form-data" accept-charset="utf-8">
        <input type="hidden" name="token" value="{token}"><input type="hidden" name="mailbox" value="{mailbox.Name}">
        {Field("text", "诉求内容（必填）", "请写明时间、地点、起因和经过，最多 5000 字。", errors, (id, about) => Html.Of($"""<textarea id="{id}" name="text" required {about}>{"\n" + form.Text}</textarea>"""))}
        {Input("title", "标题", "可不填。", "text", form.Title, errors)}
        {Field("nature", "诉求性质", "可不选，由工作人员判断。", errors, (id, about) => Html.Of($"""<select id="{id}" name="nature" {about}><option value="">由工作人员判断</option>{Natures.Titles.Select(nature => Option(nature.Key, nature.Value, form.Nature))}</select>"""))}
        {Input("place", "发生地点", "如：离石区滨河街道兴隆巷口。", "text", form.Place, errors)}
        {Input("occurredAt", "发生时间", "北京时间，可不填。", "datetime-local", form.OccurredAt, errors)}
        <h2>怎样联系您</h2>
        <p class="hint">联系方式加密保存，只有办理需要时由工作人员查看，查看要写明理由。</p>
        {Input("name", "姓名", "", "text", form.Name, errors, "name")}
        {Input("phone", "电话", "电话和邮箱至少填一项；匿名时都不填。", "tel", form.Phone, errors, "tel")}
        {Input("email", "邮箱", "", "email", form.Email, errors, "email")}
        {Choice("anonymous", "匿名提交（不留联系方式，凭编号和提取码查询）", form.Anonymous, errors)}
        {Choice("confidential", "要求保密（不让被反映的单位知道我是谁）", form.Confidential, errors)}
        {Files()}
        <button type="submit">提交</button>
        </form>
        <p><a href="{Prefix}/follow">已提交过？按编号查询</a></p>
        """));

    /// <summary>The receipt; the same however often the form is sent.</summary>
    public static HtmlPage Received(int status, Receipt receipt, Appeal appeal, IReadOnlyList<string> emergencies) => new(status, "已收到您的诉求", Html.Of($"""
        {(emergencies.Count > 0 ? NoticeOf(emergencies) : Html.Empty)}
        <p>请记下编号和提取码，查询、补充、催单、撤诉都要用到。</p>
        <dl><dt>编号</dt><dd class="code" id="number">{receipt.Number}</dd><dt>提取码</dt><dd class="code" id="code">{receipt.Code}</dd>
        <dt>收到时间</dt><dd>{TimeOf(receipt.ReceivedAt)}</dd><dt>来源</dt><dd>{appeal.Source}</dd></dl>
        {Attached(appeal.Attachments)}
        <p><a href="{Prefix}/follow">查询进度</a></p>
        """));

    /// <summary>Asks for number and code.</summary>
    public static HtmlPage Follow(int status, string number, IReadOnlyList<FieldError> errors) => new(status, "查询诉求", Html.Of($"""
        {Summary(errors)}
        <form method="post" action="{Prefix}/follow" accept-charset="utf-8">
        {Input("number", "编号", "回执上的 15 位数字。", "text", number, errors)}
        {Input("code", "提取码", "回执上的 10 位字母和数字。", "text", "", errors)}
        <button type="submit">查询</button>
        </form>
        <p>电话、微信、手机应用等其他渠道的诉求，<a href="/desk/follow">在这里查询</a>。</p>
        <p><a href="{Prefix}/new">提交新的诉求</a></p>
        """));

    /// <summary>An appeal, and what its citizen can do.</summary>
    /// <param name="tokens">A token for each of the forms.</param>
    /// <param name="text">A supplement that could not be taken yet.</param>
    public static HtmlPage Appeal(int status, ReceivedAppeal appeal, string code, Func<string> tokens, string notice, string text, IReadOnlyList<FieldError> errors) => new(status, $"诉求 {appeal.Appeal.Number}", Html.Of($"""
        {(notice.Length > 0 ? Html.Of($"""<p class="notice" role="status">{notice}</p>""") : Html.Empty)}
        {Summary(errors)}
        <dl><dt>状态</dt><dd id="state">{AppealProgress.TitleOf(appeal)}</dd><dt>标题</dt><dd>{appeal.Appeal.Title}</dd><dt>收到时间</dt><dd>{TimeOf(appeal.Appeal.ReceivedAt)}</dd>
        <dt>补充</dt><dd>{appeal.Supplements.Count} 次</dd><dt>催单</dt><dd>{appeal.Urges.Count} 次</dd></dl>
        <h2>答复</h2>
        {(appeal.Replies.Count == 0 ? Html.Of($"<p>还没有答复。</p>") : Html.Join(appeal.Replies.OrderBy(reply => reply.Version).Select(reply => Html.Of($"""<p class="text">{TimeOf(reply.At)} {reply.Text}</p>"""))))}
        {(appeal.WithdrawnAt is not null ? Html.Empty : Html.Of($"""
        <h2>补充</h2>
        <form method="post" action="{Prefix}/follow/supplement" enctype="multipart/form-data" accept-charset="utf-8">{Known(appeal, code, tokens())}
        {Field("text", "补充内容", "最多 5000 字。", errors, (id, about) => Html.Of($"""<textarea id="{id}" name="text" required {about}>{"\n" + text}</textarea>"""))}
        {Files()}
        <button type="submit">补充</button></form>
        <h2>催单</h2>
        <form method="post" action="{Prefix}/follow/urge" accept-charset="utf-8">{Known(appeal, code, tokens())}<button type="submit">催单</button></form>
        <h2>撤诉</h2>
        <form method="post" action="{Prefix}/follow/withdraw" accept-charset="utf-8">{Known(appeal, code, tokens())}
        {Input("reason", "撤诉原因", "可不填。", "text", "", errors)}
        {Choice("sure", "我确认撤回这件诉求，撤回后不再办理", false, errors)}
        <button type="submit" class="quiet">撤诉</button></form>
        """))}
        """));

    /// <summary>What went wrong, and what to do.</summary>
    public static HtmlPage Problem(int status, string detail, string remedy) => new(status, "没有成功", Html.Of($"""
        <p class="error">{detail}</p><p>{remedy}</p>
        <p><a href="{Prefix}/new">提交诉求</a> <a href="{Prefix}/follow">查询诉求</a></p>
        """));

    private static Html NoticeOf(IReadOnlyList<string> emergencies) => Html.Of($"""<p class="notice">{EmergencyNumbers.Advice(emergencies)}</p>""");

    private static string TimeOf(DateTimeOffset at) => OfficeTime.At(at).ToString("yyyy年M月d日 HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static Html Known(ReceivedAppeal appeal, string code, string token) => Html.Of(
        $"""<input type="hidden" name="number" value="{appeal.Appeal.Number}"><input type="hidden" name="code" value="{code}"><input type="hidden" name="token" value="{token}">""");

    private static Html Attached(IReadOnlyList<Attachment> files) => files.Count == 0 ? Html.Empty : Html.Of(
        $"""<h2>附件</h2><ul>{files.Select(file => Html.Of($"<li>{file.Name}：{file.Refused ?? "已收到"}</li>"))}</ul>""");

    private static Html Summary(IReadOnlyList<FieldError> errors) => errors.Count == 0 ? Html.Empty : Html.Of($"""
        <div class="summary" role="alert" tabindex="-1"><p class="error">有 {errors.Count} 处需要改正：</p><ul>{errors.Select(error =>
            error.Field.Length == 0 ? Html.Of($"<li>{error.Message}</li>") : Html.Of($"""<li><a href="#f-{error.Field}">{error.Message}</a></li>"""))}</ul></div>
        """);

    private static Html Input(string name, string label, string hint, string type, string value, IReadOnlyList<FieldError> errors, string? fill = null) =>
        Field(name, label, hint, errors, (id, about) => Html.Of($"""<input id="{id}" name="{name}" type="{type}" value="{value}" autocomplete="{fill ?? "off"}" {about}>"""));

    /// <summary>A labelled field with its hint and what is wrong with it, both named to readers of the screen.</summary>
    private static Html Field(string name, string label, string hint, IReadOnlyList<FieldError> errors, Func<string, Html, Html> control)
    {
        var wrong = errors.Where(error => error.Field == name).ToList();
        var about = wrong.Count > 0 ? Html.Of($"""aria-describedby="e-{name} h-{name}" aria-invalid="true" """) : hint.Length > 0 ? Html.Of($"""aria-describedby="h-{name}" """) : Html.Empty;
        return Html.Of($"""
            <div class="field{(wrong.Count > 0 ? " wrong" : "")}"><label for="f-{name}">{label}</label><p class="hint" id="h-{name}">{hint}</p>
            {(wrong.Count > 0 ? Html.Of($"""<p class="error" id="e-{name}">{string.Join(' ', wrong.Select(error => error.Message))}</p>""") : Html.Empty)}
            {control($"f-{name}", about)}</div>
            """);
    }

    private static Html Choice(string name, string label, bool chosen, IReadOnlyList<FieldError> errors)
    {
        var wrong = errors.Where(error => error.Field == name).Select(error => Html.Of($"""<p class="error">{error.Message}</p>"""));
        return Html.Of($"""<div class="field">{wrong}<label class="choice"><input id="f-{name}" name="{name}" type="checkbox" value="yes"{(chosen ? " checked" : "")}>{label}</label></div>""");
    }

    private static Html Files() => Html.Of($"""
        <div class="field"><label for="f-files">附件</label><p class="hint" id="h-files">最多 9 个，每个不超过 10 MB：图片、PDF、视频、录音。改正后重新提交时请再选一次。</p>
        <input id="f-files" name="files" type="file" multiple accept="image/*,application/pdf,video/*,audio/*" aria-describedby="h-files"></div>
        """);

    private static Html Option(string value, string title, string chosen) => Html.Of($"""<option value="{value}"{(value == chosen ? " selected" : "")}>{title}</option>""");
}
