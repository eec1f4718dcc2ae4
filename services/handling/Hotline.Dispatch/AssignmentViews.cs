using Hotline.Contracts;
using Hotline.Dispatch.Proofs;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>One unit's share.</summary>
/// <param name="Assignment">The part of its number after the dash.</param>
/// <param name="Issuing">Whether its reply waits for the unit's head 签发.</param>
/// <param name="Draft">The unit's draft 拟办, waiting or sent back; null for everybody else, and where there is none.</param>
/// <param name="Proofs">What its reply rests on; for the unit itself also what the next one will.</param>
/// <param name="ProofsWanted">Kinds a reply must still be given; null for everybody but the unit.</param>
public sealed record AssignmentView(
    int Assignment,
    int? Parent,
    string Unit,
    string UnitName,
    string Role,
    string State,
    string StateTitle,
    string? Note,
    DateTimeOffset DispatchedAt,
    DateTimeOffset DueAt,
    string DueReason,
    string? PublicReply,
    HandlingClaim? Claim,
    DateOnly? PromisedFor,
    IReadOnlyList<StepView> History,
    bool Issuing,
    DraftView? Draft,
    IReadOnlyList<ProofView> Proofs,
    IReadOnlyList<string>? ProofsWanted);

/// <summary>A draft 拟办, for the unit that wrote it.</summary>
public sealed record DraftView(DateTimeOffset At, string By, string? PublicReply, string? Note, HandlingClaim? Claim, DateOnly? PromisedFor);

/// <summary>A photo or document 证明材料.</summary>
/// <param name="Kind">One of <see cref="ProofKinds"/>.</param>
/// <param name="Replied">Whether a reply that left the unit rests on it.</param>
/// <param name="Removed">Whether it was taken away since.</param>
public sealed record ProofView(int Proof, string Kind, string KindTitle, string Name, string MediaType, long Size, DateTimeOffset At, string By, bool Replied, bool Removed);

/// <summary>A step of an assignment's history; of what did not leave its unit nobody else reads more than that it was.</summary>
public sealed record StepView(DateTimeOffset At, string By, string State, string? Note, string? PublicReply, string? ProposedUnit);

/// <summary>Makes of an assignment what one member of staff may see of it. Pure.</summary>
internal static class AssignmentViews
{
    /// <summary>As people read it: a share that was still open when its order was sent to be handled again ended then.</summary>
    public static (string Name, string Title) StateOf(WorkOrder order, Assignment assignment) =>
        assignment.IsOpen && !order.IsCurrent(assignment) ? ("ended", "已随重办结束") : (assignment.State.Name(), assignment.State.Title());

    public static AssignmentView Of(WorkOrder order, Assignment assignment, StaffUser user, Organization organization)
    {
        var seesDrafts = WorkOrderScope.SeesDrafts(user, assignment);
        var replied = assignment.ProofsReplied;
        return new(
            assignment.Number,
            assignment.Parent,
            assignment.Unit,
            organization.NameOf(assignment.Unit),
            assignment.Given.Role,
            StateOf(order, assignment).Name,
            StateOf(order, assignment).Title,
            assignment.Given.Note,
            assignment.Given.At,
            assignment.Given.DueAt,
            assignment.Given.DueReason,
            assignment.PublicReply,
            assignment.Claim,
            assignment.PromisedFor,
            [
                .. assignment.History.Select(h => !seesDrafts && h.State is "drafted" or AssignmentStates.DraftReturned
                    ? new StepView(h.At, h.By, h.State, null, null, null)
                    : new StepView(h.At, h.By, h.State, h.Note, h.PublicReply, h.ProposedUnit)),
            ],
            organization.Unit(assignment.Unit) is { Issuing: true },
            seesDrafts && assignment.Draft is { } draft ? new(draft.At, draft.By, draft.PublicReply, draft.Note, draft.Claim, draft.PromisedFor) : null,
            [
                .. WorkOrderScope.ProofsFor(user, assignment).Select(proof => new ProofView(
                    proof.Number, proof.Kind, ProofKinds.Titles.GetValueOrDefault(proof.Kind, proof.Kind), proof.File.Name, proof.File.MediaType, proof.File.Size, proof.At, proof.By,
                    replied.Contains(proof.Number), proof.Removed)),
            ],
            seesDrafts && assignment.IsOpen ? [.. ProofDecisions.Wanted(order, assignment, organization)] : null);
    }
}
