using Hotline.Hosting;
using Hotline.Knowledge.Search;
using Hotline.Ports;

namespace Hotline.Knowledge.Articles;

/// <summary>An article as everybody may read it.</summary>
/// <param name="Version">To cite it by.</param>
/// <param name="FeedbackToken">To say once whether it helped; null where nobody is asked.</param>
public sealed record ArticleView(
    string Code,
    int Version,
    string Title,
    string Text,
    string Basis,
    string Unit,
    string UnitName,
    IReadOnlyList<string> Tags,
    IReadOnlyList<string> Regions,
    DateOnly? ValidFrom,
    DateOnly? ValidTo,
    DateTimeOffset? PublishedAt,
    string? FeedbackToken = null)
{
    internal static ArticleView Of(string code, ArticleVersion version, Organization organization, string? feedbackToken = null)
    {
        var content = version.Content;
        return new(
            code, version.Number, content.Title, content.PublicText, content.Basis, content.Unit, organization.NameOf(content.Unit), content.Tags, content.Regions,
            content.ValidFrom, content.ValidTo, version.PublishedAt, feedbackToken);
    }
}

/// <summary>A page of articles for everybody.</summary>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record ArticlePage(IReadOnlyList<ArticleView> Items, long? Next);

/// <summary>An article that was found.</summary>
/// <param name="Head">How its text begins.</param>
/// <param name="Words">What of the question led to it.</param>
/// <param name="InternalText">For the hotline.</param>
public sealed record ArticleHit(string Code, int Version, string Title, string Head, string UnitName, double Score, IReadOnlyList<string> Words, string? InternalText = null)
{
    private const int MostOfHead = 120;

    internal static ArticleHit Of(SearchHit hit, ArticleVersion version, Organization organization, bool withInternal) => new(
        hit.Code, version.Number, version.Content.Title, HeadOf(version.Content.PublicText), organization.NameOf(version.Content.Unit), Math.Round(hit.Score, 3), hit.Words,
        withInternal ? version.Content.InternalText : null);

    private static string HeadOf(string text) =>
        text.Length <= MostOfHead ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[MostOfHead - 1]) ? MostOfHead - 1 : MostOfHead)}…";
}

/// <summary>What a search found, best first.</summary>
public sealed record ArticleHits(IReadOnlyList<ArticleHit> Items);

/// <summary>An article as those see it who write and review it.</summary>
/// <param name="Revision">For If-Match.</param>
/// <param name="Published">The number of the version everybody reads; null while there is none.</param>
public sealed record DeskArticleView(string Code, int Revision, string Origin, int? Published, IReadOnlyList<VersionView> Versions)
{
    internal static DeskArticleView Of(Document<Article> document) => new(
        document.State.Code, document.Version, document.State.Origin, document.State.Published?.Number, [.. document.State.Versions.Select(VersionView.Of)]);
}

/// <summary>A version with its content.</summary>
/// <param name="By">Who last wrote or moved it.</param>
public sealed record VersionView(
    int Version, string State, string StateTitle, ArticleContent Content, IReadOnlyList<string> Writers, DateTimeOffset At, string By, string? Note, DateTimeOffset? PublishedAt)
{
    internal static VersionView Of(ArticleVersion version) => new(
        version.Number, version.State.Name(), version.State.Title(), version.Content, [.. version.Writers], version.At, version.By, version.Note, version.PublishedAt);
}

/// <summary>A line of the desk's list.</summary>
public sealed record DeskArticleLine(string Code, int Version, string State, string StateTitle, string Title, string Unit, string UnitName, int? Published, DateTimeOffset At, string By)
{
    internal static DeskArticleLine Of(Article article, Organization organization)
    {
        var latest = article.Latest;
        return new(
            article.Code, latest.Number, latest.State.Name(), latest.State.Title(), latest.Content.Title, latest.Content.Unit, organization.NameOf(latest.Content.Unit),
            article.Published?.Number, latest.At, latest.By);
    }
}

/// <summary>A page of the desk's list.</summary>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record DeskArticlePage(IReadOnlyList<DeskArticleLine> Items, long? Next);
