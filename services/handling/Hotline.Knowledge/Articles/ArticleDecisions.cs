using Hotline.Hosting;
using static Hotline.Knowledge.Articles.ArticleState;

namespace Hotline.Knowledge.Articles;

/// <summary>What was decided on a request to change an article.</summary>
internal abstract record ArticleDecision
{
    /// <summary>The request is in order; these facts are to be appended. None: it changes nothing.</summary>
    public sealed record Granted(IReadOnlyList<object> Facts) : ArticleDecision;

    /// <summary>The request is wrong whatever the state.</summary>
    public sealed record Invalid(IReadOnlyList<FieldError> Errors) : ArticleDecision;

    /// <summary>The state does not allow it.</summary>
    public sealed record Conflict(string Detail, string Remedy) : ArticleDecision;

    /// <summary>He may see it, but it is not his to do.</summary>
    public sealed record Denied(string Detail, string Remedy) : ArticleDecision;

    /// <summary>There is none, or he may not see it.</summary>
    public sealed record Missing : ArticleDecision;
}

/// <summary>Who asks, under which organization, when.</summary>
internal sealed record ArticleAsker(StaffUser User, Organization Organization, DateTimeOffset Now);

/// <summary>Decides what becomes of an article. Pure.</summary>
internal static class ArticleDecisions
{
    /// <summary>A new version, or a draft written anew. The one that is published stays so until the new one is.</summary>
    public static ArticleDecision Write(Article article, ArticleContent content, ArticleAsker asker, string origin)
    {
        var (user, organization, now) = asker;
        if (!ArticleScope.MayWrite(user, content.Unit, organization) || !ArticleScope.MayWrite(user, article.Latest.Content.Unit, organization))
        {
            return NotHis;
        }

        if (article.Latest.State == InReview)
        {
            return Refuse(article.Latest, Draft);
        }

        if (article.Latest.Content == content)
        {
            return article.Latest.State is Draft or ArticleState.Published
                ? new ArticleDecision.Granted([])
                : new ArticleDecision.Granted([Written(article.Versions.Count + 1)]);
        }

        return new ArticleDecision.Granted([Written(article.Latest.State == Draft ? article.Latest.Number : article.Versions.Count + 1)]);

        ArticleWritten Written(int version) => new(article.Code, version, content, user.Account, now, origin);
    }

    public static ArticleDecision Submit(Article article, string? note, ArticleAsker asker) => Move(
        article.Latest, InReview, note, asker, ArticleScope.MayWrite(asker.User, article.Latest.Content.Unit, asker.Organization));

    public static ArticleDecision Return(Article article, string? note, ArticleAsker asker) =>
        article.Latest.State != InReview ? Refuse(article.Latest, Draft) : Move(article.Latest, Draft, note, asker, Reviews(article.Latest, asker));

    public static ArticleDecision Publish(Article article, string? note, ArticleAsker asker) =>
        article.Latest.State == InReview && Reviews(article.Latest, asker) && article.Latest.Writers.Contains(asker.User.Account)
            ? new ArticleDecision.Denied("撰写人不能审核自己的条目。", "请由其他审核人员审核发布。")
            : Move(article.Latest, ArticleState.Published, note, asker, Reviews(article.Latest, asker));

    /// <summary>Takes down what is published; where nothing is, gives up the draft.</summary>
    public static ArticleDecision Withdraw(Article article, string? note, ArticleAsker asker)
    {
        var version = article.Published ?? article.Latest;
        return Move(version, Withdrawn, note, asker, Reviews(version, asker));
    }

    private static ArticleDecision.Denied NotHis => new("该条目不属于您可以维护的单位。", "请由归属单位或热线知识库人员办理。");

    private static bool Reviews(ArticleVersion version, ArticleAsker asker) => ArticleScope.MayReview(asker.User, version.Content.Unit, asker.Organization);

    private static ArticleDecision Move(ArticleVersion version, ArticleState to, string? note, ArticleAsker asker, bool allowed) =>
        !allowed ? NotHis
        : !version.State.MayBecome(to) ? Refuse(version, to)
        : new ArticleDecision.Granted([new ArticleMoved(version.Number, to.Name(), asker.User.Account, asker.Now, note)]);

    private static ArticleDecision.Conflict Refuse(ArticleVersion version, ArticleState wanted)
    {
        var next = string.Join('、', ArticleStates.Next(version.State).Select(state => state.Title()));
        return new(
            $"第{version.Number}版现为“{version.State.Title()}”（{version.State.Name()}），不能转为“{wanted.Title()}”（{wanted.Name()}）。",
            next.Length > 0 ? $"请刷新后再操作；现在可以转为：{next}。" : "此版本不再变化；请提交新版本。");
    }
}
