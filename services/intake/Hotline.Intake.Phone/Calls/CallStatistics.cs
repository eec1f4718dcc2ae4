namespace Hotline.Intake.Phone.Calls;

/// <summary>The call centre's figures from its calls. Pure.</summary>
public static class CallStatistics
{
    private const int Content = 4;

    /// <summary>All calls together (skill group null) first, then each skill group of its own.</summary>
    /// <param name="pickUp">Within what time a call is to be answered.</param>
    public static IReadOnlyList<CallFigures> Of(IReadOnlyCollection<Call> calls, TimeSpan pickUp) =>
        [Figures(null, calls, pickUp), .. calls.Where(call => call.SkillGroup is not null).GroupBy(call => call.SkillGroup!).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => Figures(group.Key, [.. group], pickUp))];

    private static CallFigures Figures(string? group, IReadOnlyCollection<Call> calls, TimeSpan pickUp)
    {
        var answered = calls.Where(call => call.IsAnswered).ToList();
        var inTime = answered.Count(call => call.Answered - (call.Queued ?? call.Answered) <= pickUp);
        var ratings = calls.Where(call => call.Rating is not null).Select(call => call.Rating!.Value).ToList();
        return new CallFigures(
            group,
            calls.Count,
            answered.Count,
            calls.Count(call => call.IsAbandoned),
            inTime,
            calls.Count(call => call.PassedOn.Count > 0 || call.Moments.Any(moment => moment.State == "transferred")),
            ratings.Count,
            Rate(answered.Count, calls.Count),
            Rate(inTime, answered.Count),
            Rate(ratings.Count(rating => rating >= Content), ratings.Count));
    }

    private static double? Rate(int part, int whole) => whole == 0 ? null : Math.Round((double)part / whole, 4);
}
