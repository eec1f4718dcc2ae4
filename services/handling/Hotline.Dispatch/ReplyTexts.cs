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
    public const string Handled = "handled";
    public const string Closed = "closed";
    public const string Withdrawn = "withdrawn";

    public static string OfAcceptance(WorkOrderAccepted fact) => $"您的诉求（编号{fact.Number}）已受理，将在{Deadlines.Words(fact.DueAt)}前给您答复。";

    public static string OfDispatch(string number, string unitName) => $"您的诉求（编号{number}）已转至{unitName}办理。";

    public static string OfClosing(WorkOrderClosed fact) => fact.Outcome switch
    {
        Outcomes.Solved => $"您的诉求（编号{fact.Number}）已办结并结案，感谢您的反映。",
        Outcomes.Explained => $"您的诉求（编号{fact.Number}）已向您说明情况并结案；如有新的情况，欢迎再次反映。",
        Outcomes.Unreachable => $"您的诉求（编号{fact.Number}）已办结，回访未能联系上您，现予结案；如仍未解决，欢迎再次反映。",
        Outcomes.Withdrawn => $"您的诉求（编号{fact.Number}）已按您的要求撤回。",
        _ => $"您的诉求（编号{fact.Number}）已结案。",
    };
}
