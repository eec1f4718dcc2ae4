using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hotline.Intake;
using Xunit;

namespace Hotline.ContractTests.Channels;

/// <summary>
/// Pairs of files for each channel: what it sends, and the draft it becomes. <c>HOTLINE_WRITE_SAMPLES=1 dotnet test --filter Sample</c> writes the
/// second of each anew; look at the difference before you keep it.
/// </summary>
internal static class SamplePairs
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string FolderOf(string channel) => Path.Combine(Repository.Root, "tests/Hotline.ContractTests/Channels", channel);

    public static TheoryData<string> Of(string channel, string extension) => [.. NamesOf(channel, $".sample.{extension}")];

    public static void AssertBecomes(string channel, string name, AppealDraft draft)
    {
        var became = JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(draft, DraftJson.Default.AppealDraft))!.ToJsonString(Readable) + "\n";
        var file = Path.Combine(FolderOf(channel), $"{name}.appeal.json");
        if (Environment.GetEnvironmentVariable("HOTLINE_WRITE_SAMPLES") == "1")
        {
            File.WriteAllText(file, became);
        }

        Assert.Equal(File.ReadAllText(file), became);
    }

    public static void AssertPaired(string channel, string extension, int least)
    {
        var samples = NamesOf(channel, $".sample.{extension}");
        Assert.True(samples.Count >= least);
        Assert.Equal(samples, NamesOf(channel, ".appeal.json"));
    }

    private static List<string> NamesOf(string channel, string ending) =>
        [.. Directory.GetFiles(FolderOf(channel), "*" + ending).Select(file => Path.GetFileName(file)[..^ending.Length]).Order(StringComparer.Ordinal)];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AppealDraft))]
internal sealed partial class DraftJson : JsonSerializerContext;
