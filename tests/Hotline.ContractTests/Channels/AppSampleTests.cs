using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hotline.Intake;
using Hotline.Intake.App;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>
/// Pairs of files: what the app sends, and what becomes of it. <c>HOTLINE_WRITE_SAMPLES=1 dotnet test --filter AppSample</c> writes the second of
/// each anew; look at the difference before you keep it.
/// </summary>
public sealed class AppSampleTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/Hotline.ContractTests/Channels/App");

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Folder, "*.sample.json").Select(file => Path.GetFileName(file)!.Replace(".sample.json", "", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var appeal = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(Folder, $"{name}.sample.json")), AppJson.Default.AppAppeal)!;
        Assert.Empty(AppNormalizer.Check(appeal));
        var draft = AppNormalizer.Normalize(appeal, "sample-device", "sample-key", []);
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
        Assert.True(Samples.Count >= 8);
        Assert.Equal(
            Directory.GetFiles(Folder, "*.sample.json").Select(file => file.Replace(".sample.", ".", StringComparison.Ordinal)).Order(),
            Directory.GetFiles(Folder, "*.appeal.json").Select(file => file.Replace(".appeal.", ".", StringComparison.Ordinal)).Order());
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AppealDraft))]
internal sealed partial class DraftJson : JsonSerializerContext;
