using System.Globalization;
using Hotline.Contracts;

namespace Hotline.Dispatch;

/// <summary>What citizens read when their appeal moves on. No internal note and no name of staff ever enters.</summary>
internal static class ReplyTexts
{
    /// <summary>Whom to call at once; the hotline takes no emergencies on.</summary>
    public const string Danger = "danger";
    public const string Accepted = "accepted";
    public const string Dispatched = "dispatched";
    public const string Answered = "answered";

    /// <summary>What an earlier answer said no longer holds.</summary>
    public const string AnswerChanged = "answer-changed";
    public const string Handled = "handled";
    public const string Promised = "promised";

    /// <summary>How he can say whether it was solved.</summary>
    public const string Callback = "callback";
    public const string Review = "review";
    public const string Redo = "redo";
    public const string Closed = "closed";
    public const string Withdrawn = "withdrawn";

    /// <summary>What he adds comes too late to be looked at.</summary>
    public const string TooLate = "too-late";

    public static string OfAcceptance(WorkOrderAccepted fact) => $"您的诉求（编号{fact.Number}）已受理，将在{Deadlines.Words(fact.DueAt)}前给您答复。";

    public static string OfDispatch(string number, string unitName) => $"您的诉求（编号{number}）已转至{unitName}办理。";

    /// <summary>An answer by rule: he may always have a person look.</summary>
    public static string OfArticle(ArticlePublished article) => $"{article.Text}\n依据：{article.Basis}\n（以上由知识库自动答复。如未解答您的问题，欢迎补充或再次反映，我们会安排人工答复。）";

    /// <summary>As an answer is: it may stand where everybody reads, so without the number.</summary>
    public static string OfChange(DateTimeOffset toldAt, AnswerRecalled recalled) =>
        $"我们{OfficeTime.Day(toldAt).ToString("yyyy'年'M'月'd'日'", CultureInfo.InvariantCulture)}给您的答复，所依据的内容已有变化，请以此次答复为准：\n{recalled.Text}\n依据：{recalled.Basis}";

    public static string OfPromise(WorkOrderPromised fact) => $"您的诉求（编号{fact.Number}）一时难以解决，承办单位承诺在{fact.For.ToString("yyyy'年'M'月'd'日'", CultureInfo.InvariantCulture)}前解决，到时我们会回访您。";

    public static string OfReview(WorkOrderReviewOpened fact) => $"您的诉求（编号{fact.Number}）我们将安排未参与办理的人员复核，结果会告知您。";

    public static string OfRedo(WorkOrderRedone fact) => $"您的诉求（编号{fact.Number}）经复核，将重新办理。";

    public static string OfTooLate(string number) => $"您的诉求（编号{number}）已结案，您新补充的内容已记录，但不再转办。如问题仍在或又有新的情况，请重新提交诉求，我们会另行受理。";

    public static string OfClosing(WorkOrderClosed fact) => fact.Outcome switch
    {
        Outcomes.Explained when fact.Explanation is { } explanation => $"您的诉求（编号{fact.Number}）经复核，向您说明如下：{explanation}",
        Outcomes.Answered => $"您的诉求（编号{fact.Number}）已答复并结案；如有新的情况，欢迎补充或再次反映。",
        Outcomes.Unanswered => $"您的诉求（编号{fact.Number}）已办结并结案；如仍未解决，欢迎补充或再次反映。",
        Outcomes.Solved => $"您的诉求（编号{fact.Number}）已办结并结案，感谢您的反映。",
        Outcomes.Explained => $"您的诉求（编号{fact.Number}）已向您说明情况并结案；如有新的情况，欢迎再次反映。",
        Outcomes.Unreachable => $"您的诉求（编号{fact.Number}）已办结，回访未能联系上您，现予结案；如仍未解决，欢迎再次反映。",
        Outcomes.Withdrawn => $"您的诉求（编号{fact.Number}）已按您的要求撤回。",
        _ => $"您的诉求（编号{fact.Number}）已结案。",
    };
}
