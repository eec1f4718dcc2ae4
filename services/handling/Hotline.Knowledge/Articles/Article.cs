using System.Collections.Immutable;
using Hotline.Contracts;
using static Hotline.Knowledge.Articles.ArticleState;

namespace Hotline.Knowledge.Articles;

/// <summary>A version was written, or an unfinished one written anew.</summary>
/// <param name="Version">1, 2, …; the same again replaces the content of a draft.</param>
/// <param name="By">The account; <see cref="Article.ByRules"/> for a draft made of a closed order.</param>
/// <param name="Origin">Where it came from: <c>desk</c>, <c>import</c>, <c>order/…</c>.</param>
public sealed record ArticleWritten(string Code, int Version, ArticleContent Content, string By, DateTimeOffset At, string Origin);

/// <summary>A version went to another state.</summary>
/// <param name="State">A name of <see cref="ArticleStates"/>.</param>
public sealed record ArticleMoved(int Version, string State, string By, DateTimeOffset At, string? Note = null);

/// <summary>One version of an article.</summary>
/// <param name="Writers">Everybody whose work it is; none of them may approve it.</param>
/// <param name="Note">What the one who last moved it said.</param>
public sealed record ArticleVersion(int Number, ArticleContent Content, ArticleState State, ImmutableSortedSet<string> Writers, DateTimeOffset At, string By, string? Note = null)
{
    public DateTimeOffset? PublishedAt { get; init; }
}

/// <summary>
/// A knowledge article 知识条目: its versions, of which at most one is published and at most the last is being worked on. Folded from its facts
/// alone; a fact that repeats an earlier one, or that the state does not allow, changes nothing.
/// </summary>
public sealed record Article
{
    /// <summary>The writer of what the service drafts by itself.</summary>
    public const string ByRules = "rules";

    /// <summary>The origin of what a file said.</summary>
    public const string ByImport = "import";

    /// <summary>What everybody calls it by.</summary>
    public required string Code { get; init; }

    public required string Origin { get; init; }

    public ImmutableList<ArticleVersion> Versions { get; init; } = [];

    /// <summary>What the file said that was imported last; null when none was.</summary>
    public ArticleContent? Imported { get; init; }

    /// <summary>The version other services were told is published; null when they were told of none, or that it was taken down.</summary>
    public int? Announced { get; init; }

    public ArticleVersion Latest => Versions[^1];

    public ArticleVersion? Published => Versions.Find(version => version.State == ArticleState.Published);

    public ArticleVersion? Version(int number) => number >= 1 && number <= Versions.Count ? Versions[number - 1] : null;

    /// <summary>The state after one more fact. Pure.</summary>
    /// <param name="article">Null before the first fact, which must be a writing.</param>
    public static Article Apply(Article? article, object fact) => (article, fact) switch
    {
        (null, ArticleWritten first) => new Article { Code = first.Code, Origin = first.Origin }.Write(first),
        (null, _) => throw new InvalidOperationException($"An article begins with a writing, not with {fact.GetType().Name}."),
        (_, ArticleWritten written) => article.Write(written),
        (_, ArticleMoved moved) => article.Move(moved),
        (_, ArticlePublished published) => article with { Announced = published.Version },
        (_, ArticleWithdrawn) => article with { Announced = null },
        _ => article,
    };

    private Article Write(ArticleWritten fact)
    {
        if (fact.Version == Versions.Count + 1)
        {
            return Versions.Count == 0 || Latest.State is not (Draft or InReview)
                ? this with { Imported = ImportedBy(fact), Versions = Versions.Add(new ArticleVersion(fact.Version, fact.Content, Draft, [fact.By], fact.At, fact.By)) }
                : this;
        }

        return fact.Version == Versions.Count && Latest.State == Draft && Latest.Content != fact.Content
            ? this with { Imported = ImportedBy(fact), Versions = Versions.SetItem(fact.Version - 1, Latest with { Content = fact.Content, Writers = Latest.Writers.Add(fact.By), At = fact.At, By = fact.By }) }
            : this;
    }

    private ArticleContent? ImportedBy(ArticleWritten fact) => fact.Origin == ByImport ? fact.Content : Imported;

    private Article Move(ArticleMoved fact)
    {
        if (Version(fact.Version) is not { } version || ArticleStates.Of(fact.State) is not { } state || !version.State.MayBecome(state)
            || (state == ArticleState.Published && version.Writers.Contains(fact.By)))
        {
            return this;
        }

        var versions = state == ArticleState.Published && Published is { } before ? Versions.SetItem(before.Number - 1, before with { State = Replaced }) : Versions;
        return this with
        {
            Versions = versions.SetItem(version.Number - 1, version with
            {
                State = state,
                Writers = state == InReview ? version.Writers.Add(fact.By) : version.Writers,
                At = fact.At,
                By = fact.By,
                Note = fact.Note,
                PublishedAt = state == ArticleState.Published ? fact.At : version.PublishedAt,
            }),
        };
    }
}
