using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.Contracts;
using Hotline.ContractTests.Channels;
using Hotline.ContractTests.EventLog;
using Hotline.Knowledge.Articles;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hotline.ContractTests.Knowledge;

/// <summary>Answers from articles: cited only as they hold, given by rule where that is switched on, and told anew when they change.</summary>
public sealed class AnswerTests : KnowledgeHost
{
    private const string Question = "请问城乡居民养老保险怎么缴费？";

    /// <summary>The sample office with answers by rule for one category.</summary>
    protected override IEnumerable<string> Options
    {
        get
        {
            var office = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "services/core/Hotline.Hosting/Organization/lvliang.json")))!;
            office["categories"]!.AsArray().Single(category => category!["code"]!.GetValue<string>() == "social-security")!["answer"] = true;
            var file = Path.Combine(Folder, "office.json");
            File.WriteAllText(file, office.ToJsonString());
            return [$"--Hotline:Organization={file}", "--Hotline:Knowledge:AnswerScore=0.1"]; // one article among one: its words are not rare
        }
    }

    [Fact]
    public async Task An_answer_cites_only_what_is_published_and_holds_today()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月起可在手机缴纳供暖费。"));
        var (citizen, receipt) = await SubmitAsync(new JsonObject { ["text"] = "供暖费的事情" });
        citizen.Dispose();
        await AcceptAsync(receipt.Number);
        await RefusedAsync(receipt.Number, "0000000000zz", 1, "article", "请核对编号");
        await Eventually.BecomesAsync(async () => (await ErrorAsync(receipt.Number, code, 2, "articleVersion"))?.Contains("现行的是第1版", StringComparison.Ordinal) == true);

        await RepublishAsync(code, Words("供暖费怎么交", "改为每年九月起缴纳。"));
        await Eventually.BecomesAsync(async () => (await ErrorAsync(receipt.Number, code, 3, "articleVersion"))?.Contains("现行的是第2版", StringComparison.Ordinal) == true);
        await RefusedAsync(receipt.Number, code, 1, "articleVersion", "填写 2");

        var later = Words("取暖补贴", "发放取暖补贴。");
        later["validFrom"] = "2099-11-01";
        var future = await PublishAsync(later);
        await Eventually.BecomesAsync(async () => (await ErrorAsync(receipt.Number, future, 1, "article"))?.Contains("自2099年11月1日起有效", StringComparison.Ordinal) == true);

        await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/withdraw", new JsonObject { ["note"] = "规定废止" });
        await Eventually.BecomesAsync(async () => (await ErrorAsync(receipt.Number, code, 9, "article"))?.Contains("已撤下", StringComparison.Ordinal) == true);
        Assert.Equal("accepted", (await OrderAsync(receipt.Number))["state"]!.GetValue<string>());

        await RepublishAsync(code, Words("供暖费怎么交", "恢复每年十月。"));
        await AnswerAsync(receipt.Number, code, 3);
    }

    [Fact]
    public async Task A_plain_consultation_is_answered_by_rule_and_a_supplement_brings_a_person()
    {
        var code = await PublishAsync(Words("城乡居民养老保险怎么缴费", "每年一月至十二月在手机缴费。", "city-heat"), "agent-01");
        await Eventually.BecomesAsync(async () => (await FoundAsync("养老保险")).Contains(code));
        await KnownAsync(code);
        var (citizen, receipt) = await SubmitAsync(new JsonObject { ["text"] = Question });
        await Eventually.BecomesAsync(async () => (await OrderAsync(receipt.Number))["state"]!.GetValue<string>() == "closed");

        var order = await OrderAsync(receipt.Number);
        var answer = order["answer"]!;
        Assert.Equal(("rules", code, 1), (answer["by"]!.GetValue<string>(), answer["article"]!.GetValue<string>(), answer["articleVersion"]!.GetValue<int>()));
        Assert.Contains("养老保险", answer["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(order["proposal"]!["reasons"]!.AsArray(), reason => reason!.GetValue<string>().Contains("知识库自动答复", StringComparison.Ordinal));
        IReadOnlyList<JsonNode> replies = [];
        await Eventually.BecomesAsync(async () => (replies = await RepliesAsync(citizen, receipt)).Count == 3);
        Assert.Equal(["accepted", "answered", "closed"], replies.Select(reply => reply["kind"]!.GetValue<string>()));
        var text = replies[1]["text"]!.GetValue<string>();
        Assert.All(["每年一月至十二月在手机缴费。", "依据：吕梁市供热管理办法第十二条", "由知识库自动答复"], part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain("内部口径", text, StringComparison.Ordinal);
        await Eventually.BecomesAsync(async () => (await ToldAsync(code, "?version=1")).Count == 1);

        using var supplement = await citizen.AddAsync("supplements", receipt.Number, receipt.Code, AppClient.Json("""{"text":"我在外地，手机缴不了。"}"""), "two");
        Assert.True(supplement.IsSuccessStatusCode);
        await Eventually.BecomesAsync(async () => (await OrderAsync(receipt.Number))["state"]!.GetValue<string>() == "review");
        citizen.Dispose();
    }

    [Theory]
    [InlineData("""{"text":"请问城乡居民养老保险怎么缴费？","confidential":true}""")]
    [InlineData("""{"text":"城乡居民养老保险怎么缴费，我要投诉。","nature":"complaint"}""")]
    [InlineData("""{"text":"请问城乡居民养老保险怎么缴费？有人触电了！"}""")]
    public async Task What_is_not_a_plain_consultation_waits_for_a_person(string appeal)
    {
        var code = await PublishAsync(Words("城乡居民养老保险怎么缴费", "每年一月至十二月在手机缴费。"));
        await KnownAsync(code);
        var (citizen, receipt) = await SubmitAsync(JsonNode.Parse(appeal)!.AsObject());
        citizen.Dispose();
        var (second, plain) = await SubmitAsync(new JsonObject { ["text"] = Question });
        second.Dispose();
        await Eventually.BecomesAsync(async () => (await OrderAsync(plain.Number))["state"]!.GetValue<string>() == "closed");

        var order = await OrderAsync(receipt.Number);
        Assert.Equal(("received", false), (order["state"]!.GetValue<string>(), order["proposal"]!["mayAnswer"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Where_two_articles_are_as_good_a_person_chooses()
    {
        foreach (var text in new[] { "每年一月缴费。", "每年二月缴费。" })
        {
            await KnownAsync(await PublishAsync(Words("城乡居民养老保险怎么缴费", text)));
        }

        var (citizen, receipt) = await SubmitAsync(new JsonObject { ["text"] = Question });
        citizen.Dispose();
        JsonNode? found = null;
        await Eventually.BecomesAsync(async () =>
        {
            using var answer = await Staff.SendAsync("agent-01", HttpMethod.Get, $"/knowledge/proposals/{receipt.Number}");
            found = answer.IsSuccessStatusCode ? await AppClient.ReadAsync(answer) : null;
            return found is not null;
        });
        Assert.Equal(2, found!["items"]!.AsArray().Count);
        var order = await OrderAsync(receipt.Number);
        Assert.Equal(("received", true), (order["state"]!.GetValue<string>(), order["proposal"]!["mayAnswer"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Those_told_the_old_are_told_the_new_once_though_their_orders_are_closed()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月起可在手机缴纳供暖费。"));
        var (citizen, receipt) = await SubmitAsync(new JsonObject { ["text"] = "供暖费的事情" });
        await AcceptAsync(receipt.Number);
        await AnswerAsync(receipt.Number, code, 1);
        await Eventually.BecomesAsync(async () => (await ToldAsync(code, "?version=1")).Count == 1);
        Assert.Equal((0, "已按第1版答复"), await RecallAsync(code, new JsonObject { ["version"] = 1, ["all"] = true }));

        await RepublishAsync(code, Words("供暖费怎么交", "改为每年九月起缴纳。"));
        foreach (var (account, body, status) in new[]
        {
            ("agent-01", """{"version":2,"all":true}""", HttpStatusCode.Forbidden),
            ("acceptor-01", """{"version":1,"all":true}""", HttpStatusCode.BadRequest),
            ("acceptor-01", """{"version":2}""", HttpStatusCode.BadRequest),
            ("acceptor-01", """{"version":2,"all":true,"numbers":[]}""", HttpStatusCode.BadRequest),
            ("acceptor-01", """{"version":2,"numbers":["x"]}""", HttpStatusCode.BadRequest),
        })
        {
            using var refused = await Staff.SendAsync(account, HttpMethod.Post, $"/knowledge/articles/{code}/told", JsonNode.Parse(body)!.AsObject());
            Assert.Equal(status, refused.StatusCode);
        }

        Assert.Equal((1, (string?)null), await RecallAsync(code, new JsonObject { ["version"] = 2, ["all"] = true }));
        await Eventually.BecomesAsync(async () => (await ToldAsync(code, "?version=2")).Count == 1);
        Assert.Equal((0, "已按第2版答复"), await RecallAsync(code, new JsonObject { ["version"] = 2, ["numbers"] = new JsonArray(receipt.Number) }));

        await RestartAsync();
        var told = Assert.Single(await ToldAsync(code, "?version=1"))!;
        Assert.Equal((1, 2, 2, false), (told["version"]!.GetValue<int>(), told["newVersion"]!.GetValue<int>(), told["recalledVersion"]!.GetValue<int>(), told["isOld"]!.GetValue<bool>()));
        using var again = new AppClient(new HttpClient { BaseAddress = Http.BaseAddress }, citizen.Device);
        IReadOnlyList<JsonNode> replies = [];
        await Eventually.BecomesAsync(async () => (replies = await RepliesAsync(again, receipt)).Any(reply => reply["kind"]!.GetValue<string>() == "answer-changed"));
        var changed = Assert.Single(replies, reply => reply["kind"]!.GetValue<string>() == "answer-changed");
        var answered = Assert.Single(replies, reply => reply["kind"]!.GetValue<string>() == "answered");
        Assert.Equal(answered["version"]!.GetValue<int>(), changed["replaces"]!.GetValue<int>());
        Assert.Contains("改为每年九月起缴纳。", changed["text"]!.GetValue<string>(), StringComparison.Ordinal);
        var order = await OrderAsync(receipt.Number);
        Assert.Equal(("closed", 2, "acceptor-01"), (order["state"]!.GetValue<string>(), order["answer"]!["changed"]!["articleVersion"]!.GetValue<int>(), order["answer"]!["changed"]!["by"]!.GetValue<string>()));

        await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/withdraw", new JsonObject { ["note"] = "规定废止" });
        using var nothing = await Staff.SendAsync("acceptor-01", HttpMethod.Post, $"/knowledge/articles/{code}/told", new JsonObject { ["version"] = 2, ["all"] = true });
        Assert.Equal(HttpStatusCode.Conflict, nothing.StatusCode);
        citizen.Dispose();
    }

    [Fact]
    public async Task An_article_published_before_others_were_told_is_announced_at_the_next_start()
    {
        var (code, now) = ("0000000000ab", Time.GetUtcNow());
        var content = new ArticleContent("供暖费怎么交", "每年十月起。", "city-heat", "办法", [], [], []);
        object[] facts =
        [
            new ArticleWritten(code, 1, content, "agent-01", now, "desk"),
            new ArticleMoved(1, "in-review", "agent-01", now),
            new ArticleMoved(1, "published", "acceptor-01", now),
        ];
        await Services.GetRequiredService<IDocumentStore<Article>>().AddOnceAsync(
            new NewDocument(Services.GetRequiredService<IIdSource>().Next(), code, [.. facts.Select(fact => new NewFact(fact, now))]), CancellationToken.None);

        await RestartAsync();
        await KnownAsync(code);
        Assert.Equal(1, (await Services.GetRequiredService<IDocumentStore<Article>>().FindAsync(code, CancellationToken.None))!.State.Announced);
    }

    private async Task<JsonNode> OrderAsync(string number) => await Staff.CallAsync("acceptor-01", HttpMethod.Get, $"/work-orders/{number}");

    /// <summary>Waits until dispatch knows an article: then it refuses another version of it by the version, not by the code.</summary>
    private async Task KnownAsync(string code)
    {
        var (citizen, receipt) = await SubmitAsync(new JsonObject { ["text"] = "路面坑洼" });
        citizen.Dispose();
        await Eventually.BecomesAsync(async () => await ErrorAsync(receipt.Number, code, 99, "articleVersion") is not null);
    }

    private async Task RefusedAsync(string number, string code, int version, string field, string remedy) =>
        Assert.Contains(remedy, await ErrorAsync(number, code, version, field), StringComparison.Ordinal);

    /// <summary>What is wrong with that field; null when nothing is.</summary>
    private async Task<string?> ErrorAsync(string number, string code, int version, string field)
    {
        using var answer = await CiteAsync(number, code, version);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return (await AppClient.ReadAsync(answer))["errors"]?[field]?[0]?.GetValue<string>();
    }

    private async Task<(int Recalled, string? Reason)> RecallAsync(string code, JsonObject body)
    {
        var result = await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/told", body);
        Assert.Null(result["next"]);
        return (result["recalled"]!.GetValue<int>(), result["items"]!.AsArray().Single()!["reason"]?.GetValue<string>());
    }
}
