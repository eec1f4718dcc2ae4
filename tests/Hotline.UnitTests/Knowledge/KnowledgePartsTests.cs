using System.Text;
using Hotline.Knowledge;
using Hotline.Knowledge.Exchange;
using Hotline.Knowledge.Feedback;
using Hotline.Knowledge.Orders;
using Hotline.Knowledge.Proposals;
using Hotline.Ports;
using Hotline.UnitTests.Dispatching;

namespace Hotline.UnitTests.Knowledge;

/// <summary>Rows of a JSON file, tokens of readers, and which closed orders become drafts.</summary>
public sealed class KnowledgePartsTests
{
    [Fact]
    public void Each_element_has_its_own_errors()
    {
        var rows = ArticleJson.Read(Encoding.UTF8.GetBytes("""[{"id":"1","title":"a"},{"id":"2","titel":"b"},7,{"id":"3","id":"4"}]""")).ToList();
        Assert.Equal([0, 1, 1, 1], rows.Select(row => row.Errors.Count));
        Assert.Equal([1, 2, 3, 4], rows.Select(row => row.Number));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("")]
    public void What_is_no_array_is_refused(string json) => Assert.Throws<InvalidDataException>(() => ArticleJson.Read(Encoding.UTF8.GetBytes(json)).ToList());

    [Fact]
    public void A_readers_token_holds_for_its_article_and_thirty_days()
    {
        var time = new TestTime();
        var tokens = new FeedbackTokens(new OneKey(), time);
        var token = tokens.Issue("abc", 3);
        Assert.Equal(3, tokens.Verify("abc", token)!.Value.Version);
        Assert.NotEqual(token, tokens.Issue("abc", 3));
        Assert.Null(tokens.Verify("abd", token));
        Assert.Null(tokens.Verify("abc", null));
        Assert.Null(tokens.Verify("abc", new string('A', 48)));
        Assert.All(Enumerable.Range(0, token.Length), at => Assert.Null(tokens.Verify("abc", $"{token[..at]}{(token[at] == 'x' ? 'y' : 'x')}{token[(at + 1)..]}")));
        time.Now += TimeSpan.FromDays(31);
        Assert.Null(tokens.Verify("abc", token));
    }

    [Theory]
    [InlineData("consultation", null, "explained", true)]
    [InlineData("consultation", "abc", "explained", false)]
    [InlineData("consultation", null, "withdrawn", false)]
    [InlineData("complaint", null, "solved", false)]
    public void A_consultation_that_was_answered_from_no_article_is_worth_a_draft(string nature, string? article, string outcome, bool worth)
    {
        OrderNoted[] facts =
        [
            new("n", AnsweredOrder.Opened, default, Title: "供暖时间", Nature: "help"),
            new("n", AnsweredOrder.Accepted, default, Nature: nature),
            new("n", AnsweredOrder.Answered, default, Text: "十一月", Article: article, Version: article is null ? null : 1),
            new("n", AnsweredOrder.Closed, default, Outcome: outcome),
        ];
        var order = facts.Concat(facts).Aggregate((AnsweredOrder?)null, AnsweredOrder.Apply)!;
        Assert.Equal(worth, order.IsWorthADraft);
        Assert.False(facts.Take(3).Aggregate((AnsweredOrder?)null, AnsweredOrder.Apply)!.IsWorthADraft);
        Assert.False(facts.Skip(1).Aggregate((AnsweredOrder?)null, AnsweredOrder.Apply)!.IsWorthADraft); // the citizen asked for confidence
    }

    [Theory]
    [InlineData(59.9, 0, false)]
    [InlineData(60, 0, true)]
    [InlineData(90, 60, true)]
    [InlineData(90, 61, false)]
    public void An_article_answers_by_itself_only_when_it_scores_enough_and_clear_of_the_next(double best, double next, bool clear)
    {
        ArticleProposal[] items = [new("a", 1, "甲", best, []), .. next == 0 ? Array.Empty<ArticleProposal>() : [new("b", 1, "乙", next, [])]];
        Assert.Equal(clear ? "a" : null, ProposalDesk.Clear(items, new KnowledgeOptions())?.Code);
        Assert.Null(ProposalDesk.Clear([], new KnowledgeOptions()));
    }

    [Theory]
    [InlineData("", null, true)]
    [InlineData("141102", null, false)]
    [InlineData("141102", "141102", true)]
    [InlineData("141102", "141102001", true)]
    [InlineData("141102001", "141102", false)]
    [InlineData("141181;141102", "141102", true)]
    public void An_article_for_some_regions_answers_only_what_is_known_to_lie_there(string regions, string? division, bool holds) => Assert.Equal(
        holds,
        ProposalDesk.HoldsIn(new("题", "文", "hotline", "据", [], [], regions.Split(';', StringSplitOptions.RemoveEmptyEntries)), division));

    [Fact]
    public void What_was_said_last_counts_and_each_version_is_told_once()
    {
        var at = DateTimeOffset.UnixEpoch;
        OrderNoted[] facts =
        [
            new("n", AnsweredOrder.Answered, at, Text: "一", Article: "abc", Version: 1),
            new("n", AnsweredOrder.Changed, at.AddDays(1), Article: "abc", Version: 2),
            new("n", AnsweredOrder.Changed, at.AddDays(2), Article: "other", Version: 7),
        ];
        var order = facts.Concat(facts).Aggregate((AnsweredOrder?)null, AnsweredOrder.Apply)!;
        Assert.Equal(2, order.ToldVersion);
        Assert.Single(order.Changes);
        Assert.Equal(["abc", "abc/1", "abc/2"], AnsweredOrder.Type.Indexes.Single().Values(order));
        Assert.NotNull(AnswerRecalls.ReasonNotTo(order, "abc", 2));
        Assert.Null(AnswerRecalls.ReasonNotTo(order, "abc", 3));
        Assert.NotNull(AnswerRecalls.ReasonNotTo(order, "other", 8));
        Assert.NotNull(AnswerRecalls.ReasonNotTo(order with { Recall = new(Guid.Empty, "n", at, "acceptor-01", "abc", 2, 3, "三", "据") }, "abc", 3));

        var handled = AnsweredOrder.Apply(order, new("n", AnsweredOrder.Handled, at.AddDays(3), Text: "已办"));
        Assert.NotNull(AnswerRecalls.ReasonNotTo(handled, "abc", 3));
        Assert.Empty(AnsweredOrder.Type.Indexes.Single().Values(handled));
        Assert.Same(handled, AnsweredOrder.Apply(handled, facts[0]));
    }

    private sealed class OneKey : IServiceKeys
    {
        public ISealer Sealer(string service, string purpose) => throw new NotSupportedException();

        public byte[] Derive(string service, string purpose, int length = 32) => Encoding.UTF8.GetBytes($"{service}/{purpose}");
    }
}
