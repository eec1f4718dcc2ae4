using System.Net;
using System.Net.Http.Headers;
using Xunit;

namespace Hotline.ContractTests.Desk;

/// <summary>Who comes in by password and code, how long, and what his cookie opens.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private const string Account = "acceptor-01";
    private DeskHost _host = null!;

    public async Task InitializeAsync() => _host = await DeskHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_enrolment_code_opens_an_account_once_and_binds_password_and_second_factor()
    {
        var code = _host.NewEnrolmentCode(Account);
        var browser = _host.NewBrowser();
        await browser.GoAsync("/desk/enrol");
        await browser.SubmitAsync("main form", ("account", "agent-01"), ("enrolment", code));
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status); // another's code

        await browser.SubmitAsync("main form", ("account", Account), ("enrolment", code));
        Assert.NotEmpty(browser.Page.QuerySelectorAll("svg.qr path"));
        Assert.StartsWith($"otpauth://totp/12345:{Account}?secret=", browser.TextOf("#otpauth"), StringComparison.Ordinal);
        foreach (var (password, again) in new[] { ("short", "short"), ("password12345", "password12345"), ("my-acceptor-01-word", "my-acceptor-01-word"), (DeskHost.Password, "other") })
        {
            await browser.SubmitAsync("main form", ("code", "000000"), ("password", password), ("again", again));
            Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
            Assert.Contains(browser.Page.QuerySelectorAll(".summary a"), link => link.GetAttribute("href") is "#enrol-password" or "#enrol-again");
            Assert.All(browser.Page.QuerySelectorAll("input[type=password]"), field => Assert.Equal("", field.GetAttribute("value")));
        }

        await browser.EnrolAsync(Account, code, DeskHost.Password, _host.Time);
        Assert.Equal("首页", browser.TextOf("h1"));

        var second = _host.NewBrowser();
        await second.GoAsync("/desk/enrol");
        await second.SubmitAsync("main form", ("account", Account), ("enrolment", code));
        Assert.Equal(HttpStatusCode.Forbidden, second.Status);
        var old = _host.NewEnrolmentCode("agent-01");
        _host.Time.Ahead += TimeSpan.FromHours(25);
        await second.GoAsync("/desk/enrol");
        await second.SubmitAsync("main form", ("account", "agent-01"), ("enrolment", old));
        Assert.Equal(HttpStatusCode.Forbidden, second.Status);
    }

    [Fact]
    public async Task Whatever_is_wrong_the_answer_is_the_same()
    {
        await _host.SignedInAsync(Account);
        var browser = _host.NewBrowser();
        var said = new List<string>();
        foreach (var (account, password, code) in new[]
        {
            (Account, "not the password", _host.NextCode(Account)),
            (Account, DeskHost.Password, "000000"),
            (Account, DeskHost.Password, ""),
            ("nobody-01", DeskHost.Password, _host.CodeOf(Account)),
            ("agent-01", DeskHost.Password, _host.CodeOf(Account)), // there, but never enrolled
        })
        {
            await browser.SignInAsync(account, password, code);
            Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
            Assert.Equal(account, browser.Page.GetElementById("sign-in-account")!.GetAttribute("value"));
            said.Add(browser.TextOf(".summary"));
            Assert.Null(browser.Session);
        }

        Assert.Single(said.Distinct());
        await browser.SignInAsync(Account, DeskHost.Password, _host.NextCode(Account));
        Assert.Equal("首页", browser.TextOf("h1"));
        Assert.DoesNotContain(_host.LogLines, line => line.Contains(Account, StringComparison.Ordinal) || line.Contains("nobody-01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_code_opens_one_session_however_many_bring_it_at_once()
    {
        await _host.SignedInAsync(Account);
        var code = _host.NextCode(Account);
        var browsers = Enumerable.Range(0, 4).Select(_ => _host.NewBrowser()).ToList();
        await Task.WhenAll(browsers.Select(browser => browser.SignInAsync(Account, DeskHost.Password, code)));
        Assert.Single(browsers, browser => browser.Session is not null);
        Assert.Equal(3, browsers.Count(browser => browser.Status == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Guessing_is_slowed_and_nobody_is_shut_out_for_good()
    {
        await _host.SignedInAsync(Account);
        var browser = _host.NewBrowser();
        for (var i = 0; i < 5; i++)
        {
            await browser.SignInAsync(Account, "guess number one", "123456");
            Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        }

        await browser.SignInAsync(Account, DeskHost.Password, _host.CodeOf(Account));
        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status);
        Assert.NotNull(browser.Answer.Headers.RetryAfter);
        for (var i = 0; i < 5; i++)
        {
            await browser.SignInAsync("nobody-01", "guess number one", "123456");
        }

        Assert.Equal(HttpStatusCode.Forbidden, browser.Status);
        await browser.SignInAsync("nobody-01", "guess number one", "123456");
        Assert.Equal(HttpStatusCode.TooManyRequests, browser.Status); // one that does not exist is slowed alike

        _host.Time.Ahead += TimeSpan.FromMinutes(1);
        await browser.SignInAsync(Account, DeskHost.Password, _host.NextCode(Account));
        Assert.Equal("首页", browser.TextOf("h1"));
    }

    [Theory]
    [InlineData("http://127.0.0.1", "hotline-desk=", false)]
    [InlineData("https://12345.example.gov.cn", "__Host-hotline-desk=", true)]
    public async Task The_cookie_is_for_this_host_and_for_no_script_and_no_other_site(string origin, string name, bool secure)
    {
        await using var host = await DeskHost.StartAsync($"--Hotline:Limits:PublicOrigin={origin}");
        var browser = host.NewBrowser();
        await browser.GoAsync("/desk/enrol");
        await browser.SubmitAsync("main form", ("account", Account), ("enrolment", host.NewEnrolmentCode(Account)));
        var form = (AngleSharp.Html.Dom.IHtmlFormElement)browser.Page.QuerySelector("main form")!;
        var code = Hotline.Desk.Accounts.Totp.CodeOf(
            Hotline.Desk.Accounts.Base32.Decode(browser.TextOf("#secret"))!, Hotline.Desk.Accounts.Totp.StepOf(host.Time.GetUtcNow()));
        await browser.PostAsync("/desk/enrol", DeskBrowser.FieldsOf(form, [("code", code), ("password", DeskHost.Password), ("again", DeskHost.Password)]));
        var cookie = Assert.Single(browser.Answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith(name, cookie, StringComparison.Ordinal);
        var flags = cookie.Split("; ").Skip(1).Order(StringComparer.Ordinal);
        Assert.Equal(secure ? ["httponly", "path=/", "samesite=strict", "secure"] : ["httponly", "path=/", "samesite=strict"], flags);
    }

    [Fact]
    public async Task The_cookie_opens_pages_and_no_api()
    {
        var browser = await _host.SignedInAsync(Account);
        await browser.GoAsync("/work-orders");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        await browser.GoAsync("/deskx");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/work-orders");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", browser.Session);
        using var answer = await _host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await browser.GoAsync("/desk");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    [Fact]
    public async Task A_form_of_another_site_of_another_user_or_without_a_token_does_nothing()
    {
        var browser = await _host.SignedInAsync(Account);
        var other = await _host.SignedInAsync("dispatcher-01");
        await browser.GoAsync("/desk");
        var token = browser.Page.QuerySelector("form[action='/desk/sign-out'] [name=token]")!.GetAttribute("value")!;
        var others = other.Page.QuerySelector("form[action='/desk/sign-out'] [name=token]")!.GetAttribute("value")!;
        foreach (var (header, value, sent) in new[]
        {
            ("Sec-Fetch-Site", "cross-site", token), ("Sec-Fetch-Site", "same-site", token), ("Origin", "https://elsewhere.example", token), ("Origin", "null", token),
            ("Sec-Fetch-Site", "same-origin", ""), ("Sec-Fetch-Site", "same-origin", others), ("Sec-Fetch-Site", "same-origin", token[..^1]),
        })
        {
            browser.Headers.Clear();
            browser.Headers[header] = value;
            await browser.PostAsync("/desk/sign-out", [new("token", sent)]);
            Assert.Equal(HttpStatusCode.BadRequest, browser.Status);
        }

        browser.Headers.Clear();
        await browser.GoAsync("/desk");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    [Fact]
    public async Task Signing_out_a_new_password_a_block_and_eight_hours_end_a_session()
    {
        var leaving = await _host.SignedInAsync(Account);
        var kept = leaving.Session!;
        await leaving.SubmitAsync("form[action='/desk/sign-out']");
        Assert.Equal("登录", leaving.TextOf("h1"));
        Assert.Null(leaving.Session);
        leaving.Session = kept; // a copy of the cookie
        await leaving.GoAsync("/desk");
        Assert.Equal(HttpStatusCode.Unauthorized, leaving.Status);

        var (one, two) = (await _host.SignedInAsync(Account), await _host.SignedInAsync(Account));
        await one.GoAsync("/desk/password");
        await one.SubmitAsync("main form", ("old", "not the password"), ("password", "another long word"), ("again", "another long word"));
        Assert.Equal(HttpStatusCode.Forbidden, one.Status);
        await one.SubmitAsync("main form", ("old", DeskHost.Password), ("password", "another long word"), ("again", "another long word"));
        await two.GoAsync("/desk");
        Assert.Equal(HttpStatusCode.Unauthorized, two.Status);
        await two.SignInAsync(Account, "another long word", _host.NextCode(Account));
        Assert.Equal("首页", two.TextOf("h1"));

        var administrator = await _host.SignedInAsync("admin-01");
        await administrator.GoAsync("/desk/accounts");
        await administrator.SubmitAsync($"form[action='/desk/accounts/block']:has([value='{Account}'])");
        await two.GoAsync("/desk");
        Assert.Equal(HttpStatusCode.Unauthorized, two.Status);
        await two.SignInAsync(Account, "another long word", _host.NextCode(Account));
        Assert.Equal(HttpStatusCode.Forbidden, two.Status);

        _host.Time.Ahead += TimeSpan.FromHours(8);
        await administrator.GoAsync("/desk");
        Assert.Equal(HttpStatusCode.Unauthorized, administrator.Status);
    }

    [Fact]
    public async Task A_stream_of_alerts_ends_with_its_session()
    {
        var browser = await _host.SignedInAsync(Account);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/desk/alerts/events") { Headers = { { "Cookie", $"hotline-desk={browser.Session}" } } };
        using var answer = await _host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await browser.GoAsync("/desk");
        await browser.SubmitAsync("form[action='/desk/sign-out']");
        await answer.Content.CopyToAsync(Stream.Null).ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Whoever_is_not_signed_in_is_asked_to_and_then_comes_where_he_wanted_and_nowhere_else()
    {
        await _host.SignedInAsync(Account);
        var browser = _host.NewBrowser();
        await browser.GoAsync("/desk/queues/received?after=0");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        await browser.SubmitAsync("main form", ("account", Account), ("password", DeskHost.Password), ("code", _host.NextCode(Account)));
        Assert.Equal("待受理", browser.TextOf("h1"));
        await browser.GoAsync("/desk/queues/accepted");
        Assert.Equal(HttpStatusCode.Forbidden, browser.Status); // the dispatcher's
        foreach (var elsewhere in new[] { "https://elsewhere.example/", "//elsewhere.example/desk", "/desk/\\elsewhere.example", "/intake/portal/new" })
        {
            await browser.GoAsync("/desk/sign-in");
            await browser.SubmitAsync("main form", ("account", Account), ("password", DeskHost.Password), ("code", _host.NextCode(Account)), ("to", elsewhere));
            Assert.Equal("首页", browser.TextOf("h1"));
        }
    }

    [Fact]
    public async Task An_auditor_reads_who_signed_in_and_an_administrator_hands_out_codes()
    {
        await _host.SignedInAsync(Account);
        var browser = _host.NewBrowser();
        await browser.SignInAsync(Account, "not the password", _host.NextCode(Account));
        var auditor = await _host.SignedInAsync("auditor-01");
        await auditor.GoAsync("/desk/sign-ins");
        var lines = auditor.Page.QuerySelectorAll("tbody tr").Select(line => line.TextContent).ToList();
        Assert.Contains(lines, line => line.Contains(Account, StringComparison.Ordinal) && line.Contains("拒绝：口令", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("auditor-01", StringComparison.Ordinal) && line.Contains("登录", StringComparison.Ordinal));

        var administrator = await _host.SignedInAsync("admin-01");
        await administrator.GoAsync("/desk/accounts");
        await administrator.SubmitAsync("form[action='/desk/accounts/enrolment']:has([value='callback-01'])");
        await browser.EnrolAsync("callback-01", administrator.TextOf("#enrolment"), DeskHost.Password, _host.Time);
        Assert.Equal("首页", browser.TextOf("h1"));
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("callback-01", StringComparison.Ordinal));
    }
}
