namespace Hotline.Contracts;

/// <summary>CloudEvents types on the topics. Within v1 types and fields are only added; readers skip types they do not know.</summary>
public static class EventTypes
{
    public const string AppealReceived = "hotline.appeal.received.v1";
    public const string AppealSupplemented = "hotline.appeal.supplemented.v1";
    public const string AppealUrged = "hotline.appeal.urged.v1";
    public const string AppealWithdrawn = "hotline.appeal.withdrawn.v1";
    public const string AppealRated = "hotline.appeal.rated.v1";
    public const string AppealCalled = "hotline.appeal.called.v1";

    public const string WorkOrderOpened = "hotline.work-order.opened.v1";
    public const string WorkOrderAccepted = "hotline.work-order.accepted.v1";
    public const string WorkOrderAnswered = "hotline.work-order.answered.v1";
    public const string WorkOrderDispatched = "hotline.work-order.dispatched.v1";
    public const string AssignmentChanged = "hotline.assignment.changed.v1";
    public const string WorkOrderHandled = "hotline.work-order.handled.v1";
    public const string WorkOrderCallbackStarted = "hotline.work-order.callback-started.v1";
    public const string WorkOrderPromised = "hotline.work-order.promised.v1";
    public const string WorkOrderReviewOpened = "hotline.work-order.review-opened.v1";
    public const string WorkOrderRedone = "hotline.work-order.redone.v1";
    public const string OversightWanted = "hotline.work-order.oversight-wanted.v1";
    public const string WorkOrderSupplemented = "hotline.work-order.supplemented.v1";
    public const string WorkOrderUrged = "hotline.work-order.urged.v1";
    public const string WorkOrderAnswerChanged = "hotline.work-order.answer-changed.v1";
    public const string WorkOrderClosed = "hotline.work-order.closed.v1";

    public const string CallbackAsked = "hotline.callback.asked.v1";
    public const string CallbackCallOrdered = "hotline.callback.call-ordered.v1";
    public const string CallbackCallWithdrawn = "hotline.callback.call-withdrawn.v1";
    public const string CallbackTried = "hotline.callback.tried.v1";
    public const string CallbackAnswered = "hotline.callback.answered.v1";
    public const string CallbackEnded = "hotline.callback.ended.v1";

    public const string ArticlePublished = "hotline.article.published.v1";
    public const string ArticleWithdrawn = "hotline.article.withdrawn.v1";
    public const string AnswerProposed = "hotline.answer.proposed.v1";
    public const string AnswerRecalled = "hotline.answer.recalled.v1";

    public const string ReplyIssued = "hotline.reply.issued.v1";
    public const string DeadLettered = "hotline.dead-letter.v1";
}
