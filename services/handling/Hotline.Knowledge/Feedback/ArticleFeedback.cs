using Hotline.Ports;

namespace Hotline.Knowledge.Feedback;

/// <summary>Somebody said whether an article helped.</summary>
/// <param name="Version">The version he read.</param>
/// <param name="By">The account; null for a citizen, of whom nothing is kept.</param>
public sealed record FeedbackGiven(string Code, int Version, bool Helped, string? By, DateTimeOffset At);

/// <summary>One person's word on an article; said once, it stays.</summary>
public sealed record ArticleFeedback(FeedbackGiven Given)
{
    public const string ArticleIndex = "article";

    public static readonly DocumentType<ArticleFeedback> Type = new(
        KnowledgeService.Name,
        "feedback",
        new FactTypes().Add("given", KnowledgeJson.Default.FeedbackGiven),
        static (state, fact) => state ?? new ArticleFeedback((FeedbackGiven)fact.Data),
        [new(ArticleIndex, static feedback => [feedback.Given.Code])]);
}

/// <summary>How a version of an article was found, by citizens and by staff.</summary>
public sealed record FeedbackFigures(int Version, int CitizensHelped, int CitizensNot, int StaffHelped, int StaffNot);

/// <summary>The figures of an article, by version.</summary>
public sealed record ArticleFigures(string Code, IReadOnlyList<FeedbackFigures> Versions);
