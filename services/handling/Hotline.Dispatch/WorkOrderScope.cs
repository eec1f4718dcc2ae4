using Hotline.Contracts;
using Hotline.Dispatch.Proofs;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>Who may see what. Below the hotline nobody sees an order before it is dispatched to him, nor after it was returned.</summary>
public static class WorkOrderScope
{
    private static readonly string[] HotlineRoles = [Roles.Agent, Roles.Acceptor, Roles.Dispatcher, Roles.CallbackAgent, Roles.Auditor];

    /// <summary>Whether he works at the hotline itself, which owns every order.</summary>
    public static bool SeesAll(StaffUser user) => user.Roles.Overlaps(HotlineRoles);

    public static bool MaySee(StaffUser user, WorkOrder order, Organization organization) =>
        SeesAll(user) || order.Assignments.Exists(a => MaySee(user, order, a, organization));

    public static bool MaySee(StaffUser user, WorkOrder order, Assignment assignment, Organization organization) =>
        SeesAll(user) || (IsVisible(order, assignment) && MaySeeUnit(user, assignment.Unit, organization));

    /// <summary>Whether a list of this unit's orders may be shown to him.</summary>
    public static bool MaySeeUnit(StaffUser user, string unit, Organization organization) =>
        SeesAll(user)
        || ((user.Roles.Contains(Roles.StationDispatcher) || user.Roles.Contains(Roles.UnitHead)) && organization.IsWithin(unit, user.Unit))
        || (user.Roles.Contains(Roles.UnitHandler) && unit == user.Unit);

    /// <summary>Whether a partner may see an order: by what he handed in, or by the unit he stands for.</summary>
    public static bool MaySeeAsPartner(StaffUser partner, WorkOrder order) => PartnerScope.MaySee(
        partner, order.Appeal.Channel, order.Appeal.Source, order.Assignments.Where(a => IsVisible(order, a)).Select(a => a.Unit));

    /// <summary>Whether a partner handed it in himself.</summary>
    public static bool HandedIn(StaffUser partner, WorkOrder order) => PartnerScope.HandedIn(partner, order.Appeal.Channel, order.Appeal.Source);

    /// <summary>Whether the unit a partner stands for is at work on it: not in an earlier round, and not once it is over.</summary>
    public static bool HasNow(StaffUser partner, WorkOrder order) =>
        order.State != WorkOrderState.Closed && order.CurrentAssignments.Any(a => a.Unit == partner.Unit && IsVisible(order, a));

    /// <summary>Whether the assignment shows its order to its unit: neither it nor the one it came from was returned.</summary>
    public static bool IsVisible(WorkOrder order, Assignment assignment) =>
        assignment.State != AssignmentState.Returned
        && (assignment.Parent is not { } parent || order.Assignment(parent) is not { State: AssignmentState.Returned });

    /// <summary>Whether he acts for the unit that has the assignment.</summary>
    public static bool Owns(StaffUser user, Assignment assignment) =>
        user.Unit == assignment.Unit && (user.Roles.Contains(Roles.UnitHandler) || user.Roles.Contains(Roles.StationDispatcher));

    /// <summary>Whether he is the head of the unit that has the assignment 签发.</summary>
    public static bool Heads(StaffUser user, Assignment assignment) => user.Unit == assignment.Unit && user.Roles.Contains(Roles.UnitHead);

    /// <summary>Whether he may read what has not left the unit: its drafts, what its head wrote on them, proofs no reply rests on. Beside the unit, the auditor.</summary>
    public static bool SeesDrafts(StaffUser user, Assignment assignment) => Owns(user, assignment) || Heads(user, assignment) || user.Roles.Contains(Roles.Auditor);

    /// <summary>The proofs he may read: of a unit not his own, those its replies rest on, for good.</summary>
    public static IEnumerable<Proof> ProofsFor(StaffUser user, Assignment assignment)
    {
        var (replied, seesDrafts) = (assignment.ProofsReplied, SeesDrafts(user, assignment));
        return assignment.AllProofs.Where(proof => replied.Contains(proof.Number) || (seesDrafts && !proof.Removed));
    }

    /// <summary>Whether he acts for the one who gave the assignment: the station above, or the hotline.</summary>
    public static bool Gave(StaffUser user, WorkOrder order, Assignment assignment) =>
        assignment.Parent is not { } parent
            ? user.Roles.Contains(Roles.Dispatcher)
            : user.Roles.Contains(Roles.StationDispatcher) && order.Assignment(parent)?.Unit == user.Unit;
}
