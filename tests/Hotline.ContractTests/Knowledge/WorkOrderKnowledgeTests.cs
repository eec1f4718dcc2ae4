using System.Net;
using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests.EventLog;
using Xunit;

namespace Hotline.ContractTests.Knowledge;

/// <summary>What the knowledge base makes of appeals and orders: proposals, citations, drafts.</summary>
public sealed class WorkOrderKnowledgeTests : KnowledgeHost
{
    [Fact]
    public async Task An_appeal_has_proposals_its_answer_cites_one_and_those_told_the_old_are_listed()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月起可在手机缴纳供暖费。"));
        await PublishAsync(Words("维修基金怎么用", "由业主大会决定。", "city-housing"));
        var number = await SubmitAsync("请问今年的供暖费在哪里缴纳？");
        JsonNode? proposals = null;
        await Eventually.BecomesAsync(async () => (proposals = await TryAsync("agent-01", $"/knowledge/proposals/{number}")) is not null);
        var first = proposals!["items"]![0]!;
        Assert.Equal((code, 1), (first["code"]!.GetValue<string>(), first["version"]!.GetValue<int>()));
        Assert.Contains("供暖费", first["words"]!.AsArray().Select(word => word!.GetValue<string>()));
        using (var unit = await Staff.SendAsync("city-heat", HttpMethod.Get, $"/knowledge/proposals/{number}"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, unit.StatusCode);
        }

        await AcceptAsync(number);
        using (var half = await Staff.SendAsync("agent-01", HttpMethod.Post, $"/work-orders/{number}/answer", new JsonObject { ["text"] = "每年十月。", ["basis"] = "办法", ["article"] = code }))
        {
            Assert.Equal(HttpStatusCode.BadRequest, half.StatusCode);
        }

        await AnswerAsync(number, code, 1);
        var answered = await Staff.CallAsync("agent-01", HttpMethod.Get, $"/work-orders/{number}");
        Assert.Equal((code, 1), (answered["answer"]!["article"]!.GetValue<string>(), answered["answer"]!["articleVersion"]!.GetValue<int>()));
        await Eventually.BecomesAsync(async () => (await ToldAsync(code, "?version=1")).Count == 1);
        Assert.False((await ToldAsync(code, ""))[0]!["isOld"]!.GetValue<bool>());

        await RepublishAsync(code, Words("供暖费怎么交", "改为每年九月起缴纳。"));
        await RestartAsync();
        var told = Assert.Single(await ToldAsync(code, "?version=1"))!;
        Assert.Equal((number, true), (told["number"]!.GetValue<string>(), told["isOld"]!.GetValue<bool>()));
        Assert.Empty(await ToldAsync(code, "?version=2"));
    }

    [Fact]
    public async Task A_consultation_closed_without_an_article_becomes_one_draft_that_nobody_reads_yet()
    {
        var number = await SubmitAsync("请问养犬登记在哪里办理？");
        await AcceptAsync(number);
        await Staff.PostAsync("acceptor-01", $"/work-orders/{number}/answer", new JsonObject { ["text"] = "请到辖区派出所办理养犬登记。", ["basis"] = "养犬管理条例" });
        JsonArray drafts = [];
        await Eventually.BecomesAsync(async () => (drafts = (await Staff.CallAsync("acceptor-01", HttpMethod.Get, "/knowledge/desk/articles?state=draft"))["items"]!.AsArray()).Count > 0);
        var draft = Assert.Single(drafts)!;
        Assert.Equal(("rules", "hotline"), (draft["by"]!.GetValue<string>(), draft["unit"]!.GetValue<string>()));
        var whole = await Staff.CallAsync("acceptor-01", HttpMethod.Get, $"/knowledge/desk/articles/{draft["code"]!.GetValue<string>()}");
        Assert.Equal($"order/{number}", whole["origin"]!.GetValue<string>());
        Assert.Equal("请到辖区派出所办理养犬登记。", whole["versions"]![0]!["content"]!["publicText"]!.GetValue<string>());
        Assert.Empty(await FoundAsync("养犬登记"));
    }

    private async Task<string> SubmitAsync(string text)
    {
        var (citizen, receipt) = await SubmitAsync(new JsonObject { ["text"] = text });
        citizen.Dispose();
        return receipt.Number;
    }

    private async Task<JsonNode?> TryAsync(string account, string path)
    {
        using var answer = await Staff.SendAsync(account, HttpMethod.Get, path);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
    }
}
