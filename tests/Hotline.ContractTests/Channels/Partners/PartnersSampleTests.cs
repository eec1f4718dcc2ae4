using System.Text;
using Hotline.Hosting;
using Hotline.Intake;
using Hotline.Intake.Messages;
using Hotline.Intake.Partners.Province;
using Hotline.Intake.Partners.Weibo;
using Xunit;

namespace Hotline.ContractTests.Channels.Partners;

/// <summary>What partners send, and what becomes of it: <see cref="SamplePairs"/>. The name of a sample begins with the protocol.</summary>
public sealed class PartnersSampleTests
{
    private static readonly SignedSender Sender = new("partner", "", "来源", 1);

    public static TheoryData<string> Samples => SamplePairs.Of("Partners", "json");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(SamplePairs.FolderOf("Partners"), $"{name}.sample.json"));
        SamplePairs.AssertBecomes("Partners", name, name.Split('-')[0] switch
        {
            "media" => Media(bytes),
            "province" => Province(bytes),
            _ => WeiboNormalizer.Normalize(WeiboMessage.Read(WeChatReader.Read(bytes)!, json: true, Encoding.UTF8.GetBytes("sample"))!, "partner/1/0", Sender),
        });
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample() => SamplePairs.AssertPaired("Partners", "json", 4);

    private static AppealDraft Media(byte[] bytes)
    {
        var appeal = SubmissionJson.Parse(bytes, SubmittedJson.Default.SubmittedAppeal, out _)!;
        Assert.Empty(SubmittedNormalizer.Check(appeal));
        return SubmittedNormalizer.Normalize(appeal, Sender, []);
    }

    private static AppealDraft Province(byte[] bytes)
    {
        var order = SubmissionJson.Parse(bytes, ProvinceJson.Default.ProvinceOrder, out _)!;
        Assert.Empty(ProvinceNormalizer.Check(order));
        return ProvinceNormalizer.Normalize(order, Sender);
    }
}
