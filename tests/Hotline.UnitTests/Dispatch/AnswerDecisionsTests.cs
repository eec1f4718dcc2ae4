using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Dispatch.Articles;
using Hotline.Hosting;
using Hotline.Ports;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Hotline.UnitTests.Dispatching;

/// <summary>Which answers may cite an article, which appeals the rules answer, and what becomes of an answer when its article changes.</summary>
public sealed class AnswerDecisionsTests
{
    private static readonly Guid ArticleId = new("01980000-0000-7000-8000-0000000000a1");
    private static readonly CloudEvent Envelope = new("e/1", "/hotline/knowledge", EventTypes.ArticlePublished, Appeals.ReceivedAt, ArticleId, default);
    private static readonly ArticlePublished First = new(ArticleId, "abc", 1, Appeals.ReceivedAt, "养老保险", "每年一月起缴费。", "办法第三条");
    private static readonly DateOnly Today = new(2026, 3, 2);

    private static readonly Organization Office = new(
        Staff.Office.Data with { Categories = [.. Staff.Office.Data.Categories.Select(c => c.Code is "social-security" or "street-lights" ? c with { Answer = true } : c)] },
        Staff.Office.Calendar);

    [Theory]
    [InlineData("abc", 1, null)]
    [InlineData("abd", 1, "article")]
    [InlineData("abc", 2, "articleVersion")]
    public void An_answer_cites_the_version_that_holds(string code, int version, string? field)
    {
        var story = new Story().Accept();
        var article = code == First.Code ? new CitableArticle(First) : null;
        var decision = story.Try(Staff.Agent, (o, r) => WorkOrderDecisions.Answer(o, new("答", "依据", code, version), r, article));

        Assert.Equal(field, decision is Decision.Invalid invalid ? Assert.Single(invalid.Errors).Field : null);
    }

    [Fact]
    public void Neither_what_was_taken_down_nor_what_does_not_hold_today_is_cited()
    {
        var article = new CitableArticle(First with { ValidFrom = Today, ValidTo = Today });
        Assert.Empty(CitableArticle.Check(article, "abc", 1, Today));
        Assert.Contains("自2026年3月2日至2026年3月2日有效", Assert.Single(CitableArticle.Check(article, "abc", 1, Today.AddDays(1))).Message, StringComparison.Ordinal);
        Assert.Single(CitableArticle.Check(article, "abc", 1, Today.AddDays(-1)));

        var down = CitableArticle.Apply(article, new ArticleWithdrawn(ArticleId, "abc", 1, Appeals.ReceivedAt));
        Assert.Contains("已撤下", Assert.Single(CitableArticle.Check(down, "abc", 1, Today)).Message, StringComparison.Ordinal);
        Assert.Same(down, CitableArticle.Apply(down, First));
        Assert.Empty(CitableArticle.Check(CitableArticle.Apply(down, First with { Version = 2 }), "abc", 2, Today));
    }

    [Fact]
    public async Task What_is_published_is_kept_once_and_the_older_changes_nothing()
    {
        var store = new MemoryDocuments<CitableArticle>(CitableArticle.Type);
        var handler = new ArticleEventsHandler(store, new TestTime());
        foreach (var fact in new[] { First, First with { Version = 2 }, First, First with { Version = 2 } })
        {
            await handler.HandleAsync(fact, Envelope, default);
        }

        await handler.HandleAsync(new ArticleWithdrawn(ArticleId, "abc", 1, Appeals.ReceivedAt), Envelope, default);
        var document = (await store.FindAsync("abc", default))!;
        Assert.Equal((2, 2, false), (document.Version, document.State.Published.Version, document.State.IsWithdrawn));
        Assert.All(store.Published, fact => Assert.Null(fact.Topic)); // a copy is nobody else's news
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await handler.HandleAsync(new ArticleWithdrawn(Guid.Empty, "x", 1, default), Envelope, default));
    }

    [Fact]
    public void Only_a_plain_consultation_where_it_is_switched_on_may_be_answered_by_rule()
    {
        var appeal = Appeals.Of("养老保险", "请问养老保险怎么缴费");
        Assert.True(Propose(appeal).MayAnswer);
        Assert.False(new DispatchRules(Staff.Office).Propose(appeal).MayAnswer);
        Assert.False(Propose(appeal with { Nature = Natures.Complaint }).MayAnswer);
        Assert.False(Propose(appeal with { Confidential = true }).MayAnswer);
        Assert.False(Propose(appeal with { Addressee = "市长" }).MayAnswer);
        Assert.False(Propose(appeal with { Attachments = [new("a.jpg", "image/jpeg", 3, "00")] }).MayAnswer);
        Assert.False(Propose(appeal with { Text = "请问养老保险怎么缴费，有人触电了" }).MayAnswer);
        Assert.False(Propose(Appeals.Of("医保", "请问医保怎么报销")).MayAnswer); // another category
    }

    [Fact]
    public void A_consultation_that_may_be_answered_is_not_dispatched_by_rule_first()
    {
        var lights = Appeals.Of("路灯", "请问离石区滨河街道路灯几点亮") with { Nature = Natures.Consultation };
        var proposal = Propose(lights);

        Assert.Equal((true, false), (proposal.MayAnswer, proposal.MayDecide));
        Assert.True(Propose(lights with { Nature = Natures.Help }).MayDecide);
    }

    [Fact]
    public void The_rules_answer_with_text_basis_version_and_reason()
    {
        var story = Asked();
        story.Take(ByRule(story.Order)!.Facts);

        var answer = story.Order.Answer!;
        Assert.Equal(("rules", "abc", 1, "办法第三条", "理由"), (answer.By, answer.Article, answer.ArticleVersion, answer.Basis, answer.Reason));
        Assert.Equal((WorkOrderState.Closed, Outcomes.Answered), (story.Order.State, story.Order.Closing!.Outcome));
        Assert.Equal(["accepted", "answered", "closed"], story.Replies.Select(reply => reply.Kind));
        Assert.StartsWith("每年一月起缴费。\n依据：办法第三条\n", answer.Text, StringComparison.Ordinal);
        Assert.Null(ByRule(story.Order)); // once
        Assert.True(ReviewDecisions.IsReopening(story.Order, story.Now, 10)); // a supplement brings a person
        Assert.Equal(WorkOrderState.Callback, Asked().Take(ByRule(Asked().Order, samplePercent: 100)!.Facts).Order.State);
    }

    [Fact]
    public void The_rules_answer_nothing_that_a_person_took_up_that_was_added_to_or_whose_article_changed()
    {
        Assert.Null(ByRule(Asked().Accept("consultation", "social-security").Order));
        var added = new WorkOrderSupplemented(Appeals.Id, "n", Appeals.ReceivedAt, Guid.Empty, "另有情况");
        Assert.Null(ByRule(Asked().Take([new NewFact(added, Appeals.ReceivedAt)]).Order));
        Assert.Null(ByRule(Asked().Order, First with { Version = 2 }));
        Assert.Null(ByRule(Asked().Order, First with { ValidTo = Today.AddDays(-1) }));
        Assert.Null(AnswerDecisions.ByRule(Asked().Order, Proposed, null, Office, Appeals.ReceivedAt, 0));
        Assert.Null(ByRule(new Story().Order)); // not switched on
    }

    [Fact]
    public void A_changed_answer_names_the_reply_it_replaces_once_per_version_and_moves_nothing()
    {
        var story = Answered();
        var answered = story.Replies.Single(reply => reply.Kind == "answered").Version;
        story.Take(Change(story, 2)!.Facts);

        var told = story.Replies.Last();
        Assert.Equal(("answer-changed", "closed", answered), (told.Kind, told.State, told.Replaces));
        Assert.All(["2026年3月2日给您的答复", "第2版的内容", "新依据"], part => Assert.Contains(part, told.Text, StringComparison.Ordinal));
        Assert.Null(Change(story, 2));
        Assert.Null(Change(story, 1));
        Assert.Null(Change(story, 3, "other"));

        story.Take(Change(story, 4)!.Facts);
        Assert.Equal((told.Version, 2, 4), (story.Replies.Last().Replaces, story.Order.ChangedAnswer!.OldVersion, story.Order.ChangedAnswer.Version));
        Assert.Equal(WorkOrderState.Closed, story.Order.State);
    }

    [Fact]
    public void Whom_a_unit_answered_since_is_not_told_of_the_article()
    {
        var story = Answered().Reopen().Redo("city-housing").Handle(Staff.CityHousing, 1, Staff.Dispatcher);
        Assert.Null(Change(story, 2));
        Assert.Null(Change(new Story().Accept().Answer(), 2)); // cited none
    }

    [Fact]
    public async Task The_event_delivered_twice_tells_once()
    {
        var store = new MemoryDocuments<WorkOrder>(WorkOrderDocument.Type);
        var articles = new MemoryDocuments<CitableArticle>(CitableArticle.Type);
        var time = new TestTime { Now = Appeals.ReceivedAt };
        await new ArticleEventsHandler(articles, time).HandleAsync(First, Envelope, default);
        var appeal = Appeals.Of("养老保险", "请问养老保险怎么缴费");
        await store.AddOnceAsync(new NewDocument(appeal.Id, appeal.Number, WorkOrderDecisions.Open(appeal, Propose(appeal), Office, time.Now).Facts), default);
        var handler = new AnswerEventsHandler(store, articles, Office, Options.Create(new DispatchOptions { SamplePercent = 0 }), time, NullLogger<AnswerEventsHandler>.Instance);
        for (var delivery = 0; delivery < 2; delivery++)
        {
            await handler.HandleAsync(Proposed, Envelope, default);
            await handler.HandleAsync(Recalled(2), Envelope, default);
        }

        Assert.Equal(["accepted", "answered", "closed", "answer-changed"], store.Published.Select(fact => fact.Data).OfType<ReplyIssued>().Select(reply => reply.Kind));
    }

    private static AnswerProposed Proposed => new(Appeals.Id, "n", Appeals.ReceivedAt, "abc", 1, 99, "理由");

    private static DispatchProposal Propose(Appeal appeal) => new DispatchRules(Office).Propose(appeal);

    private static WorkOrderChange? ByRule(WorkOrder order, ArticlePublished? article = null, int samplePercent = 0) =>
        AnswerDecisions.ByRule(order, Proposed, new CitableArticle(article ?? First), Office, Appeals.ReceivedAt.AddMinutes(1), samplePercent);

    private static WorkOrderChange? Change(Story story, int version, string article = "abc") => AnswerDecisions.Change(story.Order, Recalled(version, article), story.Now);

    private static AnswerRecalled Recalled(int version, string article = "abc") =>
        new(Appeals.Id, "n", Appeals.ReceivedAt, "acceptor-01", article, 1, version, $"第{version}版的内容", "新依据");

    /// <summary>An appeal the rules may answer.</summary>
    private static Story Asked() => new(Appeals.Of("养老保险", "请问养老保险怎么缴费"), Office);

    private static Story Answered() =>
        new Story().Accept().Do(Staff.Agent, (o, r) => WorkOrderDecisions.Answer(o, new("每年一月。", "办法", "abc", 1), r, new CitableArticle(First)));
}
