using System.Text.Json;
using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.PhotoReport;
using Hotline.Intake.PhotoReport.Media;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>What a phone sends beside one photo, and what becomes of it: <see cref="SamplePairs"/>.</summary>
public sealed class PhotoReportSampleTests
{
    private static readonly DateTimeOffset Received = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Samples => SamplePairs.Of("PhotoReport", "json");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var report = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(SamplePairs.FolderOf("PhotoReport"), $"{name}.sample.json")), PhotoReportJson.Default.PhotoAppeal)!;
        Assert.Empty(PhotoReportNormalizer.Check(report));
        var photo = new InspectedPhoto(
            new ReceivedFile(new Attachment("1.jpg", "image/jpeg", 1, "00"), 0, 1),
            new PhotoFacts(4000, 3000, 6, new Coordinate(37.5175274, 111.1379494, "wgs84"), Received.AddDays(-4), false));
        SamplePairs.AssertBecomes("PhotoReport", name, PhotoReportNormalizer.Normalize(report, "sample-device", "sample-key", [photo], Received, null));
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample() => SamplePairs.AssertPaired("PhotoReport", "json", 6);
}
