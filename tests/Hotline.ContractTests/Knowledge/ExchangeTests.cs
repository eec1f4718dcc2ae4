using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotline.ContractTests.Knowledge;

/// <summary>Files of articles in and out, and partners who read by key.</summary>
public sealed class ExchangeTests : KnowledgeHost
{
    private const string Csv = "id,title,publicText,unit,basis,tags,regions\r\n7,供暖费怎么交,每年十月起缴纳。,city-heat,办法第十二条,供热;缴费,\r\n8,'=维修基金,由业主大会决定。,city-housing,条例,,141102;141121\r\n";

    [Fact]
    public async Task A_file_goes_to_review_and_the_same_file_again_changes_nothing()
    {
        var first = await ImportAsync(Csv, "text/csv");
        Assert.Equal((2, 0), (first["added"]!.GetValue<int>(), first["unchanged"]!.GetValue<int>()));
        Assert.Empty(await FoundAsync("供暖费"));
        Assert.Equal(2, (await ImportAsync(Csv, "text/csv"))["unchanged"]!.GetValue<int>());

        var codes = first["rows"]!.AsArray().Select(row => row!["code"]!.GetValue<string>()).ToArray();
        var own = await Staff.PostAsync("acceptor-01", "/knowledge/desk/publish", new JsonObject { ["codes"] = new JsonArray([.. codes.Select(code => JsonValue.Create(code))]) });
        Assert.Equal(0, own["published"]!.GetValue<int>()); // he imported them himself
        Assert.Equal(2, (await ImportAsync(Csv, "text/csv"))["unchanged"]!.GetValue<int>());
        Assert.Equal("=维修基金", (await Staff.CallAsync("acceptor-01", HttpMethod.Get, $"/knowledge/desk/articles/{codes[1]}"))["versions"]![0]!["content"]!["title"]!.GetValue<string>());
    }

    [Fact]
    public async Task One_wrong_row_and_nothing_is_imported()
    {
        using var answer = await SendFileAsync("acceptor-01", "/knowledge/import?source=12366", Csv + "9,没有正文,,nobody,依据,,\r\n7,重复,正文,city-heat,依据,,\r\n", "text/csv");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject().Select(error => error.Key).ToList();
        Assert.Equal(["rows[3].publicText", "rows[3].unit", "rows[4].id"], errors.Order(StringComparer.Ordinal));
        Assert.Empty((await Staff.CallAsync("acceptor-01", HttpMethod.Get, "/knowledge/desk/articles"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("json", "application/json")]
    public async Task What_goes_out_comes_back_and_changes_nothing(string format, string type)
    {
        await PublishAsync(Words("供暖费怎么交", "每年十月，\n\"手机\"缴纳。"));
        await PublishAsync(Words("维修基金", "=由业主大会决定。", "city-housing"));
        using var answer = await Staff.SendAsync("acceptor-01", HttpMethod.Get, $"/knowledge/export?format={format}&withInternal=true");
        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        var file = await answer.Content.ReadAsStringAsync();
        using var back = await SendFileAsync("acceptor-01", "/knowledge/import", file, type);
        var result = JsonNode.Parse(await back.Content.ReadAsStringAsync())!;
        Assert.Equal(2, result["unchanged"]!.GetValue<int>());
        var log = Assert.Single((await Staff.CallAsync("auditor-01", HttpMethod.Get, "/knowledge/desk/exports")).AsArray())!;
        Assert.Equal(("acceptor-01", true), (log["by"]!.GetValue<string>(), log["withInternal"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task A_changed_row_is_a_new_version_to_review()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月。"));
        using var answer = await Staff.SendAsync("acceptor-01", HttpMethod.Get, "/knowledge/export?withInternal=true");
        var rows = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray();
        rows[0]!["publicText"] = "每年九月。";
        using var back = await SendFileAsync("acceptor-01", "/knowledge/import", rows.ToJsonString(), "application/json");
        Assert.Equal(1, JsonNode.Parse(await back.Content.ReadAsStringAsync())!["changed"]!.GetValue<int>());
        var article = await Staff.CallAsync("acceptor-01", HttpMethod.Get, $"/knowledge/desk/articles/{code}");
        Assert.Equal((1, "in-review"), (article["published"]!.GetValue<int>(), article["versions"]![1]!["state"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_partner_reads_by_key_is_counted_and_has_a_limit()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月。"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SharedAsync(null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SharedAsync(PartnerKey + "x")).Status);
        var noon = TimeSpan.FromHours(12) - Contracts.OfficeTime.At(Time.GetUtcNow()).TimeOfDay; // no minute or day ends in between
        Time.Ahead = noon;
        var day = Contracts.OfficeTime.Day(Time.GetUtcNow());
        for (var use = 0; use < 3; use++)
        {
            var (status, body) = await SharedAsync(PartnerKey);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Contains(code, body, StringComparison.Ordinal);
            Assert.DoesNotContain("内部口径", body, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await SharedAsync(PartnerKey)).Status);
        Time.Ahead += TimeSpan.FromMinutes(1);
        Assert.Equal(HttpStatusCode.OK, (await SharedAsync(PartnerKey)).Status);
        await RestartAsync();
        Assert.Equal(4, (await Staff.CallAsync("auditor-01", HttpMethod.Get, $"/knowledge/desk/partners/sister/uses?day={day:yyyy-MM-dd}"))["uses"]!.GetValue<int>());
    }

    private async Task<JsonNode> ImportAsync(string content, string type)
    {
        using var answer = await SendFileAsync("acceptor-01", "/knowledge/import?source=12366", content, type);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!;
    }

    private async Task<(HttpStatusCode Status, string Body)> SharedAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/knowledge/shared/articles");
        if (key is not null)
        {
            request.Headers.Add("Hotline-Partner-Key", key);
        }

        using var answer = await Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
