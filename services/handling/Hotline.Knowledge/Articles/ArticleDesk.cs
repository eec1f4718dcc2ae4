using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Search;
using Hotline.Ports;

namespace Hotline.Knowledge.Articles;

/// <summary>The one way to articles: shows nobody what is not his to see, appends what a decision yields, and keeps search up to date.</summary>
public sealed class ArticleDesk(IDocumentStore<Article> store, ArticleIndex index, Organization organization, IIdSource ids, TimeProvider time)
{
    internal Organization Organization => organization;

    /// <summary>Today, in the office's time.</summary>
    internal DateOnly Today => OfficeTime.Day(time.GetUtcNow());

    internal ArticleAsker Asker(StaffUser user) => new(user, organization, time.GetUtcNow());

    /// <returns>Null when there is none that everybody may read today.</returns>
    public async ValueTask<(string Code, ArticleVersion Version)?> FindPublicAsync(string code, CancellationToken cancellation) =>
        await store.FindAsync(code, cancellation) is { State.Published: { } published } && published.Content.HoldsOn(Today) ? (code, published) : null;

    /// <returns>Null when there is none that he may see whole.</returns>
    public async ValueTask<Document<Article>?> FindAsync(StaffUser user, string code, CancellationToken cancellation) =>
        await store.FindAsync(code, cancellation) is { } document && ArticleScope.MaySee(user, document.State, organization) ? document : null;

    /// <summary>What everybody may read today, oldest first, and where the next page begins.</summary>
    public async ValueTask<(IReadOnlyList<Article> Page, long? Next)> ListPublicAsync(string? region, long after, int limit, CancellationToken cancellation)
    {
        var found = await store.QueryAsync(ArticleDocument.StateIndex, ArticleState.Published.Name(), after, limit, cancellation);
        return (
            [.. found.Select(document => document.State).Where(article => article.Published is { } published && published.Content.HoldsOn(Today)
                && ArticleIndex.EntryOf(article.Code, published.Content).HoldsIn(region))],
            found.Count == limit ? found[^1].Sequence : null);
    }

    /// <param name="state">A state's name; null for any.</param>
    /// <returns>Null when he may not see articles of that unit.</returns>
    public async ValueTask<(IReadOnlyList<Document<Article>> Page, long? Next)?> ListAsync(
        StaffUser user, string? state, string? unit, long after, int limit, CancellationToken cancellation)
    {
        unit ??= ArticleScope.SeesAll(user) ? null : user.Unit;
        if (unit is not null && !ArticleScope.MaySee(user, unit, organization))
        {
            return null;
        }

        var found = unit is null
            ? await store.QueryAsync(ArticleDocument.StateIndex, state ?? ArticleDocument.Any, after, limit, cancellation)
            : await store.QueryAsync(ArticleDocument.UnitIndex, ArticleDocument.UnitValue(unit, state), after, limit, cancellation);
        return ([.. found.Where(document => ArticleScope.MaySee(user, document.State, organization))], found.Count == limit ? found[^1].Sequence : null);
    }

    /// <summary>Finds articles that are published and hold today.</summary>
    /// <param name="withInternal">Whether what only staff may read is searched too.</param>
    public async ValueTask<IReadOnlyList<(SearchHit Hit, ArticleVersion Version)>> SearchAsync(
        string text, string? region, int limit, bool withInternal, CancellationToken cancellation)
    {
        var found = new List<(SearchHit, ArticleVersion)>();
        foreach (var hit in index.Search(new SearchQuery([new QueryPart(text)], Today, region, withInternal, limit)))
        {
            if (await FindPublicAsync(hit.Code, cancellation) is { } article)
            {
                found.Add((hit, article.Version));
            }
        }

        return found;
    }

    /// <summary>Adds an article under its source's key, once.</summary>
    internal async ValueTask<AddResult<Article>> AddAsync(string source, string key, Func<string, IEnumerable<object>> facts, CancellationToken cancellation)
    {
        var code = ArticleDocument.CodeOf(source, key);
        var now = time.GetUtcNow();
        var added = await store.AddOnceAsync(new NewDocument(ids.Next(), code, [.. facts(code).Select(fact => new NewFact(fact, now))]), cancellation);
        index.Apply(added.Document);
        return added;
    }

    /// <summary>Decides on an article and appends the outcome; when somebody else was first, decides anew on the article as it is then.</summary>
    /// <param name="ifMatch">The version of the document he saw, as an entity tag; null to decide on whichever there is.</param>
    internal async ValueTask<(ArticleDecision Decision, Document<Article>? After)> ChangeAsync(
        StaffUser user, string code, string? ifMatch, Func<Article, ArticleAsker, ArticleDecision> decide, CancellationToken cancellation)
    {
        while (true)
        {
            if (await FindAsync(user, code, cancellation) is not { } document)
            {
                return (new ArticleDecision.Missing(), null);
            }

            if (ifMatch is not null && ifMatch != EntityTag(document.Version))
            {
                return (new ArticleDecision.Conflict("条目已有变化。", "请重新读取条目，确认后再提交。"), null);
            }

            var decision = decide(document.State, Asker(user));
            if (decision is not ArticleDecision.Granted { Facts: var facts })
            {
                return (decision, null);
            }

            if (facts.Count == 0)
            {
                return (decision, document);
            }

            var now = time.GetUtcNow();
            var announcements = Announcements.Of(document.Id, facts.Aggregate(document.State, Article.Apply), now);
            if (await store.AppendAsync(document, [.. facts.Select(fact => new NewFact(fact, now)), .. announcements], cancellation) is { } after)
            {
                index.Apply(after);
                return (decision, after);
            }
        }
    }

    internal static string EntityTag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
