using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Hotline.Intake.Portal;
using Xunit;

namespace Hotline.ContractTests.Channels.Portal;

/// <summary>The web form as a browser without script uses it, read back with a real parser.</summary>
public sealed class PortalTests : IAsyncLifetime
{
    private const string New = "/intake/portal/new";
    private const string Follow = "/intake/portal/follow";
    private ChannelHost<PortalChannel> _host = null!;

    public async Task InitializeAsync() => _host = await ChannelHost<PortalChannel>.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("12345", "12345信箱")]
    [InlineData("service-net", "政务服务网")]
    [InlineData("platform", "一体化平台")]
    public async Task Each_mailbox_is_its_own_source_and_a_form_sent_again_shows_the_same_receipt(string mailbox, string source)
    {
        var form = await OpenAsync($"{New}?mailbox={mailbox}");
        form["text"] = "滨河路的路灯三天不亮了。";
        form["phone"] = "13800001111";
        var (status, first) = await PostAsync(New, form);
        Assert.Equal(HttpStatusCode.Created, status);
        var twins = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(New, form)));
        Assert.All(twins, twin => Assert.Equal((HttpStatusCode.OK, TextOf(first, "number"), TextOf(first, "code")), (twin.Status, TextOf(twin.Page, "number"), TextOf(twin.Page, "code"))));
        _host.Time.Ahead += TimeSpan.FromDays(3);
        Assert.Equal(TextOf(first, "number"), TextOf((await PostAsync(New, form)).Page, "number"));
        var appeal = (await _host.Intake.FindAsync(TextOf(first, "number"), default))!.State.Appeal;
        Assert.Equal((source, "滨河路的路灯三天不亮了。", "07"), (appeal.Source, appeal.Text, appeal.Number[6..8]));
        Assert.Equal(["phone"], appeal.Reach);
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_links_to_the_fields_and_nothing_typed_is_lost()
    {
        var form = await OpenAsync(New);
        (form["text"], form["title"], form["phone"], form["nature"]) = ("短", "<script>alert(1)</script>\"", "none", "complaint");
        var (status, page) = await PostAsync(New, form);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var links = page.QuerySelectorAll(".summary a").Select(link => link.GetAttribute("href")![1..]).ToList();
        Assert.Equal(["f-text", "f-phone"], links);
        Assert.All(links, id => Assert.Equal("true", page.GetElementById(id)!.GetAttribute("aria-invalid")));
        Assert.Empty(page.QuerySelectorAll("script"));
        Assert.Equal("<script>alert(1)</script>\"", page.GetElementById("f-title")!.GetAttribute("value"));
        Assert.Equal("complaint", page.QuerySelector("option[selected]")!.GetAttribute("value"));
        Assert.Equal("短", page.GetElementById("f-text")!.TextContent);
        (form["text"], form["phone"]) = ("井盖丢失三天了。", "");
        Assert.Contains("请填写电话或邮箱", (await PostAsync(New, form)).Page.QuerySelector(".summary")!.TextContent, StringComparison.Ordinal);
        form["anonymous"] = "yes";
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(New, form)).Status);
    }

    [Fact]
    public async Task Every_page_is_labelled_bare_of_script_and_of_others_resources()
    {
        foreach (var path in new[] { New, Follow })
        {
            using var answer = await _host.Http.GetAsync(new Uri(path, UriKind.Relative));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.True(answer.Headers.CacheControl!.NoStore);
            var page = Parse(await answer.Content.ReadAsStringAsync());
            var style = page.QuerySelector("style")!.TextContent;
            Assert.Contains(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(style))), policy, StringComparison.Ordinal);
            Assert.Empty(page.QuerySelectorAll("script, [src], link, [style], [onclick]"));
            Assert.Equal("zh-CN", page.DocumentElement.GetAttribute("lang"));
            Assert.NotNull(page.QuerySelector("meta[name=viewport]"));
            Assert.All(page.QuerySelectorAll("input:not([type=hidden]), select, textarea"), field => Assert.True(
                field.Closest("label") is not null || page.QuerySelector($"label[for='{field.Id}']") is not null, field.OuterHtml));
            Assert.Equal(page.QuerySelectorAll("[id]").Length, page.QuerySelectorAll("[id]").Select(element => element.Id).Distinct().Count());
            Assert.All(page.QuerySelectorAll("form, a"), element => Assert.Matches("^/(intake/portal/|desk/follow$)", element.GetAttribute("action") ?? element.GetAttribute("href")));
        }
    }

    [Fact]
    public async Task Files_come_with_it_and_an_empty_choice_is_none()
    {
        var form = await OpenAsync(New);
        (form["text"], form["email"]) = ("公园的厕所没有水。", "a@example.org");
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in form)
        {
            content.Add(new StringContent(value), name);
        }

        content.Add(new ByteArrayContent([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]), "files", "照片.jpg");
        content.Add(new ByteArrayContent("MZ"u8.ToArray()), "files", "../a.exe");
        content.Add(new ByteArrayContent([]), "files", "\"\"");
        using var answer = await _host.Http.PostAsync(new Uri(New, UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var number = TextOf(Parse(await answer.Content.ReadAsStringAsync()), "number");
        var appeal = (await _host.Intake.FindAsync(number, default))!;
        Assert.Equal(["image/jpeg", "application/octet-stream"], appeal.State.Appeal.Attachments.Take(2).Select(file => file.MediaType));
        Assert.Null(appeal.State.Appeal.Attachments[0].Refused);
        Assert.NotNull(appeal.State.Appeal.Attachments[1].Refused);
        Assert.Equal([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], (await _host.Intake.FilesOfAsync(appeal, default))![0].ToArray());
    }

    [Fact]
    public async Task It_is_followed_supplemented_urged_and_withdrawn_by_number_and_code_once_each()
    {
        var (number, code) = await SubmitAsync("东关村的自来水一直很浑。");
        var known = new Dictionary<string, string> { ["number"] = number, ["code"] = code.ToLowerInvariant() };
        var (_, page) = await PostAsync(Follow, known);
        Assert.Contains("等待受理", TextOf(page, "state"), StringComparison.Ordinal);
        var supplement = FormOf(page, "/follow/supplement");
        supplement["text"] = "今天更浑了。";
        var urge = FormOf(page, "/follow/urge");
        var withdraw = FormOf(page, "/follow/withdraw");
        for (var i = 0; i < 2; i++)
        {
            Assert.Contains("已补充", (await PostAsync(Follow + "/supplement", supplement)).Page.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(Follow + "/urge", urge)).Status);
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(Follow + "/withdraw", withdraw)).Status);
        withdraw["sure"] = "yes";
        Assert.Equal("已撤回", TextOf((await PostAsync(Follow + "/withdraw", withdraw)).Page, "state"));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Follow + "/withdraw", withdraw)).Status);
        var state = (await _host.Intake.FindAsync(number, default))!.State;
        Assert.Equal((1, 1, true), (state.Supplements.Count, state.Urges.Count, state.WithdrawnAt is not null));
        known["code"] = "0000000000";
        var (status, wrong) = await PostAsync(Follow, known);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.DoesNotContain("东关村", wrong.DocumentElement.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_another_site_or_with_a_forged_or_old_token_makes_no_appeal()
    {
        var form = await OpenAsync(New);
        (form["text"], form["phone"]) = ("小区停水两天了。", "13800001111");
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(New, form, ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(New, form, ("Origin", "https://elsewhere.example"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(New, form, ("Origin", "null"))).Status);
        var forged = new Dictionary<string, string>(form) { ["token"] = (form["token"][0] == 'A' ? "B" : "A") + form["token"][1..] };
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(New, forged)).Status);
        _host.Time.Ahead += TimeSpan.FromHours(25);
        var (status, again) = await PostAsync(New, form);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var fresh = FormOf(again, "/new");
        Assert.Equal(form["text"], again.GetElementById("f-text")!.TextContent);
        (fresh["text"], fresh["phone"]) = (form["text"], form["phone"]);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(New, fresh, ("Sec-Fetch-Site", "same-origin"))).Status);
    }

    [Fact]
    public async Task Another_text_under_a_form_sent_before_is_not_lost()
    {
        var form = await OpenAsync(New);
        (form["text"], form["phone"]) = ("小区停水两天了。", "13800001111");
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(New, form)).Status);
        form["text"] = "另外一件事：电梯坏了。";
        var (status, page) = await PostAsync(New, form);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(form["text"], page.GetElementById("f-text")!.TextContent);
        form["token"] = FormOf(page, "/new")["token"];
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(New, form)).Status);
    }

    [Theory]
    [InlineData("text/plain", "hello")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n路灯不亮")]
    [InlineData("multipart/form-data", "--x--")]
    [InlineData("application/x-www-form-urlencoded", "text=%FF%FE")]
    public async Task What_is_no_form_is_kept_for_a_person(string type, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await _host.Http.PostAsync(new Uri(New, UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var item = Assert.Single(await _host.Intake.ReviewsAsync(0, 10, default));
        Assert.Equal(body, Encoding.UTF8.GetString((await _host.Intake.ReviewOriginalAsync(item.Id, default))!));
    }

    [Fact]
    public async Task A_form_too_large_is_said_to_be_and_danger_names_119()
    {
        var form = await OpenAsync(New);
        (form["text"], form["phone"]) = (new string('灯', 100_000), "13800001111");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(New, form)).Status);
        form["text"] = "滨河小区3号楼着火了，楼上有人被困！";
        Assert.Contains("119", (await PostAsync(New, form)).Page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contacts_and_codes_stand_in_no_log_and_in_no_file_in_clear()
    {
        var (_, code) = await SubmitAsync("公园的灯不亮了好几天。");
        await _host.RestartAsync();
        var stored = Directory.GetFiles(_host.Folder, "hotline.db*").SelectMany(File.ReadAllBytes).ToArray();
        Assert.NotEqual(-1, stored.AsSpan().IndexOf("公园的灯不亮了好几天"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf("13899990000"u8));
        Assert.Equal(-1, stored.AsSpan().IndexOf(Encoding.UTF8.GetBytes(code)));
        Assert.DoesNotContain(_host.LogLines, line => line.Contains("13899990000", StringComparison.Ordinal) || line.Contains(code, StringComparison.Ordinal));
    }

    private async Task<(string Number, string Code)> SubmitAsync(string text)
    {
        var form = await OpenAsync(New);
        (form["text"], form["phone"]) = (text, "13899990000");
        var (_, page) = await PostAsync(New, form);
        return (TextOf(page, "number"), TextOf(page, "code"));
    }

    private async Task<Dictionary<string, string>> OpenAsync(string path) => FormOf(Parse(await _host.Http.GetStringAsync(new Uri(path, UriKind.Relative))), "/new");

    /// <summary>The hidden fields of a page's form.</summary>
    private static Dictionary<string, string> FormOf(IDocument page, string action) =>
        page.QuerySelectorAll($"form[action$='{action}'] input[type=hidden]").ToDictionary(field => field.GetAttribute("name")!, field => field.GetAttribute("value")!);

    private async Task<(HttpStatusCode Status, IDocument Page)> PostAsync(string path, Dictionary<string, string> form, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) };
        if (header is var (name, value))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _host.Http.SendAsync(request);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        return (answer.StatusCode, Parse(await answer.Content.ReadAsStringAsync()));
    }

    private static IDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    private static string TextOf(IDocument page, string id) => page.GetElementById(id)!.TextContent;
}
