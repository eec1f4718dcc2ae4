using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;
using Xunit;

namespace Hotline.ContractTests.Channels.Supervision;

/// <summary>What is wrong, hostile or too much; who may not; what the pages' headers say; when the line is closed.</summary>
public sealed class SupervisionHostileTests : IAsyncLifetime
{
    private readonly SupervisionHost _host = new(3, "--Hotline:Supervision:LettersPerReport=2", "--Hotline:Supervision:ReportsPerHour=40");

    public Task InitializeAsync() => _host.StartAsync();

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task A_letter_that_is_not_for_exactly_the_officers_or_of_another_shape_is_refused()
    {
        var (_, good, _) = _host.Report("x");
        Action<JsonObject>[] spoilings =
        [
            body => body.Remove("letter"),
            body => body.Remove("lockedKey"),
            body => body["locator"] = "AAAA",
            body => body["proof"] = "%%%",
            body => body["replyKey"] = "short",
            body => body["lockedKey"] = "a.b",
            body => body["lockedKey"] = new string('A', 5000),
            body => body["unknown"] = 1,
            body => body["letter"]!["recipients"]!.AsArray().RemoveAt(0),
            body => body["letter"]!["recipients"]!.AsArray().Add(body["letter"]!["recipients"]![0]!.DeepClone()),
            body => body["letter"]!["recipients"]![0]!["header"]!["kid"] = P256Key.Generate().Thumbprint(),
            body => body["letter"]!["recipients"]![0]!["header"]!["alg"] = "dir",
            body => body["letter"]!["recipients"]![0]!["header"]!["epk"]!["y"] = (string)body["letter"]!["recipients"]![0]!["header"]!["epk"]!["x"]!,
            body => body["letter"]!["recipients"]![0]!["header"]!["epk"]!["d"] = (string)body["letter"]!["recipients"]![0]!["header"]!["epk"]!["x"]!,
            body => body["letter"]!["recipients"]![0]!["encrypted_key"] = "AAAA",
            body => body["letter"]!["recipients"]![0] = null,
            body => body["letter"]!["recipients"] = null,
            body => body["letter"]!["protected"] = "e30",
            body => body["letter"]!["protected"] = "%%",
            body => body["letter"]!["iv"] = "AAAA",
            body => body["letter"]!["tag"] = "",
            body => body["letter"]!["ciphertext"] = "AAAA", // of no agreed length
            body => body["letter"]!["ciphertext"] = "not base64url!",
        ];
        foreach (var spoil in spoilings)
        {
            var body = (JsonObject)good.DeepClone();
            spoil(body);
            var (status, answer) = await _host.PostAsync("reports", body);
            Assert.True(status == 400, $"{status}: {answer}");
        }

        foreach (var text in new[] { "", "null", "[]", "{", "{\"letter\":1}", "\ud800", new string('[', 100_000) })
        {
            foreach (var path in new[] { "reports", "conversation", "letters", "consents" })
            {
                using var content = new StringContent(text, Encoding.UTF8, "application/json");
                using var answer = await _host.Http.PostAsync(new Uri($"/supervision/{path}", UriKind.Relative), content);
                Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{path} answered {answer.StatusCode}.");
            }
        }

        Assert.Empty((await _host.ListAsync()).AsArray());
        Assert.Equal(204, (await _host.PostAsync("reports", good)).Status);
    }

    [Fact]
    public async Task Without_the_proof_a_report_is_not_there()
    {
        var (code, body, _) = _host.Report("x");
        await _host.PostAsync("reports", body);
        var wrong = SupervisionHost.Holder(code);
        wrong["proof"] = (string)SupervisionHost.Holder(ReceiptCode.New())["proof"]!;
        var nobody = SupervisionHost.Holder(ReceiptCode.New());
        var (status, answer) = await _host.PostAsync("conversation", wrong);
        var (none, same) = await _host.PostAsync("conversation", nobody);
        Assert.Equal((404, 404), (status, none));
        Assert.Equal((string?)same!["detail"], (string?)answer!["detail"]); // whoever guessed a locator is not told so

        // Somebody else's report under the same locator does not take its place.
        var other = (JsonObject)_host.Report("y").Body.DeepClone();
        other["locator"] = (string)body["locator"]!;
        Assert.Equal(409, (await _host.PostAsync("reports", other)).Status);
        Assert.Equal(200, (await _host.PostAsync("conversation", SupervisionHost.Holder(code))).Status);
    }

    [Fact]
    public async Task A_flood_is_stopped_and_what_was_taken_stays()
    {
        var (code, first, _) = _host.Report("第一件");
        Assert.Equal(204, (await _host.PostAsync("reports", first)).Status);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(204, (await _host.PostAsync("letters", More(code, $"{i}"))).Status);
        }

        Assert.Equal(409, (await _host.PostAsync("letters", More(code, "过多"))).Status);
        var statuses = new List<int>();
        for (var i = 0; i < 45; i++)
        {
            statuses.Add((await _host.PostAsync("reports", _host.Report($"{i}").Body)).Status);
        }

        Assert.InRange(statuses.Count(status => status == 204), 39, 40); // the bucket gets one a minute back
        Assert.All(statuses, status => Assert.True(status is 204 or 503));
        Assert.Equal(204, (await _host.PostAsync("reports", first)).Status); // sent again: it is there
        Assert.Equal(200, (await _host.PostAsync("conversation", SupervisionHost.Holder(code))).Status);
    }

    [Fact]
    public async Task Plain_forms_that_are_no_such_forms_are_refused()
    {
        Assert.Equal(400, (await _host.PostFormAsync("plain/reports", ("text", ""))).Status);
        Assert.Equal(400, (await _host.PostFormAsync("plain/reports", ("text", new string('字', 20_001)))).Status);
        Assert.Equal(400, (await _host.PostFormAsync("plain/reports", ("text", "a"), ("text", "b"))).Status);
        Assert.Equal(200, (await _host.PostFormAsync("plain/reports", ("text", new string('字', 20_000)))).Status);
        Assert.Equal(413, (await _host.PostFormAsync("plain/reports", ("text", new string('字', 100_000)))).Status);
        using var multipart = new MultipartFormDataContent { { new StringContent("x"), "text" } };
        using var answer = await _host.Http.PostAsync(new Uri("/supervision/plain/reports", UriKind.Relative), multipart);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Only_the_officer_sees_reports_and_only_the_auditor_the_ledger()
    {
        await _host.PostAsync("reports", _host.Report("x").Body);
        foreach (var account in new[] { "admin-01", "auditor-01", "acceptor-01", "dispatcher-01", "city-police" })
        {
            using var list = await _host.Staff.SendAsync(account, HttpMethod.Get, "/supervision/station/reports");
            Assert.Equal(HttpStatusCode.Forbidden, list.StatusCode);
        }

        using var officer = await _host.Staff.SendAsync("discipline-01", HttpMethod.Get, "/supervision/station/ledger");
        Assert.Equal(HttpStatusCode.Forbidden, officer.StatusCode);
        using var nobody = await _host.Http.GetAsync(new Uri("/supervision/station/reports", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Theory]
    [InlineData("/supervision", "text/html")]
    [InlineData("/supervision/station", "text/html")]
    [InlineData("/supervision/assets/sealing.js", "text/javascript")]
    [InlineData("/supervision/assets/page.css", "text/css")]
    public async Task Pages_bear_headers_that_let_nothing_in_or_out(string path, string type)
    {
        using var answer = await _host.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        string Header(string name) => Assert.Single(answer.Headers.TryGetValues(name, out var values) ? values : []);
        var csp = Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", csp, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", csp, StringComparison.Ordinal);
        Assert.Equal(("no-store", "no-referrer", "same-origin", "same-origin", "require-corp"), (
            Header("Cache-Control"), Header("Referrer-Policy"), Header("Cross-Origin-Opener-Policy"), Header("Cross-Origin-Resource-Policy"), Header("Cross-Origin-Embedder-Policy")));
        Assert.Equal(("nosniff", "DENY", "noindex, nofollow, noarchive"), (Header("X-Content-Type-Options"), Header("X-Frame-Options"), Header("X-Robots-Tag")));
        Assert.Contains("camera=()", Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.False(answer.Headers.Contains("Server"));
        var body = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotMatch("(src|href|action)=\"(https?:)?//", body);
        Assert.DoesNotMatch(@"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style", body);
    }

    [Fact]
    public async Task Without_enough_keys_the_line_is_closed_and_says_where_to_turn()
    {
        foreach (var officers in new[] { 0, 2 })
        {
            await using var closed = new SupervisionHost(officers);
            await closed.StartAsync();
            using var page = await closed.Http.GetAsync(new Uri("/supervision", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.Contains("12388", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(503, (await closed.PostAsync("reports", closed.Report("x").Body)).Status);
            Assert.Equal(503, (await closed.PostFormAsync("plain/reports", ("text", "x"))).Status);
            Assert.Empty((await closed.ListAsync()).AsArray());
        }
    }

    private JsonObject More(ReceiptCode code, string text)
    {
        var body = SupervisionHost.Holder(code);
        body["letter"] = _host.Sealed(new(code.Thread, text, null, [], null, null, []));
        return body;
    }
}
