using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Contracts;
using Hotline.Intake;
using Hotline.Intake.PhotoReport;
using Hotline.Intake.PhotoReport.Media;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>
/// Pairs of files: what a phone sends beside one photo, and what becomes of it. <c>HOTLINE_WRITE_SAMPLES=1 dotnet test --filter PhotoReportSample</c>
/// writes the second of each anew; look at the difference before you keep it.
/// </summary>
public sealed class PhotoReportSampleTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/Hotline.ContractTests/Channels/PhotoReport");
    private static readonly DateTimeOffset Received = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Folder, "*.sample.json").Select(file => Path.GetFileName(file)!.Replace(".sample.json", "", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var report = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(Folder, $"{name}.sample.json")), PhotoReportJson.Default.PhotoAppeal)!;
        Assert.Empty(PhotoReportNormalizer.Check(report));
        var photo = new InspectedPhoto(
            new ReceivedFile(new Attachment("1.jpg", "image/jpeg", 1, "00"), 0, 1),
            new PhotoFacts(4000, 3000, 6, new Coordinate(37.5175274, 111.1379494, "wgs84"), Received.AddDays(-4), false));
        var draft = PhotoReportNormalizer.Normalize(report, "sample-device", "sample-key", [photo], Received, null);
        var became = JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(draft, DraftJson.Default.AppealDraft))!.ToJsonString(Readable) + "\n";
        var file = Path.Combine(Folder, $"{name}.appeal.json");
        if (Environment.GetEnvironmentVariable("HOTLINE_WRITE_SAMPLES") == "1")
        {
            File.WriteAllText(file, became);
        }

        Assert.Equal(File.ReadAllText(file), became);
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample()
    {
        Assert.True(Samples.Count >= 6);
        Assert.Equal(
            Directory.GetFiles(Folder, "*.sample.json").Select(file => file.Replace(".sample.", ".", StringComparison.Ordinal)).Order(),
            Directory.GetFiles(Folder, "*.appeal.json").Select(file => file.Replace(".appeal.", ".", StringComparison.Ordinal)).Order());
    }
}
