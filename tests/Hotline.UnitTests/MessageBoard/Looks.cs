using Hotline.Intake;
using Hotline.Intake.MessageBoard;
using Hotline.Intake.MessageBoard.Sync;

namespace Hotline.UnitTests.MessageBoard;

/// <summary>Sightings for the tests.</summary>
internal static class Looks
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    public static BoardSighting At(int minutes, long tid = 7) => new() { Tid = tid, At = Start.AddMinutes(minutes), Forum = "某市委书记" };

    public static BoardSighting Saying(this BoardSighting look, string content, string subject = "路灯不亮", bool isDetail = false) => look with
    {
        Text = BoardText.Of(subject, content),
        IsCut = !isDetail && BoardNormalizer.IsCut(content),
        Contact = new Contact("某***", Sender: "1"),
    };

    /// <summary>A text as the list would cut it.</summary>
    public static string Cut(string text) => text[..100] + "...";

    public static string Long(char with = '灯') => string.Concat(Enumerable.Repeat($"第一段{with}坏了。", 40));

    public static BoardThread Fold(IEnumerable<object> facts) => facts.Aggregate((BoardThread?)null, BoardThread.Apply)!;
}
