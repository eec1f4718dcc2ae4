using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Dispatch;

/// <summary>A line of a list.</summary>
/// <param name="Addressee">The leader or mailbox the citizen wrote to, who is to read it first 阅批; null where the channel has none.</param>
/// <param name="Version">For If-Match.</param>
/// <param name="Color">Of the citizen's clock, or of the acceptance while that is awaited; null when none runs.</param>
/// <param name="ProposedUnit">The unit the rules proposed; null below the hotline, or when no rule names one.</param>
/// <param name="Assignments">The shares he may see.</param>
public sealed record WorkOrderLine(
    string Number,
    int Version,
    string State,
    string StateTitle,
    string Title,
    string Nature,
    string Category,
    string CategoryTitle,
    string Urgency,
    string? Addressee,
    string Channel,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? DueAt,
    string? Color,
    bool OversightWanted,
    string? ProposedUnit,
    IReadOnlyList<AssignmentLine> Assignments);

/// <summary>A unit's share in a line of a list.</summary>
/// <param name="Color">Of the unit's own clock; null when it runs no more.</param>
public sealed record AssignmentLine(
    int Assignment, int? Parent, string Unit, string UnitName, string Role, string State, string StateTitle, DateTimeOffset DueAt, string? Color);

/// <summary>A page of a list.</summary>
/// <param name="Next">What to pass as <c>after</c> for the next page; null at the end.</param>
public sealed record WorkOrderPage(IReadOnlyList<WorkOrderLine> Items, long? Next);

/// <summary>A work order as one member of staff may see it.</summary>
/// <param name="Version">For If-Match.</param>
/// <param name="PublishedAt">When the platform showed it to the public; null where the channel publishes nothing.</param>
/// <param name="Addressee">The leader or mailbox the citizen wrote to, who is to read it first 阅批; null where the channel has none.</param>
/// <param name="Source">The entry of the channel it came by; null where the channel has one.</param>
/// <param name="Marks">What the channel noticed and whoever decides should know: places that disagree, an old photo.</param>
/// <param name="ContactRef">Hidden from units when the citizen is anonymous or asked for confidence.</param>
/// <param name="PromisedFor">The day the reply names 承诺件.</param>
/// <param name="Redos">How often it was sent to be handled again 重办.</param>
/// <param name="Review">The latest; also after it was decided.</param>
/// <param name="Proposal">What the rules proposed; a station finds in it the unit they would pass it to.</param>
public sealed record WorkOrderView(
    string Number,
    int Version,
    string State,
    string StateTitle,
    string Channel,
    string? Source,
    string? Addressee,
    DateTimeOffset? PublishedAt,
    DateTimeOffset ReceivedAt,
    string Nature,
    string Category,
    string CategoryTitle,
    string? Division,
    string Urgency,
    DateTimeOffset? DueAt,
    string? DueReason,
    string Title,
    string Text,
    Place? Place,
    DateTimeOffset? OccurredAt,
    IReadOnlyList<Attachment> Attachments,
    Guid? ContactRef,
    IReadOnlyList<string>? Marks,
    IReadOnlyList<string> Reach,
    bool Anonymous,
    bool Confidential,
    DispatchProposal Proposal,
    IReadOnlyList<AssignmentView> Assignments,
    IReadOnlyList<SupplementView> Supplements,
    int Urges,
    AnswerView? Answer,
    string? PublicReply,
    DateOnly? PromisedFor,
    int Redos,
    ReviewView? Review,
    bool OversightWanted,
    ClosingView? Closing);

/// <summary>What the citizen says against the handling; a redo or an explanation answers it.</summary>
/// <param name="Ground">not-solved, not-content or reopened.</param>
public sealed record ReviewView(DateTimeOffset At, string Ground, string? Text);

/// <summary>A direct answer.</summary>
/// <param name="Reason">Why the rules gave it; null where a person did.</param>
/// <param name="Changed">What the citizen was told in its place when the article changed; null while he was told nothing else.</param>
public sealed record AnswerView(DateTimeOffset At, string By, string Text, string Basis, string? Article, int? ArticleVersion, string? Reason, ChangedAnswerView? Changed);

/// <summary>What holds in place of an earlier answer.</summary>
public sealed record ChangedAnswerView(DateTimeOffset At, string By, int ArticleVersion, string Text, string Basis);

/// <summary>How it was closed.</summary>
/// <param name="Evidence">What an explanation rests on; for the hotline.</param>
public sealed record ClosingView(DateTimeOffset At, string By, string Outcome, string? Note, string? Explanation, string? Evidence);

/// <summary>What the citizen added.</summary>
/// <param name="Id">By which the channel's service finds its files.</param>
public sealed record SupplementView(Guid Id, DateTimeOffset At, string Text, IReadOnlyList<Attachment> Attachments);

/// <summary>A clock in words.</summary>
/// <param name="Color">green, yellow from 80 %, red at the end.</param>
/// <param name="Reason">Why it is due then, zh-CN.</param>
public sealed record ClockView(
    string Step, string Title, int? Assignment, string? Unit, string? UnitName, DateTimeOffset StartsAt, DateTimeOffset DueAt, string Color, string Reason);

/// <summary>The running clocks of an order.</summary>
public sealed record ClocksView(string Number, IReadOnlyList<ClockView> Clocks);

/// <summary>Makes of an order what one member of staff may see of it. Pure.</summary>
internal static class WorkOrderViews
{
    private static readonly Dictionary<string, string> StepTitles = new()
    {
        [LimitSteps.Accept] = "受理时限",
        [LimitSteps.Citizen] = "答复诉求人时限",
        [LimitSteps.Unit] = "承办时限",
        [LimitSteps.Sign] = "签收时限",
        [LimitSteps.Contact] = "联系诉求人时限",
        [LimitSteps.Review] = "审核时限",
        [LimitSteps.Callback] = "回访时限",
    };

    public static WorkOrderLine Line(Document<WorkOrder> document, StaffUser user, Organization organization, DateTimeOffset now)
    {
        var order = document.State;
        var running = Clocks.Running(order, organization).ToList();
        var clock = running.Find(c => c.Step is LimitSteps.Accept or LimitSteps.Citizen);
        return new(
            order.Number,
            document.Version,
            order.State.Name(),
            order.State.Title(),
            order.Appeal.Title,
            order.Nature,
            order.Category,
            organization.TitleOf(order.Category),
            order.Urgency,
            order.Appeal.Addressee,
            order.Appeal.Channel,
            order.Appeal.ReceivedAt,
            clock?.Deadline.DueAt,
            clock is null ? null : Color(clock, now),
            order.Oversight is not null,
            WorkOrderScope.SeesAll(user) ? order.Opened.Proposal.Unit : null,
            [
                .. order.Assignments.Where(a => WorkOrderScope.MaySee(user, order, a, organization)).Select(a => new AssignmentLine(
                    a.Number, a.Parent, a.Unit, organization.NameOf(a.Unit), a.Given.Role, AssignmentViews.StateOf(order, a).Name, AssignmentViews.StateOf(order, a).Title, a.Given.DueAt,
                    running.Find(c => c.Step == LimitSteps.Unit && c.Assignment?.Number == a.Number) is { } own ? Color(own, now) : null)),
            ]);
    }

    public static WorkOrderView Of(Document<WorkOrder> document, StaffUser user, Organization organization)
    {
        var (order, appeal) = (document.State, document.State.Appeal);
        var hidden = !WorkOrderScope.SeesAll(user) && (appeal.Anonymous || appeal.Confidential);
        return new(
            order.Number,
            document.Version,
            order.State.Name(),
            order.State.Title(),
            appeal.Channel,
            appeal.Source,
            appeal.Addressee,
            appeal.PublishedAt,
            appeal.ReceivedAt,
            order.Nature,
            order.Category,
            organization.TitleOf(order.Category),
            order.Division,
            order.Urgency,
            order.Acceptance?.DueAt,
            order.Acceptance?.DueReason,
            appeal.Title,
            appeal.Text,
            appeal.Place,
            appeal.OccurredAt,
            appeal.Attachments,
            hidden ? null : appeal.ContactRef,
            hidden ? null : appeal.Marks,
            hidden ? [] : appeal.Reach,
            appeal.Anonymous,
            appeal.Confidential,
            order.Opened.Proposal,
            [.. order.Assignments.Where(a => WorkOrderScope.MaySee(user, order, a, organization)).Select(a => AssignmentViews.Of(order, a, user, organization))],
            [.. order.Supplements.Select(s => new SupplementView(s.SubmissionId, s.At, s.Text, s.Attachments ?? []))],
            order.Urges.Count,
            order.Answer is { } answer ? Of(answer, order.ChangedAnswer) : null,
            order.Handling?.PublicReply,
            order.Promise?.For,
            order.Redos,
            order.Review is { } review ? new(review.At, review.Ground, WorkOrderScope.SeesAll(user) ? review.Text : null) : null,
            order.Oversight is not null,
            order.Closing is { } closing ? new(closing.At, closing.By, closing.Outcome, closing.Note, closing.Explanation, WorkOrderScope.SeesAll(user) ? closing.Evidence : null) : null);
    }

    /// <summary>The clocks he has to do with: the hotline's own are the hotline's, a unit's its own and its superiors'.</summary>
    public static ClocksView ClocksOf(WorkOrder order, StaffUser user, Organization organization, DateTimeOffset now) => new(
        order.Number,
        [
            .. Clocks.Running(order, organization)
                .Where(c => c.Assignment is { } assignment
                    ? WorkOrderScope.MaySee(user, order, assignment, organization)
                    : c.Step == LimitSteps.Citizen || WorkOrderScope.SeesAll(user))
                .Select(c => Of(c, organization, now)),
        ]);

    public static ClockView Of(Clock clock, Organization organization, DateTimeOffset now) => new(
        clock.Step,
        StepTitles[clock.Step],
        clock.Assignment?.Number,
        clock.Assignment?.Unit,
        clock.Assignment is null ? null : organization.NameOf(clock.Assignment.Unit),
        clock.Deadline.StartsAt,
        clock.Deadline.DueAt,
        Color(clock, now),
        clock.Deadline.Reason);

    private static AnswerView Of(WorkOrderAnswered answer, WorkOrderAnswerChanged? changed) => new(
        answer.At,
        answer.By,
        answer.Text,
        answer.Basis,
        answer.Article,
        answer.ArticleVersion,
        answer.Reason,
        changed is null ? null : new(changed.At, changed.By, changed.Version, changed.Text, changed.Basis));

    private static string Color(Clock clock, DateTimeOffset now) => Deadlines.Color(clock.Deadline.StartsAt, clock.Deadline.DueAt, now) switch
    {
        ClockColor.Green => "green",
        ClockColor.Yellow => "yellow",
        _ => "red",
    };
}
