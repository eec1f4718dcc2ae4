using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch.Cases;

/// <summary>Dispatch's part of a case file: where the order stands, for a partner. Nothing the citizen wrote is in it, nor who he is, nor what staff wrote for each other.</summary>
/// <param name="HandedIn">Whether the partner handed it in; else it is with the unit he stands for.</param>
/// <param name="SourceId">The number the partner himself gave it; null when he did not hand it in.</param>
/// <param name="DueAt">When the citizen is to have his reply; null before it was accepted.</param>
/// <param name="Clocks">Those that run now.</param>
/// <param name="Replies">What the citizen was told as the result, oldest first.</param>
/// <param name="Redos">How often it was sent to be handled again 重办.</param>
public sealed record DispatchCase(
    string Number,
    string State,
    string StateTitle,
    bool HandedIn,
    string? SourceId,
    DateTimeOffset ReceivedAt,
    string Nature,
    string Category,
    string CategoryTitle,
    string Urgency,
    DateTimeOffset? DueAt,
    IReadOnlyList<CaseAssignment> Assignments,
    IReadOnlyList<ClockView> Clocks,
    IReadOnlyList<CaseReply> Replies,
    int Redos,
    CaseClosing? Closing);

/// <summary>A unit's share.</summary>
public sealed record CaseAssignment(
    int Assignment, int? Parent, string Unit, string UnitName, string Role, string State, string StateTitle, DateTimeOffset DispatchedAt, DateTimeOffset DueAt);

/// <summary>What the citizen was told.</summary>
/// <param name="Kind">answered, answer-changed, handled or explained.</param>
/// <param name="PromisedFor">The day it names 承诺件.</param>
public sealed record CaseReply(DateTimeOffset At, string Kind, string Text, DateOnly? PromisedFor = null);

/// <summary>How it was closed.</summary>
public sealed record CaseClosing(DateTimeOffset At, string Outcome);

/// <summary>Where a contact lies: with the service of this channel, under this handle.</summary>
public sealed record CaseContact(string Channel, Guid ContactRef);

/// <summary>Makes of an order what a partner may see of it. Pure.</summary>
internal static class CaseViews
{
    public static DispatchCase Of(WorkOrder order, StaffUser partner, Organization organization, DateTimeOffset now)
    {
        var handedIn = WorkOrderScope.HandedIn(partner, order);
        return new(
            order.Number,
            order.State.Name(),
            order.State.Title(),
            handedIn,
            handedIn ? order.Appeal.SourceId : null,
            order.Appeal.ReceivedAt,
            order.Nature,
            order.Category,
            organization.TitleOf(order.Category),
            order.Urgency,
            order.Acceptance?.DueAt,
            [
                .. order.Assignments.Where(a => WorkOrderScope.IsVisible(order, a)).Select(a => new CaseAssignment(
                    a.Number, a.Parent, a.Unit, organization.NameOf(a.Unit), a.Given.Role, StateOf(order, a).Name, StateOf(order, a).Title, a.Given.At, a.Given.DueAt)),
            ],
            [.. Clocks.Running(order, organization).Select(clock => WorkOrderViews.Of(clock, organization, now))],
            [.. RepliesTo(order).OrderBy(static reply => reply.At)],
            order.Redos,
            order.Closing is { } closing ? new(closing.At, closing.Outcome) : null);
    }

    /// <summary>A draft 拟办 is the unit's own affair: to everybody else the share is being handled.</summary>
    private static (string Name, string Title) StateOf(WorkOrder order, Assignment assignment) =>
        AssignmentViews.StateOf(order, assignment) is var state && state.Name == AssignmentState.Drafted.Name()
            ? (AssignmentState.InHandling.Name(), AssignmentState.InHandling.Title())
            : state;

    private static IEnumerable<CaseReply> RepliesTo(WorkOrder order)
    {
        if (order.Answer is { } answer)
        {
            yield return new(answer.At, ReplyTexts.Answered, answer.Text);
        }

        if (order.ChangedAnswer is { } changed)
        {
            yield return new(changed.At, ReplyTexts.AnswerChanged, changed.Text);
        }

        if (order.Handling is { } handling)
        {
            yield return new(handling.At, "handled", handling.PublicReply, order.Promise?.For);
        }

        if (order.Closing is { Explanation: { } explanation } closing)
        {
            yield return new(closing.At, "explained", explanation);
        }
    }
}
