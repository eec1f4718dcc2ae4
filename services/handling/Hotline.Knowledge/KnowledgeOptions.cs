using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Knowledge;

/// <summary>The knowledge base's options.</summary>
public sealed class KnowledgeOptions
{
    public const string Section = "Hotline:Knowledge";
    public const int LeastOfKey = 32;

    /// <summary>Partners who read the published articles, by name, each with its key of at least 32 characters; secrets.</summary>
    public Dictionary<string, string> Partners { get; } = [];

    /// <summary>Requests a minute of one partner, 1–6000.</summary>
    [Range(1, 6000)]
    public int PartnerPerMinute { get; set; } = 120;

    /// <summary>
    /// The least score of an article for an answer by rule, 0–100000. Scores grow with the number of articles and with how rare the appeal's words are among
    /// them: look at the scores of <c>/knowledge/proposals</c> before a category is switched on.
    /// </summary>
    [Range(0, 100_000)]
    public double AnswerScore { get; set; } = 60;

    /// <summary>How many times the next article's score it must have, 1–100: two that are as good are for a person to choose between.</summary>
    [Range(1, 100)]
    public double AnswerLead { get; set; } = 1.5;

    internal bool HasGoodKeys => Partners.Values.All(key => key.Length >= LeastOfKey) && Partners.Values.Distinct().Count() == Partners.Count
        && Partners.Keys.All(name => name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}

[OptionsValidator]
public sealed partial class KnowledgeOptionsValidator : IValidateOptions<KnowledgeOptions>;
