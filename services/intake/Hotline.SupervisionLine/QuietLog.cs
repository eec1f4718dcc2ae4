namespace Hotline.SupervisionLine;

/// <summary>
/// Whatever the configuration says, the framework's own lines on requests (paths, queries, headers, lengths, addresses) are not written in a process
/// that hosts the line.
/// </summary>
internal static class QuietLog
{
    private static readonly string[] OnRequests =
        ["Microsoft.AspNetCore", "Microsoft.Extensions.Http", "System.Net", "Yarp", "Polly"];

    public static void Apply(LoggerFilterOptions options)
    {
        for (var i = 0; i < options.Rules.Count; i++)
        {
            var rule = options.Rules[i];
            if (rule.CategoryName is { } category && OnRequests.Any(quiet => category.StartsWith(quiet, StringComparison.OrdinalIgnoreCase)) && rule.LogLevel is null or < LogLevel.Warning)
            {
                options.Rules[i] = new LoggerFilterRule(rule.ProviderName, category, LogLevel.Warning, rule.Filter);
            }
        }

        // For every provider that a rule names and for those that none does: a rule of the provider's own would win otherwise.
        foreach (var provider in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
        {
            foreach (var category in OnRequests)
            {
                options.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, null));
            }
        }
    }
}
