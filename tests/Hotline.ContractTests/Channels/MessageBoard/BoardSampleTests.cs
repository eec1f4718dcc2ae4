using System.Text.Json;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.MessageBoard.Sync;
using Xunit;

namespace Hotline.ContractTests.Channels.MessageBoard;

/// <summary>What the board shows, and what becomes of it: <see cref="SamplePairs"/>.</summary>
public sealed class BoardSampleTests
{
    private static readonly BoardForum Forum = new() { Fid = 12, Division = "141102" };

    public static TheoryData<string> Samples => SamplePairs.Of("MessageBoard", "json");

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_becomes_its_appeal(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(SamplePairs.FolderOf("MessageBoard"), $"{name}.sample.json"));
        var look = BoardNormalizer.Look(JsonSerializer.Deserialize(bytes, BoardJson.Default.BoardItem)!, DateTimeOffset.UnixEpoch, isDetail: true, bytes)!;
        SamplePairs.AssertBecomes("MessageBoard", name, BoardNormalizer.Normalize(BoardChanges.Of(null, [look]).State, look.Contact, look.Fid == Forum.Fid ? Forum : null));
    }

    [Fact]
    public void Every_sample_has_its_appeal_and_every_appeal_its_sample() => SamplePairs.AssertPaired("MessageBoard", "json", 6);
}
