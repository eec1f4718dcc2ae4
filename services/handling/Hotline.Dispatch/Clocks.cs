using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>A clock that is running.</summary>
/// <param name="Step">One of <see cref="LimitSteps"/>.</param>
/// <param name="Assignment">Whose clock it is; null for the hotline's and the citizen's.</param>
internal sealed record Clock(string Step, Assignment? Assignment, Deadline Deadline);

/// <summary>Which clocks of an order run now. Pure.</summary>
internal static class Clocks
{
    /// <summary>Limits of acceptance and dispatch stand as they were given on their day; those of the small steps come from today's table.</summary>
    public static IEnumerable<Clock> Running(WorkOrder order, Organization organization)
    {
        if (order.State == WorkOrderState.Received)
        {
            yield return Small(LimitSteps.Accept, null, order.Appeal.ReceivedAt);
        }

        if (order.IsWithUnits && order.Acceptance is { } acceptance)
        {
            yield return new(LimitSteps.Citizen, null, new(acceptance.At, acceptance.DueAt, acceptance.DueReason));
        }

        foreach (var assignment in order.IsWithUnits ? order.CurrentAssignments : [])
        {
            if (assignment.State is AssignmentState.Dispatched)
            {
                yield return Small(LimitSteps.Sign, assignment, assignment.Given.At);
            }

            // Handling begins by speaking with the citizen, so its start ends the wait for that.
            if (assignment.State is AssignmentState.Dispatched or AssignmentState.SignedFor)
            {
                yield return Small(LimitSteps.Contact, assignment, assignment.Given.At);
            }

            if (assignment.State is AssignmentState.Replied)
            {
                yield return Small(LimitSteps.Review, assignment, assignment.Since);
            }
            else if (assignment.IsOpen)
            {
                yield return new(LimitSteps.Unit, assignment, new(assignment.Given.At, assignment.Given.DueAt, assignment.Given.DueReason));
            }
        }

        if (order.State == WorkOrderState.Callback && CallbackDecisions.BegunAt(order) is { } begun)
        {
            yield return Small(LimitSteps.Callback, null, begun);
        }

        Clock Small(string step, Assignment? assignment, DateTimeOffset start)
        {
            var level = assignment is null ? UnitLevels.City : organization.Unit(assignment.Unit)?.Level ?? UnitLevels.Unit;
            return new(step, assignment, Deadlines.Of(organization, Facts(order, step, level, start)));
        }
    }

    public static ClockFacts Facts(WorkOrder order, string step, string level, DateTimeOffset startedAt) => new(
        step, order.Nature, order.Category, order.Urgency, level, order.Appeal.Channel, startedAt, order.Appeal.ReceivedAt, PublicationOf(order.Appeal));

    /// <summary>When the public could read it; where a platform tells no publication, the sender's own clock stands for it.</summary>
    public static DateTimeOffset? PublicationOf(Appeal appeal) => appeal.PublishedAt ?? appeal.SubmittedAt;
}
