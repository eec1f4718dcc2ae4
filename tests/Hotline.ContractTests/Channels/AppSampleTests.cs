using System.Text.Json;
using Hotline.Intake.App;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>What the app sends, and what becomes of it: <see cref="SamplePairs"/>.</summary>
public sealed class AppSampleTests
{
    public static TheoryData<string> Samples => SamplePairs.Of("App", "json");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var appeal = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(SamplePairs.FolderOf("App"), $"{name}.sample.json")), AppJson.Default.AppAppeal)!;
        Assert.Empty(AppNormalizer.Check(appeal));
        SamplePairs.AssertBecomes("App", name, AppNormalizer.Normalize(appeal, "sample-device", "sample-key", []));
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample() => SamplePairs.AssertPaired("App", "json", 8);
}
