using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>Chooses among routing rules. Pure.</summary>
internal static class Routing
{
    /// <summary>The rule with the narrowest category that fits; of those the one with the narrowest division; of equals the earlier.</summary>
    /// <param name="division">The code of a division that has a station; null when the place is unknown.</param>
    public static RoutingRule? Find(IReadOnlyList<RoutingRule> rules, Category category, string? division)
    {
        RoutingRule? best = null;
        var bestRank = -1;
        foreach (var rule in rules)
        {
            var byCategory = rule.Category == category.Code ? 2 : rule.Category == category.Parent ? 1 : rule.Category == RoutingRule.Any ? 0 : -1;
            var byDivision = ByDivision(rule.Division, division);
            var rank = byCategory < 0 || byDivision < 0 ? -1 : (byCategory * 100) + byDivision;
            if (rank > bestRank)
            {
                (best, bestRank) = (rule, rank);
            }
        }

        return best;
    }

    /// <summary>The number of digits that fit; −1 does not fit.</summary>
    private static int ByDivision(string rule, string? division) => rule switch
    {
        RoutingRule.NoDivision => division is null ? 0 : -1,
        RoutingRule.Any => division is null ? -1 : 0,
        _ => division?.StartsWith(rule, StringComparison.Ordinal) == true ? rule.Length : -1,
    };
}
