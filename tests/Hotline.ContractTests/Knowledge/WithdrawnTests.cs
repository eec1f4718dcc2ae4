using System.Text.Json.Nodes;
using Hotline.AllInOne.Practice;
using Hotline.ContractTests.EventLog;
using Xunit;

namespace Hotline.ContractTests.Knowledge;

/// <summary>Who took his appeal back after it was answered is not told with all the others, but may be.</summary>
public sealed class WithdrawnTests : KnowledgeHost
{
    /// <summary>An answer that is asked about leaves the order open, so that it can be taken back.</summary>
    protected override IEnumerable<string> Options => ["--Hotline:Dispatch:SamplePercent=100"];

    [Fact]
    public async Task All_leaves_him_out_and_his_number_tells_him()
    {
        var code = await PublishAsync(Words("供暖费怎么交", "每年十月起可在手机缴纳供暖费。"));
        var (citizen, receipt) = await SubmitAsync(new JsonObject { ["text"] = "供暖费的事情" });
        await AcceptAsync(receipt.Number);
        await AnswerAsync(receipt.Number, code, 1);
        using (var withdrawal = await citizen.AddAsync("withdrawals", receipt.Number, receipt.Code, AppClient.Json("""{"reason":"不用了"}"""), "back"))
        {
            Assert.True(withdrawal.IsSuccessStatusCode);
        }

        await Eventually.BecomesAsync(async () => await ToldAsync(code, "") is [{ } line] && line["withdrawn"]!.GetValue<bool>());
        await RepublishAsync(code, Words("供暖费怎么交", "改为每年九月起缴纳。"));
        var all = await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/told", new JsonObject { ["version"] = 2, ["all"] = true });
        Assert.Equal(0, all["recalled"]!.GetValue<int>());
        Assert.Contains("撤诉", all["items"]![0]!["reason"]!.GetValue<string>(), StringComparison.Ordinal);

        var one = await Staff.PostAsync("acceptor-01", $"/knowledge/articles/{code}/told", new JsonObject { ["version"] = 2, ["numbers"] = new JsonArray(receipt.Number) });
        Assert.Equal(1, one["recalled"]!.GetValue<int>());
        IReadOnlyList<JsonNode> replies = [];
        await Eventually.BecomesAsync(async () => (replies = await RepliesAsync(citizen, receipt)).Any(reply => reply["kind"]!.GetValue<string>() == "answer-changed"));
        Assert.Equal("closed", replies[^1]["state"]!.GetValue<string>());
        citizen.Dispose();
    }
}
