using System.Security.Cryptography;
using System.Text;
using Hotline.Desk.Accounts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Desk.Pages;

/// <summary>A person takes possession of his account by a one-time code, and changes his password later.</summary>
internal sealed class EnrolPages(
    CredentialDesk desk, SignInPages door, [FromKeyedServices(DeskService.Name)] FormTokens formTokens, StaffTokens tokens, IServiceKeys keys, TimeProvider time)
{
    private const string Path = "/desk/enrol";
    private readonly ISealer _sealer = keys.Sealer(DeskService.Name, "enrolment");

    public void Map(DeskRoutes routes)
    {
        routes.Open("/enrol", _ => Ask(StatusCodes.Status200OK, FormView.Fresh("enrol")), EnrolAsync);
        routes.Get("/password", visit => Task.FromResult<IResult>(Password(visit, FormView.Fresh("password"), StatusCodes.Status200OK)), [.. Contracts.Roles.All]);
        routes.Post("/password", ChangePasswordAsync, [.. Contracts.Roles.All]);
    }

    private DeskPage Ask(int status, FormView form) => new(status, "启用账号", Html.Of($"""
        {form.Summary}
        <section class="narrow"><form method="post" action="{Path}">{TokenField()}
        {form.Input("account", "账号", fill: "username", required: true)}
        {form.Input("enrolment", "启用码", "管理员给您的一次性代码，24 小时内有效；大小写和短横线不论。", required: true)}
        <button type="submit" accesskey="s">下一步</button></form></section>
        """));

    private DeskPage Choose(int status, string account, string enrolment, byte[] secret, FormView form) => new(status, "设置口令和动态验证码", Html.Of($"""
        {form.Summary}
        <section class="narrow"><form method="post" action="{Path}">{TokenField()}
        <input type="hidden" name="account" value="{account}"><input type="hidden" name="enrolment" value="{enrolment}">
        <input type="hidden" name="secret" value="{Convert.ToBase64String(_sealer.Seal(secret, ContextOf(account)))}">
        <h2>一、动态验证码</h2>
        <p>在手机的身份验证应用（任何支持 TOTP 的应用）中扫描二维码，或手工输入密钥。</p>
        {QrCode.Of(Totp.UriOf(account, secret))}
        <dl><dt>密钥</dt><dd class="code" id="secret">{Base32.Grouped(Base32.Encode(secret))}</dd><dt>地址</dt><dd id="otpauth">{Totp.UriOf(account, secret)}</dd></dl>
        {form.Input("code", "应用上显示的 6 位数字", fill: "one-time-code", required: true, digits: true)}
        <h2>二、口令</h2>
        {form.Input("password", "新口令", $"至少 {Passwords.Shortest} 个字符，不含账号名；几个不相干的词连起来就很好。", type: "password", fill: "new-password", required: true)}
        {form.Input("again", "再输入一次", type: "password", fill: "new-password", required: true)}
        <button type="submit" accesskey="s">启用并登录</button></form></section>
        """));

    private static DeskPage Password(Visit visit, FormView form, int status) => visit.Page("改口令", Html.Of($"""
        {form.Summary}
        <section class="narrow"><form method="post" action="/desk/password">{visit.TokenField}
        {form.Input("old", "现在的口令", type: "password", fill: "current-password", required: true)}
        {form.Input("password", "新口令", $"至少 {Passwords.Shortest} 个字符，不含账号名。改后所有设备都要重新登录。", type: "password", fill: "new-password", required: true)}
        {form.Input("again", "再输入一次", type: "password", fill: "new-password", required: true)}
        <button type="submit" accesskey="s">改口令</button></form></section>
        """), status);

    private async Task<IResult> EnrolAsync(HttpContext http, IFormCollection form)
    {
        var (account, enrolment, client) = (form["account"].ToString().Trim(), form["enrolment"].ToString().Trim(), SignInPages.ClientOf(http));
        DeskPage AskAgain(int status, string field, string why) => Ask(status, new FormView("enrol", name => form[name].ToString(), [new(field, why)]));
        if (formTokens.Read(SignInPages.DoorPurpose, form[DeskRoutes.TokenName].ToString(), out var expired) is null || expired)
        {
            return AskAgain(StatusCodes.Status400BadRequest, "", "页面已过期，请再提交一次。");
        }

        if (account.Length > 64)
        {
            return AskAgain(StatusCodes.Status400BadRequest, "enrolment", "账号或启用码不正确，或启用码已用过、已过期。请向管理员另要一个。"); // never a key of what is counted
        }

        if (door.Begin(client, $"enrol/{account}") is { Ticks: > 0 } wait)
        {
            return AskAgain(StatusCodes.Status429TooManyRequests, "", SignInPages.WaitText(wait));
        }

        if (!await desk.MayEnrolAsync(account, enrolment, http.RequestAborted))
        {
            door.Failed();
            return AskAgain(StatusCodes.Status403Forbidden, "enrolment", "账号或启用码不正确，或启用码已用过、已过期。请向管理员另要一个。");
        }

        door.Passed(client, $"enrol/{account}");
        if (form["secret"].ToString() is not { Length: > 0 } sealedSecret)
        {
            return Choose(StatusCodes.Status200OK, account, enrolment, RandomNumberGenerator.GetBytes(Totp.SecretBytes), FormView.Fresh("enrol"));
        }

        return Open(account, sealedSecret) is not { } secret
            ? AskAgain(StatusCodes.Status400BadRequest, "", "页面已变动，请重新开始。")
            : await BindAsync(http, form, account, enrolment, secret);
    }

    private async Task<IResult> BindAsync(HttpContext http, IFormCollection form, string account, string enrolment, byte[] secret)
    {
        var password = form["password"].ToString();
        var step = Totp.StepOf(secret, form["code"].ToString().Replace(" ", "", StringComparison.Ordinal), time.GetUtcNow());
        List<FieldError> errors = [.. Check(account, password, form["again"].ToString())];
        if (step is null)
        {
            errors.Add(new("code", "验证码不正确。请核对手机时间，填写此刻显示的数字。"));
        }

        if (errors.Count > 0)
        {
            return Choose(StatusCodes.Status400BadRequest, account, enrolment, secret, new FormView("enrol", static _ => "", errors));
        }

        var (result, session) = await desk.EnrolAsync(account, enrolment, password, secret, step!.Value, http.RequestAborted);
        if (result != ProofResult.Proved)
        {
            return Choose(StatusCodes.Status503ServiceUnavailable, account, enrolment, secret, new FormView("enrol", static _ => "", [new("", "暂时无法保存，请再提交一次。")]));
        }

        if (session is not null)
        {
            SignInPages.Give(http, tokens, session);
        }

        return Visit.SeeOther(session is null ? "/desk/sign-in" : StaffSession.Prefix);
    }

    private async Task<IResult> ChangePasswordAsync(Visit visit)
    {
        var account = visit.User.Account;
        var (old, chosen, again) = (visit.Form!["old"].ToString(), visit.Form["password"].ToString(), visit.Form["again"].ToString()); // blanks are part of a password
        IResult Again(int status, params IReadOnlyList<FieldError> errors) => Password(visit, new FormView("password", static _ => "", errors), status);
        if (Check(account, chosen, again) is { Count: > 0 } errors)
        {
            return Again(StatusCodes.Status400BadRequest, errors);
        }

        var client = SignInPages.ClientOf(visit.Http);
        if (door.Begin(client, account) is { Ticks: > 0 } wait)
        {
            return Again(StatusCodes.Status429TooManyRequests, new FieldError("", SignInPages.WaitText(wait)));
        }

        switch (await desk.ChangePasswordAsync(account, old, chosen, visit.Cancellation))
        {
            case ProofResult.Proved:
                door.Passed(client, account);
                return SignInPages.Show(StatusCodes.Status200OK, visit.Http.RequestServices, StaffSession.Prefix, account, "口令已改，请用新口令登录。");
            case ProofResult.Refused:
                door.Failed();
                return Again(StatusCodes.Status403Forbidden, new FieldError("old", "现在的口令不正确。"));
            default:
                door.Unjudged(client, account);
                return Again(StatusCodes.Status503ServiceUnavailable, new FieldError("", "暂时无法保存，请稍后再试。"));
        }
    }

    private static IReadOnlyList<FieldError> Check(string account, string password, string again) =>
        Passwords.Check(account, password) is { } weak ? [new("password", weak)] : password != again ? [new("again", "两次输入的口令不同。")] : [];

    private Html TokenField() => Html.Of($"""<input type="hidden" name="{DeskRoutes.TokenName}" value="{formTokens.Issue(SignInPages.DoorPurpose)}">""");

    private byte[]? Open(string account, string sealedSecret)
    {
        try
        {
            return _sealer.Open(Convert.FromBase64String(sealedSecret), ContextOf(account));
        }
        catch (Exception changed) when (changed is FormatException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[] ContextOf(string account) => Encoding.UTF8.GetBytes($"enrolment/{account}");
}
