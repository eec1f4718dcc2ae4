using FsCheck;
using FsCheck.Fluent;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Knowledge.Articles;
using Hotline.UnitTests.Core;

namespace Hotline.UnitTests.Knowledge;

/// <summary>States of articles, who may move them, and that no order of facts breaks a rule.</summary>
public sealed class ArticleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly Hosting.Organization Office = OrganizationFile.Load(null);
    private static readonly StaffUser Handler = new("city-housing", new HashSet<string> { Roles.UnitHandler }, "city-housing");
    private static readonly StaffUser OtherHandler = new("city-urban", new HashSet<string> { Roles.UnitHandler }, "city-urban");
    private static readonly StaffUser Acceptor = new("acceptor-01", new HashSet<string> { Roles.Acceptor, Roles.Agent }, "hotline");
    private static readonly StaffUser Agent = new("agent-01", new HashSet<string> { Roles.Agent }, "hotline");
    private static readonly StaffUser Station = new("station-141102", new HashSet<string> { Roles.StationDispatcher }, "station-141102");

    [Fact]
    public void A_version_replaces_the_one_before_only_when_it_is_published()
    {
        var article = New(Handler);
        article = Do(article, ArticleDecisions.Submit(article, null, As(Handler)));
        article = Do(article, ArticleDecisions.Publish(article, null, As(Acceptor)));
        article = Do(article, ArticleDecisions.Write(article, Content("新"), As(Handler), "desk"));
        Assert.Equal((1, ArticleState.Draft), (article.Published!.Number, article.Latest.State));
        article = Do(article, ArticleDecisions.Submit(article, null, As(Handler)));
        article = Do(article, ArticleDecisions.Publish(article, null, As(Acceptor)));
        Assert.Equal((2, ArticleState.Replaced), (article.Published!.Number, article.Versions[0].State));
        article = Do(article, ArticleDecisions.Withdraw(article, "过期", As(Acceptor)));
        Assert.Null(article.Published);
    }

    [Fact]
    public void Nobody_approves_what_he_wrote_or_handed_in()
    {
        var article = New(Agent);
        article = Do(article, ArticleDecisions.Submit(article, null, As(Acceptor)));
        Assert.IsType<ArticleDecision.Denied>(ArticleDecisions.Publish(article, null, As(Acceptor)));
        Assert.IsType<ArticleDecision.Denied>(ArticleDecisions.Publish(article, null, As(Agent)));
    }

    [Fact]
    public void Units_write_for_themselves_and_stations_review_their_own()
    {
        Assert.IsType<ArticleDecision.Denied>(ArticleDecisions.Write(New(Handler), Content("新"), As(OtherHandler), "desk"));
        Assert.False(ArticleScope.MaySee(OtherHandler, New(Handler), Office));
        Assert.True(ArticleScope.MaySee(Agent, New(Handler), Office));
        Assert.True(ArticleScope.MayReview(Station, "141102-urban", Office));
        Assert.False(ArticleScope.MayReview(Station, "city-urban", Office));
        Assert.False(ArticleScope.MayReview(Handler, "city-housing", Office));
    }

    [Fact]
    public void What_is_in_review_is_not_written_on_and_says_both_states()
    {
        var article = New(Handler);
        article = Do(article, ArticleDecisions.Submit(article, null, As(Handler)));
        var conflict = Assert.IsType<ArticleDecision.Conflict>(ArticleDecisions.Write(article, Content("新"), As(Handler), "desk"));
        Assert.Contains("待审核", conflict.Detail, StringComparison.Ordinal);
        Assert.Contains("草稿", conflict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Others_are_told_once_what_is_published_and_that_it_is_taken_down_and_nothing_internal()
    {
        var article = New(Handler);
        Assert.Empty(Tell());
        article = Do(article, ArticleDecisions.Submit(article, null, As(Handler)));
        article = Do(article, ArticleDecisions.Publish(article, null, As(Acceptor)));
        var first = Assert.IsType<ArticlePublished>(Assert.Single(Tell()));
        Assert.Equal((1, "旧"), (first.Version, first.Text));
        Assert.Empty(Tell());
        article = Do(article, ArticleDecisions.Write(article, Content("新") with { InternalText = "内部口径" }, As(Handler), "desk"));
        Assert.Empty(Tell());
        article = Do(article, ArticleDecisions.Submit(article, null, As(Handler)));
        article = Do(article, ArticleDecisions.Publish(article, null, As(Acceptor)));
        var second = Assert.IsType<ArticlePublished>(Assert.Single(Tell()));
        Assert.Equal(2, second.Version);
        Assert.DoesNotContain("内部口径", second.ToString(), StringComparison.Ordinal);
        article = Do(article, ArticleDecisions.Withdraw(article, "过期", As(Acceptor)));
        Assert.Equal(2, Assert.IsType<ArticleWithdrawn>(Assert.Single(Tell())).Version);
        Assert.Empty(Tell());

        List<object> Tell()
        {
            var facts = Announcements.Of(Guid.Empty, article, Now).ToList();
            Assert.All(facts, fact => Assert.Equal(Topics.Knowledge, fact.Topic));
            article = facts.Aggregate(article, (state, fact) => Article.Apply(state, fact.Data));
            return [.. facts.Select(fact => fact.Data)];
        }
    }

    [Fact]
    public void The_same_words_again_change_nothing()
    {
        var article = New(Handler);
        Assert.Empty(Assert.IsType<ArticleDecision.Granted>(ArticleDecisions.Write(article, Content("旧"), As(Handler), "desk")).Facts);
    }

    [Fact]
    public void No_order_of_facts_publishes_two_versions_or_what_its_writer_approved() => Fuzz.Holds(Facts, facts =>
    {
        var article = Article.Apply(null, new ArticleWritten("c", 1, Content("0"), "a", Now, "desk"));
        return facts.All(fact =>
        {
            article = Article.Apply(article, fact);
            return article.Versions.Count(version => version.State == ArticleState.Published) <= 1
                && article.Versions.Take(article.Versions.Count - 1).All(version => version.State is not (ArticleState.Draft or ArticleState.InReview))
                && article.Versions.Where(version => version.State == ArticleState.Published).All(version => !version.Writers.Contains(version.By));
        });
    });

    [Fact]
    public void A_fact_that_comes_again_at_once_changes_nothing() => Fuzz.Holds(Facts, facts =>
    {
        var article = Article.Apply(null, new ArticleWritten("c", 1, Content("0"), "a", Now, "desk"));
        return facts.All(fact =>
        {
            article = Article.Apply(article, fact);
            return ReferenceEquals(article, Article.Apply(article, fact));
        });
    });

    private static Gen<object[]> Facts { get; } = Gen.OneOf(
        from version in Gen.Choose(1, 4)
        from who in Gen.Elements("a", "b", "c")
        from text in Gen.Elements("0", "1", "2")
        select (object)new ArticleWritten("c", version, Content(text), who, Now, "desk"),
        from version in Gen.Choose(1, 4)
        from who in Gen.Elements("a", "b", "c")
        from state in Gen.Elements(ArticleStates.All.Select(state => state.Name()).Append("unknown").ToArray())
        select (object)new ArticleMoved(version, state, who, Now)).ArrayOf();

    private static Article New(StaffUser writer) => Article.Apply(null, new ArticleWritten("c", 1, Content("旧"), writer.Account, Now, "desk"));

    private static ArticleContent Content(string text) => new("标题", text, "city-housing", "依据", [], [], []);

    private static ArticleAsker As(StaffUser user) => new(user, Office, Now);

    private static Article Do(Article article, ArticleDecision decision) => Assert.IsType<ArticleDecision.Granted>(decision).Facts.Aggregate(article, Article.Apply);
}
