using System.Text;
using System.Xml.Linq;
using Hotline.Intake.Messages;
using Hotline.Intake.WeChat;
using Xunit;

namespace Hotline.ContractTests.Channels.WeChat;

/// <summary>Conversations, each a file of pushes, and what becomes of them: <see cref="SamplePairs"/>.</summary>
public sealed class WeChatSampleTests
{
    public static TheoryData<string> Samples => SamplePairs.Of("WeChat", "xml");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var pushes = XDocument.Load(Path.Combine(SamplePairs.FolderOf("WeChat"), $"{name}.sample.xml")).Root!.Elements()
            .Select(push => WeChatReader.Read(Encoding.UTF8.GetBytes(push.ToString()))!).ToList();
        SamplePairs.AssertBecomes("WeChat", name, WeChatNormalizer.Normalize(pushes, "conversation/sample", "sample"));
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample() => SamplePairs.AssertPaired("WeChat", "xml", 4);
}
