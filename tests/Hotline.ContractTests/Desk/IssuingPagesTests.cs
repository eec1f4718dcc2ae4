using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Hotline.AllInOne.Practice;
using Xunit;

namespace Hotline.ContractTests.Desk;

/// <summary>签发 and proofs over the pages and the API, on the real store: 环境卫生 in 孝义, where the office wants photos and the bureau's head issues.</summary>
public sealed class IssuingPagesTests : IAsyncLifetime
{
    private byte[] _plain = [];
    private DeskHost _host = null!;

    /// <summary>As a phone makes it, with its place and time.</summary>
    private byte[] Photo => ExifPhoto.Taken(_plain, 37.1448, 111.7785, new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(8)));

    private byte[] Other => _plain;

    public async Task InitializeAsync()
    {
        _plain = await OfficePlayers.ReadPhotoAsync();
        _host = await DeskHost.StartAsync();
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_reply_with_its_photos_is_drafted_sent_back_drafted_again_and_issued()
    {
        var (number, order) = await WithTheBureauAsync();
        var unit = await _host.SignedInAsync("141181-urban");
        await unit.GoAsync(order);
        await unit.SubmitAsync("form[aria-label=签收]");
        await unit.SubmitAsync("form[aria-label=开始办理]");
        Assert.Contains("办理前照片、办理后照片", unit.TextOf("#reply-2-proofs"), StringComparison.Ordinal);

        // Without photos it is refused, with a link to what is missing, and nothing typed is lost.
        await unit.SubmitAsync("form[aria-label=提交签发]", ("publicReply", "垃圾已清运。"), ("solved", "yes"));
        Assert.Equal(HttpStatusCode.BadRequest, unit.Status);
        Assert.Equal("#reply-2-proofs", unit.Page.QuerySelector(".summary a")!.GetAttribute("href"));
        Assert.Contains("须附办理前照片、办理后照片", unit.TextOf(".summary"), StringComparison.Ordinal);
        Assert.Equal("垃圾已清运。", unit.TextOf("#reply-2-publicReply"));

        await unit.UploadAsync("form[aria-label=上传证明材料]", [("before.jpg", "no photo"u8.ToArray())]);
        Assert.Equal(HttpStatusCode.BadRequest, unit.Status);
        Assert.Contains("不支持这种文件", unit.TextOf(".summary"), StringComparison.Ordinal);
        await unit.UploadAsync("form[aria-label=上传证明材料]", [("before.jpg", Photo)]);
        Assert.Equal(("垃圾已清运。", "yes"), (unit.TextOf("#reply-2-publicReply"), unit.Page.QuerySelector("#reply-2-solved option[selected]")!.GetAttribute("value"))); // through both uploads
        await unit.GoAsync(order);
        Assert.Equal("after", unit.Page.QuerySelector("#proofs-2-kind option[selected]")!.GetAttribute("value"));
        await unit.UploadAsync("form[aria-label=上传证明材料]", [("after.jpg", Other), ("far.jpg", Photo)]);
        Assert.Contains("已上传", unit.TextOf(".notice"), StringComparison.Ordinal);
        Assert.Equal(3, unit.Page.QuerySelectorAll(".proofs img").Length);
        await unit.SubmitAsync("form[aria-label='移除 far.jpg']");
        Assert.Equal(2, unit.Page.QuerySelectorAll(".proofs img").Length);

        await unit.SubmitAsync("form[aria-label=提交签发]", ("publicReply", "垃圾已清运。"), ("solved", "yes"), ("note", "派车两辆。"));
        Assert.Contains("等待本单位负责人签发", unit.TextOf(".notice"), StringComparison.Ordinal);
        Assert.Empty(unit.Page.QuerySelectorAll("form[aria-label=签发], form[aria-label=上传证明材料]"));
        await unit.GoAsync("/desk/queues/own");
        Assert.Contains("等待签发", unit.TextOf("tbody"), StringComparison.Ordinal);

        // Above the unit nothing of the draft is to be seen, neither text nor photo.
        var station = await _host.SignedInAsync("station-141181");
        await station.GoAsync(order);
        Assert.Contains("待签发", station.TextOf("#shares ~ h3 ~ h3"), StringComparison.Ordinal);
        Assert.DoesNotContain("垃圾已清运", station.TextOf("main"), StringComparison.Ordinal);
        Assert.Empty(station.Page.QuerySelectorAll(".proofs"));
        await station.GoAsync($"{order}/assignments/2/proofs/1");
        Assert.Equal(HttpStatusCode.NotFound, station.Status);

        var head = await _host.SignedInAsync("141181-urban-head");
        Assert.Contains("待签发", head.TextOf(".tiles"), StringComparison.Ordinal);
        await head.GoAsync("/desk/queues/to-issue");
        Assert.Equal(number, head.TextOf("tbody td a"));
        await head.GoAsync(order);
        Assert.Contains("垃圾已清运。", head.TextOf("[aria-labelledby=shares]"), StringComparison.Ordinal);
        Assert.Equal(2, head.Page.QuerySelectorAll(".proofs img").Length);
        await head.SubmitAsync("form[aria-label=退回拟办]");
        Assert.Equal(HttpStatusCode.BadRequest, head.Status);
        await head.SubmitAsync("form[aria-label=退回拟办]", ("note", "请写明今后怎样保洁。"));
        Assert.Contains("已退回拟办", head.TextOf(".notice"), StringComparison.Ordinal);

        await unit.GoAsync(order);
        Assert.Contains("请写明今后怎样保洁。", unit.TextOf("[aria-labelledby=shares]"), StringComparison.Ordinal);
        Assert.Equal("垃圾已清运。", unit.TextOf("#reply-2-publicReply"));
        await unit.SubmitAsync("form[aria-label=提交签发]", ("publicReply", "垃圾已清运，今后每日保洁。"));
        await head.GoAsync(order);
        await head.SubmitAsync("form[aria-label=签发]", ("note", "同意"));
        Assert.Contains("已签发", head.TextOf(".notice"), StringComparison.Ordinal);
        await head.GoAsync("/desk/queues/to-issue");
        Assert.Empty(head.Page.QuerySelectorAll("tbody tr"));

        // Now the station, the dispatcher and the callback agent see reply and photos; the citizen reads the text alone.
        await station.GoAsync(order);
        Assert.Contains("今后每日保洁", station.TextOf("[aria-labelledby=shares]"), StringComparison.Ordinal);
        await station.SubmitAsync("form[action$='assignments/2/review']");
        await station.SubmitAsync("form[aria-label=反馈]");
        Assert.Contains("已反馈", station.TextOf(".notice"), StringComparison.Ordinal); // the photos of its unit are its own
        foreach (var reader in new[] { "dispatcher-01", "callback-01" })
        {
            var browser = await _host.SignedInAsync(reader);
            await browser.GoAsync(order);
            var images = browser.Page.QuerySelectorAll(".proofs img").Select(image => image.GetAttribute("src")!).ToList();
            Assert.Equal(2, images.Count);
            Assert.DoesNotContain("未提交", browser.TextOf(".proofs"), StringComparison.Ordinal);
            await browser.GoAsync(images[0]);
            Assert.Equal(("image/jpeg", "default-src 'none'; sandbox"), (browser.Answer.Content.Headers.ContentType!.MediaType, browser.Answer.Headers.GetValues("Content-Security-Policy").Single()));
            Assert.Equal(Photo, await browser.Answer.Content.ReadAsByteArrayAsync());
        }

        Assert.DoesNotContain(_host.LogLines, line => line.Contains("before.jpg", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Proofs_lie_sealed_and_the_api_takes_and_gives_them_by_right()
    {
        var (number, _) = await WithTheBureauAsync();
        var share = $"/work-orders/{number}/assignments/2";
        await _host.Staff.PostAsync("141181-urban", $"{share}/sign", []);
        using (var early = await UploadAsync("141181-urban", $"{share}/proofs", "scene", ("a.jpg", Photo)))
        {
            Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);
        }

        await _host.Staff.PostAsync("141181-urban", $"{share}/start", []);
        foreach (var (account, kind, file, status) in new (string, string, byte[]?, HttpStatusCode)[]
        {
            ("141181-urban", "scene", null, HttpStatusCode.BadRequest),
            ("141181-urban", "selfie", Photo, HttpStatusCode.BadRequest),
            ("141181-urban", "after", "%PDF-1.7"u8.ToArray(), HttpStatusCode.BadRequest),
            ("141181-urban", "document", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), HttpStatusCode.BadRequest),
            ("141181-urban", "scene", [.. Photo, .. new byte[10 * 1024 * 1024]], HttpStatusCode.BadRequest),
            ("141181-urban", "scene", [.. Photo, .. new byte[26 * 1024 * 1024]], HttpStatusCode.RequestEntityTooLarge),
            ("141181-urban-head", "scene", Photo, HttpStatusCode.Forbidden),
            ("141181-housing", "scene", Photo, HttpStatusCode.NotFound),
            ("dispatcher-01", "scene", Photo, HttpStatusCode.Forbidden),
        })
        {
            using var refused = await UploadAsync(account, $"{share}/proofs", kind, file is null ? [] : [("现场.jpg", file)]);
            Assert.Equal(status, refused.StatusCode);
        }

        using (var broken = await _host.Staff.SendAsync("141181-urban", HttpMethod.Post, $"{share}/proofs", []))
        {
            Assert.Equal(HttpStatusCode.BadRequest, broken.StatusCode);
        }

        using var taken = await UploadAsync("141181-urban", $"{share}/proofs", "scene", ("../../现场.jpg", Photo), ("b.jpg", Other));
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        var version = taken.Headers.ETag!.Tag;
        using var again = await UploadAsync("141181-urban", $"{share}/proofs", "scene", ("现场.jpg", Photo));
        Assert.Equal(version, again.Headers.ETag!.Tag); // the same file is there already
        var proofs = Of(await AppClient.ReadAsync(again))["proofs"]!.AsArray();
        Assert.Equal(["现场.jpg", "b.jpg"], proofs.Select(proof => proof!["name"]!.GetValue<string>()));
        Assert.Equal("image/jpeg", proofs[0]!["mediaType"]!.GetValue<string>());

        using var opened = await _host.Staff.SendAsync("141181-urban-head", HttpMethod.Get, $"{share}/proofs/1");
        Assert.Equal(Photo, await opened.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/octet-stream", "attachment"), (opened.Content.Headers.ContentType!.MediaType, opened.Content.Headers.ContentDisposition!.DispositionType));
        foreach (var stranger in new[] { "dispatcher-01", "station-141181", "141181-housing" })
        {
            using var hidden = await _host.Staff.SendAsync(stranger, HttpMethod.Get, $"{share}/proofs/1");
            Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        }

        // Nothing on the disk holds the photo, nor any stretch of its EXIF block.
        var files = Directory.GetFiles(_host.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => Read(file).AsSpan().IndexOf(Photo.AsSpan(0, 64)) >= 0);
    }

    [Fact]
    public async Task A_form_handed_in_again_by_a_reload_or_a_double_click_counts_once()
    {
        var (number, order) = await WithTheBureauAsync();
        var station = await _host.SignedInAsync("station-141181");
        var unit = await _host.SignedInAsync("141181-urban");
        await unit.GoAsync(order);
        var form = unit.Page.QuerySelector<IHtmlFormElement>("form[aria-label=申请退单]")!;
        var fields = DeskBrowser.FieldsOf(form, [("note", "不属本单位职责。"), ("proposedUnit", "141181-housing")]);
        var action = form.GetAttribute("action")!;

        await unit.PostAsync(action, fields);
        var led = (unit.Status, unit.Answer.Headers.Location);
        await unit.PostAsync(action, fields);
        Assert.Equal((HttpStatusCode.SeeOther, $"{order}?done=return"), (led.Status, led.Location!.ToString()));
        Assert.Equal(led, (unit.Status, unit.Answer.Headers.Location));
        Assert.Single(await StepsAsync(number, "return-asked"));

        // The station sends nothing back twice either, also when both clicks arrive together.
        await station.GoAsync(order);
        form = station.Page.QuerySelector<IHtmlFormElement>("form[action$='refuse-return']")!;
        fields = DeskBrowser.FieldsOf(form, [("note", "属于职责。")]);
        action = form.GetAttribute("action")!;
        using var http = station.Same();
        var both = await Task.WhenAll(http.PostAsync(action, new FormUrlEncodedContent(fields)), http.PostAsync(action, new FormUrlEncodedContent(fields)));
        Assert.All(both, answer => Assert.Equal((HttpStatusCode.SeeOther, $"{order}?done=refuse-return"), (answer.StatusCode, answer.Headers.Location!.ToString())));
        Assert.Single(await StepsAsync(number, "return-refused"));

        // A form that does not say which version it was drawn from is not taken up.
        await unit.GoAsync(order);
        form = unit.Page.QuerySelector<IHtmlFormElement>("form[aria-label=签收]")!;
        await unit.PostAsync(form.GetAttribute("action")!, DeskBrowser.FieldsOf(form, []).Where(field => field.Key != "version"));
        Assert.Equal(HttpStatusCode.BadRequest, unit.Status);
        Assert.Empty(await StepsAsync(number, "signed", assignment: 2));
    }

    private async Task<IReadOnlyList<JsonNode>> StepsAsync(string number, string state, int assignment = 2) =>
        [.. (await _host.Staff.CallAsync("auditor-01", HttpMethod.Get, $"/work-orders/{number}"))["assignments"]![assignment - 1]!["history"]!.AsArray().Where(step => step!["state"]!.GetValue<string>() == state).Select(step => step!)];

    /// <summary>An order the rules dispatched to 孝义's station and the station to its bureau, assignment 2.</summary>
    private async Task<(string Number, string Page)> WithTheBureauAsync()
    {
        var number = await _host.SubmitAsync("孝义市中阳楼街道垃圾没人清运，脏乱差。", "孝义市中阳楼街道");
        await _host.Staff.PostAsync("station-141181", $"/work-orders/{number}/assignments/1/sign", []);
        await _host.Staff.PostAsync("station-141181", $"/work-orders/{number}/assignments/1/dispatch", new JsonObject { ["unit"] = "141181-urban", ["role"] = "lead" });
        return (number, $"/desk/orders/{number}");
    }

    private static JsonNode Of(JsonNode order) => order["assignments"]!.AsArray()[^1]!;

    private async Task<HttpResponseMessage> UploadAsync(string account, string path, string kind, params (string Name, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(kind), "kind" } };
        foreach (var (name, content) in files)
        {
            form.Add(new ByteArrayContent(content), "file", name);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _host.Tokens[account]);
        return await _host.Http.SendAsync(request);
    }

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
