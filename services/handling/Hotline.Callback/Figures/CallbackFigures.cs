using Hotline.Callback.Tasks;
using Hotline.Hosting;

namespace Hotline.Callback.Figures;

/// <summary>A share that opens to what it is made of.</summary>
/// <param name="Rate">Null when there is nothing to take a share of.</param>
public sealed record Share(int Numerator, int Denominator, double? Rate)
{
    internal static Share Of(int numerator, int denominator) => new(numerator, denominator, denominator == 0 ? null : Math.Round((double)numerator / denominator, 4));
}

/// <summary>The figures of one unit, of direct answers, or of all.</summary>
/// <param name="Unit">Null for all; <c>direct</c> for direct answers.</param>
/// <param name="Asked">How many askings began.</param>
/// <param name="Reached">有效回访: answered ÷ answered or given up.</param>
/// <param name="Contacted">响应率: 已联系 ÷ those who answered that.</param>
/// <param name="Solved">解决率: 解决 ÷ answered.</param>
/// <param name="Satisfied">满意率: 满意, and 基本满意 where the office counts it, ÷ answered.</param>
/// <param name="FirstSatisfied">首次办理满意率: the same of first handlings alone, whatever a redo brought.</param>
/// <param name="Service">话务满意率: of the agents' service, ÷ those who answered that.</param>
public sealed record FiguresLine(string? Unit, string? UnitName, int Asked, Share Reached, Share Contacted, Share Solved, Share Satisfied, Share FirstSatisfied, Share Service);

/// <summary>The figures of a stretch of days.</summary>
/// <param name="FairIsContent">Whether 基本满意 is counted as satisfied.</param>
public sealed record FiguresView(DateOnly From, DateOnly To, bool FairIsContent, FiguresLine All, IReadOnlyList<FiguresLine> Units);

/// <summary>Counts answers. Pure.</summary>
internal static class CallbackFigures
{
    public const string Direct = "direct";

    public static FiguresView Of(DateOnly from, DateOnly to, IReadOnlyCollection<(CallbackTask Task, CallbackRound Round)> rounds, bool fairIsContent, Organization organization)
    {
        var units = rounds
            .SelectMany(one => one.Round.Direct ? [Direct] : one.Task.UnitsOf(one.Round.Number), static (one, unit) => (Unit: unit, one.Round))
            .GroupBy(static one => one.Unit, static one => one.Round)
            .OrderBy(static unit => unit.Key, StringComparer.Ordinal)
            .Select(unit => Line(unit.Key, unit.Key == Direct ? "直接答复" : organization.NameOf(unit.Key), [.. unit], fairIsContent));
        return new(from, to, fairIsContent, Line(null, null, [.. rounds.Select(static one => one.Round)], fairIsContent), [.. units]);
    }

    private static FiguresLine Line(string? unit, string? name, List<CallbackRound> rounds, bool fairIsContent)
    {
        var answers = rounds.Where(static round => round.Answer is not null).Select(static round => (round.Number, round.Answer!.Answer)).ToList();
        var first = answers.Where(static one => one.Number == 1).ToList();
        var contacted = answers.Where(static one => one.Answer.Contacted is not null).ToList();
        var service = answers.Where(static one => one.Answer.Service is not null).ToList();
        var ended = rounds.Count(static round => round.Answer is null && round.End is not null);
        return new(
            unit,
            name,
            rounds.Count,
            Share.Of(answers.Count, answers.Count + ended),
            Share.Of(contacted.Count(static one => one.Answer.Contacted == true), contacted.Count),
            Share.Of(answers.Count(static one => one.Answer.Solved), answers.Count),
            Share.Of(answers.Count(one => IsGood(one.Answer.Satisfied)), answers.Count),
            Share.Of(first.Count(one => IsGood(one.Answer.Satisfied)), first.Count),
            Share.Of(service.Count(one => IsGood(one.Answer.Service!)), service.Count));

        bool IsGood(string satisfied) => satisfied == Lists.Satisfied || (fairIsContent && satisfied == Lists.Fair);
    }
}
