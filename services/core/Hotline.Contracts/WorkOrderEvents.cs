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
public sealed record DispatchProposal(
    string Nature, string Category, string Urgency, double Confidence, bool MayDecide, string RuleVersion, IReadOnlyList<string> Reasons, string? Division = null, string? Unit = null);

/// <summary>The office took the appeal up 受理; the citizen's clock starts.</summary>
/// <param name="By">The account that decided, or <c>rules</c>.</param>
/// <param name="DueAt">When the citizen is to have his answer, UTC.</param>
public sealed record WorkOrderAccepted(
    Guid Id, string Number, DateTimeOffset At, string By, string Nature, string Category, string Urgency, DateTimeOffset DueAt, string DueReason, string RuleVersion, string? Division = null);

/// <summary>Answered at once 直接答复, without any unit.</summary>
/// <param name="Basis">The article or rule cited.</param>
/// <param name="Article">The code of the knowledge article it was taken from; null when from none.</param>
/// <param name="ArticleVersion">The version of it, 1 or more; given with <paramref name="Article"/> and only then.</param>
public sealed record WorkOrderAnswered(
    Guid Id, string Number, DateTimeOffset At, string By, string Text, string Basis, string? Article = null, int? ArticleVersion = null);

/// <summary>Given to a unit 转派; its own clock starts now, not when it signs.</summary>
/// <param name="Assignment">1, 2, …: the part after the dash of the assignment's number.</param>
/// <param name="Role">lead 主办 or co 协办.</param>
/// <param name="Parent">The assignment of the station that passed it down; null when it came from the hotline.</param>
/// <param name="Note">For the unit alone.</param>
public sealed record WorkOrderDispatched(
    Guid Id, string Number, int Assignment, DateTimeOffset At, string By, string Unit, string Role, DateTimeOffset DueAt, string DueReason, string RuleVersion, int? Parent = null, string? Note = null);

/// <summary>An assignment 转派件 moved: signed, handling, replied, reviewed, sent back, return asked, return refused, returned.</summary>
/// <param name="State">The state it is in now.</param>
/// <param name="Note">What the one who moved it wrote: reason, finding, internal record.</param>
/// <param name="PublicReply">For <c>replied</c>: what the citizen may read.</param>
/// <param name="ProposedUnit">For <c>return-asked</c>: the unit that should have it.</param>
public sealed record AssignmentChanged(
    Guid Id, string Number, int Assignment, DateTimeOffset At, string By, string State, string? Note = null, string? PublicReply = null, string? ProposedUnit = null);

/// <summary>Every lead assignment is reviewed 办结.</summary>
public sealed record WorkOrderHandled(Guid Id, string Number, DateTimeOffset At, string By, string PublicReply);

/// <summary>The office begins to ask the citizen whether it was solved 回访.</summary>
public sealed record WorkOrderCallbackStarted(Guid Id, string Number, DateTimeOffset At, string By, string? Note = null);

/// <summary>What the citizen added reached the work order.</summary>
public sealed record WorkOrderSupplemented(
    Guid Id, string Number, DateTimeOffset At, Guid SubmissionId, string Text, IReadOnlyList<Attachment>? Attachments = null);

/// <summary>The citizen pressed for an answer.</summary>
public sealed record WorkOrderUrged(Guid Id, string Number, DateTimeOffset At, Guid SubmissionId, string? Text = null);

/// <summary>The office is done 结案.</summary>
/// <param name="Outcome">solved, explained, unreachable, withdrawn.</param>
public sealed record WorkOrderClosed(Guid Id, string Number, DateTimeOffset At, string By, string Outcome, string? Note = null);

/// <summary>Something to tell the citizen, by the channel he came in by.</summary>
/// <param name="Version">1, 2, … within the appeal: tells repeats.</param>
/// <param name="Kind">accepted, dispatched, answered, handled, closed, withdrawn.</param>
/// <param name="State">The work order's state, which tracking shows.</param>
/// <param name="Text">zh-CN, ready to be read.</param>
public sealed record ReplyIssued(Guid AppealId, string Number, string Channel, int Version, DateTimeOffset At, string Kind, string State, string Text);
