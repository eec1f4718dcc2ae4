using System.Globalization;
using Hotline.Ports;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>How far a forum was read: stored only after all down from it is durable.</summary>
/// <param name="Tid">The greatest number at the top of the list when the reading began.</param>
/// <param name="Edition">What the source was as a whole; null where it cannot tell.</param>
public sealed record BoardMark(int Fid, long Tid, string? Edition, DateTimeOffset At)
{
    /// <summary>The kind of document; owned by the channel. One per forum, by its number.</summary>
    public static DocumentType<BoardMark> DocumentType { get; } = new(
        MessageBoardChannel.Name,
        "marks",
        new FactTypes().Add("moved", BoardThreadJson.Default.BoardMark),
        static (before, fact) => ((BoardMark)fact.Data) is var mark && before?.Tid > mark.Tid ? mark with { Tid = before.Tid } : mark,
        [new("all", static _ => ["all"])]);

    /// <summary>The key of a forum's mark.</summary>
    public static string KeyOf(int fid) => fid.ToString(CultureInfo.InvariantCulture);
}
