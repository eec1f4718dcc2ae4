using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch.Articles;

/// <summary>What becomes of an order by what the knowledge base says: an answer by rule, and what holds now in place of an answer that no longer does. Pure.</summary>
internal static class AnswerDecisions
{
    /// <summary>Answers from the article, by rule; null when that is for people: somebody took the order up, the citizen added something, or the article holds no more.</summary>
    /// <param name="article">Null when it is not known here.</param>
    /// <param name="samplePercent">How many of a hundred direct answers the citizen is asked about.</param>
    public static WorkOrderChange? ByRule(
        WorkOrder order, AnswerProposed proposed, CitableArticle? article, Organization organization, DateTimeOffset now, int samplePercent)
    {
        var proposal = order.Opened.Proposal;
        if (order.State != WorkOrderState.Received || !proposal.MayAnswer || !order.Supplements.IsEmpty || article?.Holds(proposed.Version, OfficeTime.Day(now)) != true)
        {
            return null;
        }

        var (text, basis) = (ReplyTexts.OfArticle(article.Published), article.Published.Basis);
        var change = new WorkOrderChange(order, now);
        WorkOrderDecisions.Accept(change, organization, WorkOrderDecisions.ByRules, proposal.Nature, proposal.Category, proposal.Division, proposal.Urgency);
        return WorkOrderDecisions.Answer(
            change,
            new(order.Id, order.Number, now, WorkOrderDecisions.ByRules, text, basis, proposed.Article, proposed.Version, proposed.Reason),
            organization,
            samplePercent);
    }

    /// <summary>
    /// Tells him what holds now, once per version, whatever the state, which stays as it is. Null when there is nothing (left) to tell: the last he was
    /// told is not that article's, or is this version or a later one.
    /// </summary>
    public static WorkOrderChange? Change(WorkOrder order, AnswerRecalled recalled, DateTimeOffset now)
    {
        if (order.Answer is not { ArticleVersion: { } first } answer || answer.Article != recalled.Article || order.Handling?.At > answer.At)
        {
            return null;
        }

        var told = order.ChangedAnswer?.Version ?? first;
        return recalled.Version > told
            ? new WorkOrderChange(order, now)
                .Record(new WorkOrderAnswerChanged(order.Id, order.Number, now, recalled.By, recalled.Article, told, recalled.Version, recalled.Text, recalled.Basis))
                .Tell(ReplyTexts.AnswerChanged, ReplyTexts.OfChange(order.ChangedAnswer?.At ?? answer.At, recalled), order.AnsweringReply)
            : null;
    }
}
