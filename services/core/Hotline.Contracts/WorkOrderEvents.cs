namespace Hotline.Contracts;

/// <summary>A work order 工单 was opened for an appeal; no unit sees it yet.</summary>
/// <param name="Id">Of the work order; equals the appeal's.</param>
/// <param name="Proposal">What the rules propose; a person decides, unless the category is switched on.</param>
public sealed record WorkOrderOpened(Guid Id, string Number, DateTimeOffset At, Appeal Appeal, DispatchProposal Proposal);

/// <summary>What the rules make of an appeal, each part with its reason.</summary>
/// <param name="Nature">One of <see cref="Natures"/>.</param>
/// <param name="Category">Category code of the organization file.</param>
/// <param name="Urgency">normal, urgent or danger.</param>
/// <param name="Confidence">0 to 1: the share of the words found that speak for the category.</param>
/// <param name="MayDecide">Whether the office switched this category on for the rules to decide.</param>
/// <param name="RuleVersion">The version of the organization file.</param>
/// <param name="Reasons">In zh-CN, one per decision.</param>
/// <param name="Division">Division code of the county the place lies in; null when unknown.</param>
/// <param name="Unit">The unit that would get it; null when no rule names one.</param>
/// <param name="MayAnswer">Whether the rules may answer it from the knowledge base: a plain consultation of a category the office switched on for that.</param>
public sealed record DispatchProposal(
    string Nature,
    string Category,
    string Urgency,
    double Confidence,
    bool MayDecide,
    string RuleVersion,
    IReadOnlyList<string> Reasons,
    string? Division = null,
    string? Unit = null,
    bool MayAnswer = false);

/// <summary>The office took the appeal up 受理; the citizen's clock starts.</summary>
/// <param name="By">The account that decided, or <c>rules</c>.</param>
/// <param name="DueAt">When the citizen is to have his answer, UTC.</param>
public sealed record WorkOrderAccepted(
    Guid Id, string Number, DateTimeOffset At, string By, string Nature, string Category, string Urgency, DateTimeOffset DueAt, string DueReason, string RuleVersion, string? Division = null);

/// <summary>Answered at once 直接答复, without any unit.</summary>
/// <param name="Basis">The article or rule cited.</param>
/// <param name="Article">The code of the knowledge article it was taken from; null when from none.</param>
/// <param name="ArticleVersion">The version of it, 1 or more; given with <paramref name="Article"/> and only then.</param>
/// <param name="Reason">Why the rules answered it; null where a person did.</param>
public sealed record WorkOrderAnswered(
    Guid Id, string Number, DateTimeOffset At, string By, string Text, string Basis, string? Article = null, int? ArticleVersion = null, string? Reason = null);

/// <summary>The article a direct answer cites changed, and the citizen was told what holds now; the order's state stays as it is.</summary>
/// <param name="By">The account that had him told.</param>
/// <param name="OldVersion">What he was told before.</param>
/// <param name="Version">What he is told now; greater.</param>
public sealed record WorkOrderAnswerChanged(
    Guid Id, string Number, DateTimeOffset At, string By, string Article, int OldVersion, int Version, string Text, string Basis);

/// <summary>Given to a unit 转派; its own clock starts now, not when it signs.</summary>
/// <param name="Assignment">1, 2, …: the part after the dash of the assignment's number.</param>
/// <param name="Role">lead 主办 or co 协办.</param>
/// <param name="Parent">The assignment of the station that passed it down; null when it came from the hotline.</param>
/// <param name="Note">For the unit alone.</param>
public sealed record WorkOrderDispatched(
    Guid Id, string Number, int Assignment, DateTimeOffset At, string By, string Unit, string Role, DateTimeOffset DueAt, string DueReason, string RuleVersion, int? Parent = null, string? Note = null);

/// <summary>
/// An assignment 转派件 moved: signed, handling, drafted, draft returned, replied, reviewed, sent back, return asked, return refused, returned. A draft 拟办
/// waits for the unit's head 签发 and is the unit's own affair: it counts for nothing until <c>replied</c>.
/// </summary>
/// <param name="By">Who moved it; for <c>replied</c> where the unit issues, its head.</param>
/// <param name="State">The state it is in now.</param>
/// <param name="Note">What the one who moved it wrote: reason, finding, internal record.</param>
/// <param name="PublicReply">For <c>replied</c>: what the citizen may read; for <c>drafted</c>: what he may read once it is issued.</param>
/// <param name="ProposedUnit">For <c>return-asked</c>: the unit that should have it.</param>
/// <param name="Claim">For <c>drafted</c> and <c>replied</c>: what the unit says it did; held against what the citizen says.</param>
/// <param name="PromisedFor">For <c>drafted</c> and <c>replied</c>: the day by which the unit promises to have solved it 承诺件; null when it promises nothing.</param>
/// <param name="Proofs">For <c>drafted</c> and <c>replied</c>: the photos and documents it rests on; null when there are none, and in records of before there were any.</param>
public sealed record AssignmentChanged(
    Guid Id,
    string Number,
    int Assignment,
    DateTimeOffset At,
    string By,
    string State,
    string? Note = null,
    string? PublicReply = null,
    string? ProposedUnit = null,
    HandlingClaim? Claim = null,
    DateOnly? PromisedFor = null,
    IReadOnlyList<ReplyProof>? Proofs = null);

/// <summary>A photo or document 证明材料 a unit's reply rests on. Its bytes stay with dispatch, for the office alone: a photo's own place and time are in them.</summary>
/// <param name="Proof">1, 2, … within the assignment.</param>
/// <param name="Kind">One of <see cref="ProofKinds"/>.</param>
/// <param name="MediaType">By its first bytes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its bytes, lower-case hex.</param>
public sealed record ReplyProof(int Proof, string Kind, string MediaType, long Size, string Sha256);

/// <summary>What a unit says of its handling; null where it did not say.</summary>
/// <param name="Contacted">已联系: whether it spoke with the citizen.</param>
/// <param name="ContactedAt">When.</param>
/// <param name="Solved">是否解决.</param>
/// <param name="UnsolvedReason">未解决原因, for the office.</param>
public sealed record HandlingClaim(bool? Contacted = null, DateTimeOffset? ContactedAt = null, bool? Solved = null, string? UnsolvedReason = null);

/// <summary>Every lead assignment is reviewed 办结.</summary>
public sealed record WorkOrderHandled(Guid Id, string Number, DateTimeOffset At, string By, string PublicReply);

/// <summary>The reply names a day 承诺件: the citizen is asked after it, and until then it counts as neither solved nor unsolved.</summary>
/// <param name="For">The day, in the office's time.</param>
public sealed record WorkOrderPromised(Guid Id, string Number, DateTimeOffset At, DateOnly For);

/// <summary>The citizen is to be asked whether it was solved 回访.</summary>
/// <param name="By"><c>rules</c>; in records of before there was a callback service, the account that asked.</param>
/// <param name="Round">1 for the first handling, one more after each redo.</param>
/// <param name="DueAt">When he is to have been asked, UTC; null in old records.</param>
public sealed record WorkOrderCallbackStarted(Guid Id, string Number, DateTimeOffset At, string By, string? Note = null, int Round = 1, DateTimeOffset? DueAt = null);

/// <summary>The citizen says it is not solved, or is not content; somebody who had no part in it looks at it 复核.</summary>
/// <param name="By"><c>citizen</c>.</param>
/// <param name="Ground">not-solved, not-content, written: he wrote by his channel while he was asked, or reopened: he wrote again after it was closed.</param>
/// <param name="Round">The round of the callback it follows.</param>
/// <param name="Text">His words; null where he left none.</param>
/// <param name="AnsweredAt">The time of the answer that led to it, UTC; null when none did.</param>
public sealed record WorkOrderReviewOpened(
    Guid Id, string Number, DateTimeOffset At, string By, string Ground, int Round, string? Text = null, DateTimeOffset? AnsweredAt = null);

/// <summary>The review found the citizen right: it is handled again 重办.</summary>
/// <param name="Round">Of the callback that will follow: 2 or 3.</param>
/// <param name="Reason">For the unit.</param>
public sealed record WorkOrderRedone(Guid Id, string Number, DateTimeOffset At, string By, int Round, string Reason);

/// <summary>Handled again as often as it may be, and still not content: the order waits for oversight 督办.</summary>
public sealed record OversightWanted(Guid Id, string Number, DateTimeOffset At, string Reason);

/// <summary>What the citizen added reached the work order.</summary>
public sealed record WorkOrderSupplemented(
    Guid Id, string Number, DateTimeOffset At, Guid SubmissionId, string Text, IReadOnlyList<Attachment>? Attachments = null);

/// <summary>The citizen pressed for an answer.</summary>
public sealed record WorkOrderUrged(Guid Id, string Number, DateTimeOffset At, Guid SubmissionId, string? Text = null);

/// <summary>The office is done 结案.</summary>
/// <param name="Outcome">solved, explained, answered, unreachable, unanswered, withdrawn.</param>
/// <param name="Explanation">For explained: what the citizen is told.</param>
/// <param name="Evidence">For explained: what the explanation rests on; internal.</param>
/// <param name="AnsweredAt">The time of the citizen's answer that led to it, UTC; null when none did.</param>
public sealed record WorkOrderClosed(
    Guid Id,
    string Number,
    DateTimeOffset At,
    string By,
    string Outcome,
    string? Note = null,
    string? Explanation = null,
    string? Evidence = null,
    DateTimeOffset? AnsweredAt = null);

/// <summary>Something to tell the citizen, by the channel he came in by.</summary>
/// <param name="Version">1, 2, … within the appeal: tells repeats.</param>
/// <param name="Kind">accepted, dispatched, answered, answer-changed, handled, promised, callback, review, redo, closed, withdrawn.</param>
/// <param name="State">The work order's state, which tracking shows.</param>
/// <param name="Text">zh-CN, ready to be read.</param>
/// <param name="Replaces">For answer-changed: the version of the reply that no longer holds.</param>
public sealed record ReplyIssued(
    Guid AppealId, string Number, string Channel, int Version, DateTimeOffset At, string Kind, string State, string Text, int? Replaces = null);
