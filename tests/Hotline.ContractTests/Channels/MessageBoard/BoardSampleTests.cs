using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.MessageBoard.Sync;
using Xunit;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>
/// Pairs of files: what the board shows, and what becomes of it. <c>HOTLINE_WRITE_SAMPLES=1 dotnet test --filter BoardSample</c> writes the second of
/// each anew; look at the difference before you keep it.
/// </summary>
public sealed class BoardSampleTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/Hotline.ContractTests/Channels/MessageBoard");
    private static readonly BoardForum Forum = new() { Fid = 12, Division = "141102" };

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Folder, "*.sample.json").Select(file => Path.GetFileName(file)!.Replace(".sample.json", "", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, $"{name}.sample.json"));
        var look = BoardNormalizer.Look(JsonSerializer.Deserialize(bytes, BoardJson.Default.BoardItem)!, DateTimeOffset.UnixEpoch, isDetail: true, bytes)!;
        var draft = BoardNormalizer.Normalize(BoardChanges.Of(null, [look]).State, look.Contact, look.Fid == Forum.Fid ? Forum : null);
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
