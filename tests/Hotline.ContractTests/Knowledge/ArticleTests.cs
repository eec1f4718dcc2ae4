using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Hotline.ContractTests.Knowledge;

/// <summary>An article's way from its writer to its readers, over HTTP on the real store.</summary>
public sealed class ArticleTests : KnowledgeHost
{
    [Fact]
    public async Task Nobody_reads_an_article_before_another_person_published_it()
    {
        var code = (await Staff.PostAsync("agent-01", "/knowledge/articles", Words("供暖费怎么交", "每年十月起可在手机缴纳供暖费。")))["code"]!.GetValue<string>();
        Assert.Empty(await FoundAsync("供暖费"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/knowledge/articles/{code}"));

        await Staff.PostAsync("agent-01", $"/knowledge/articles/{code}/submit", []);
        Assert.Empty(await FoundAsync("供暖费"));
        using (var own = await Staff.SendAsync("agent-01", HttpMethod.Post, $"/knowledge/articles/{code}/publish", []))
        {
            Assert.Equal(HttpStatusCode.Forbidden, own.StatusCode);
        }

        var published = await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/publish", []);
        Assert.Equal(1, published["published"]!.GetValue<int>());
        Assert.Equal([code], await FoundAsync("供暖费"));

        var article = await GetAsync($"/knowledge/articles/{code}");
        Assert.Equal("每年十月起可在手机缴纳供暖费。", article["text"]!.GetValue<string>());
        Assert.Contains(code, (await GetAsync("/knowledge/articles")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_internal_text_is_for_the_hotline_and_the_owner()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月起缴纳。"));
        Assert.Empty(await FoundAsync("三号专席"));
        Assert.Equal(code, (await Staff.CallAsync("agent-01", HttpMethod.Get, $"/knowledge/desk/search?q={Uri.EscapeDataString("三号专席")}"))["items"]![0]!["code"]!.GetValue<string>());
        Assert.Empty((await Staff.CallAsync("city-housing", HttpMethod.Get, $"/knowledge/desk/search?q={Uri.EscapeDataString("三号专席")}"))["items"]!.AsArray());
        using var foreign = await Staff.SendAsync("city-housing", HttpMethod.Get, $"/knowledge/desk/articles/{code}");
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        var whole = await Staff.CallAsync("auditor-01", HttpMethod.Get, $"/knowledge/desk/articles/{code}");
        Assert.Contains("内部口径", whole["versions"]![0]!["content"]!["internalText"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_writes_for_itself_only()
    {
        using var foreign = await Staff.SendAsync("city-housing", HttpMethod.Post, "/knowledge/articles", Words("供暖费", "每年十月。", "city-heat"));
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        var own = await Staff.PostAsync("city-housing", "/knowledge/articles", Words("维修基金", "业主大会决定。", "city-housing"));
        Assert.Equal("draft", own["versions"]![0]!["state"]!.GetValue<string>());
        Assert.Equal(own["code"]!.GetValue<string>(), Assert.Single((await Staff.CallAsync("city-housing", HttpMethod.Get, "/knowledge/desk/articles"))["items"]!.AsArray())!["code"]!.GetValue<string>());
        Assert.Empty((await Staff.CallAsync("city-urban", HttpMethod.Get, "/knowledge/desk/articles"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Search_follows_each_change_and_a_restart_reads_everything_again()
    {
        var heat = await PublishAsync(Words("供暖费怎么交", "每年十月起缴纳。"));
        var house = await PublishAsync(Words("维修基金怎么用", "由业主大会决定。", "city-housing"));
        await Staff.PostAsync("agent-01", $"/knowledge/articles/{heat}/versions", Words("采暖补贴怎么领", "向社区申请。"));
        Assert.Equal([heat], await FoundAsync("供暖费")); // the new version is a draft
        await Staff.PostAsync("agent-01", $"/knowledge/articles/{heat}/submit", []);
        await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{heat}/publish", []);
        await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{house}/withdraw", new JsonObject { ["note"] = "已废止" });
        for (var round = 0; round < 2; round++)
        {
            Assert.Empty(await FoundAsync("供暖费怎"));
            Assert.Equal([heat], await FoundAsync("补贴"));
            Assert.Empty(await FoundAsync("维修基金"));
            await RestartAsync();
        }
    }

    [Fact]
    public async Task An_article_is_read_in_its_days_and_its_regions()
    {
        var words = Words("采暖季时间", "十一月一日开始。");
        words["validTo"] = Contracts.OfficeTime.Day(Time.GetUtcNow()).ToString("yyyy-MM-dd", null);
        words["regions"] = new JsonArray("141102");
        var code = await PublishAsync(words);
        Assert.Single((await GetAsync("/knowledge/search?q=%E9%87%87%E6%9A%96&region=141102001"))["items"]!.AsArray());
        Assert.Empty((await GetAsync("/knowledge/search?q=%E9%87%87%E6%9A%96&region=141121"))["items"]!.AsArray());
        Time.Ahead = TimeSpan.FromDays(1);
        Assert.Empty(await FoundAsync("采暖"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync($"/knowledge/articles/{code}"));
    }

    [Fact]
    public async Task Readers_say_once_whether_it_helped()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月起缴纳。"));
        var token = (await GetAsync($"/knowledge/articles/{code}"))["feedbackToken"]!.GetValue<string>();
        Assert.True((await FeedbackAsync(code, $$"""{"helped":false,"token":"{{token}}"}"""))!["first"]!.GetValue<bool>());
        var again = await FeedbackAsync(code, $$"""{"helped":true,"token":"{{token}}"}""");
        Assert.Equal((false, false), (again!["first"]!.GetValue<bool>(), again["helped"]!.GetValue<bool>()));
        Assert.Null(await FeedbackAsync(code, """{"helped":true,"token":"AAAA"}"""));
        Assert.Null(await FeedbackAsync(code, """{"helped":true,"token":"\ud800"}"""));
        await Staff.PostAsync("agent-01", $"/knowledge/desk/articles/{code}/feedback", new JsonObject { ["helped"] = true });
        await Staff.PostAsync("agent-01", $"/knowledge/desk/articles/{code}/feedback", new JsonObject { ["helped"] = false });
        var figures = (await Staff.CallAsync("agent-01", HttpMethod.Get, $"/knowledge/desk/articles/{code}/feedback"))["versions"]!.AsArray();
        Assert.Equal("""[{"version":1,"citizensHelped":0,"citizensNot":1,"staffHelped":1,"staffNot":0}]""", figures.ToJsonString());
    }

    [Fact]
    public async Task A_request_sent_again_with_its_key_makes_one_article_and_an_old_tag_is_refused()
    {
        var codes = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/knowledge/articles") { Content = AllInOne.Practice.AppClient.Json(Words("供暖费", "十月。").ToJsonString()) };
            request.Headers.Authorization = new("Bearer", Staff.TokenOf("agent-01"));
            request.Headers.Add("Idempotency-Key", "once");
            using var answer = await Http.SendAsync(request);
            codes.Add(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"]!.GetValue<string>());
        }

        var code = Assert.Single(codes);
        await Staff.PostAsync("agent-01", $"/knowledge/articles/{code}/submit", []);
        using var late = new HttpRequestMessage(HttpMethod.Post, $"/knowledge/articles/{code}/publish") { Content = AllInOne.Practice.AppClient.Json("{}") };
        late.Headers.Authorization = new("Bearer", Staff.TokenOf("acceptor-01"));
        late.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        using var refused = await Http.SendAsync(late);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return answer.StatusCode;
    }

    private async Task<JsonNode?> FeedbackAsync(string code, string body)
    {
        using var answer = await Http.PostAsync(new Uri($"/knowledge/articles/{code}/feedback", UriKind.Relative), AllInOne.Practice.AppClient.Json(body));
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }
}
