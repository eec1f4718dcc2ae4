using Hotline.Contracts;
using Hotline.Dispatch.Proofs;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>Decisions on one assignment, by the unit that has it or by the one that gave it. Pure.</summary>
internal static class AssignmentDecisions
{
    public static Decision Sign(WorkOrder order, int number, NoteRequest body, Request request) =>
        ByOwner(order, number, request, body.Check(), a => Move(order, a, AssignmentState.SignedFor, request, body.Note));

    public static Decision Start(WorkOrder order, int number, NoteRequest body, Request request) =>
        ByOwner(order, number, request, body.Check(), a => Move(order, a, AssignmentState.InHandling, request, body.Note));

    public static Decision Reply(WorkOrder order, int number, ReplyRequest body, Request request) => ByOwner(order, number, request, body.Check(request.Now), a =>
    {
        // A head answers for what he writes himself: his own reply is issued with it, as in a unit of one person it must be.
        var issuing = request.Organization.Unit(a.Unit) is { Issuing: true };
        var to = issuing && !WorkOrderScope.Heads(request.User, a) ? AssignmentState.Drafted : AssignmentState.Replied;
        var waits = issuing && a.State == AssignmentState.Drafted; // for the head to issue it or to send it back, not for another reply
        if ((Refuse(order, a, waits ? AssignmentState.Drafted : to) ?? OpenChild(order, a)) is { } refusal)
        {
            return refusal;
        }

        var text = string.IsNullOrWhiteSpace(body.PublicReply) ? RepliesOf(order.Children(a.Number), request.Organization) : body.PublicReply;
        var promise = body.PromisedFor ?? PromiseOf(order.Children(a.Number));
        var errors = ProofDecisions.Missing(order, a, body.Solved == false || promise is not null, request.Organization).ToList();
        if (text is null)
        {
            errors.Insert(0, new("publicReply", "必填：请填写给诉求人的公开答复。"));
        }

        return errors.Count > 0
            ? new Decision.Invalid(errors)
            : Decision.Made(Change(order, a, to.Name(), request, body.Note, text, claim: body.Claim, promisedFor: promise, proofs: ProofDecisions.Cited(a)));
    });

    /// <summary>签发: the head issues the draft as it stands; now the unit has replied, and its clock stops.</summary>
    public static Decision Issue(WorkOrder order, int number, NoteRequest body, Request request) => ByHead(order, number, request, body.Check(), a =>
        !order.IsWithUnits || a is not { State: AssignmentState.Drafted, Draft: { } draft } ? Refusals.Of(order, a, AssignmentState.Replied)
        : draft.PromisedFor < OfficeTime.Day(request.Now) ? new Decision.Conflict("拟办中承诺的日期已过。", "请退回拟办，改写承诺日期后再签发。")
        : Decision.Made(Change(
            order,
            a,
            AssignmentState.Replied.Name(),
            request,
            string.IsNullOrWhiteSpace(body.Note) ? draft.Note : $"{draft.Note}\n签发意见：{body.Note}".Trim(),
            draft.PublicReply,
            claim: draft.Claim,
            promisedFor: draft.PromisedFor,
            proofs: draft.Proofs)));

    /// <summary>退回拟办: the head wants it otherwise, and says how; the unit's clock runs on.</summary>
    public static Decision ReturnDraft(WorkOrder order, int number, NoteRequest body, Request request) => ByHead(order, number, request, body.Check(required: true), a =>
        order.IsWithUnits && a.State == AssignmentState.Drafted
            ? Decision.Made(Change(order, a, AssignmentStates.DraftReturned, request, body.Note))
            : Refusals.Of(order, a, AssignmentState.InHandling));

    /// <summary>审核通过. The last lead's review of the hotline ends the handling.</summary>
    public static Decision Review(WorkOrder order, int number, NoteRequest body, Request request) => ByGiver(order, number, request, body.Check(), a =>
    {
        if (Refuse(order, a, AssignmentState.Reviewed) is { } refusal)
        {
            return refusal;
        }

        var change = Change(order, a, AssignmentState.Reviewed.Name(), request, body.Note);
        var leads = change.Order.Leads.ToList();
        if (a is { Parent: null, IsLead: true } && leads.TrueForAll(lead => lead.State == AssignmentState.Reviewed))
        {
            var reply = RepliesOf(leads, request.Organization) ?? "";
            change.Record(new WorkOrderHandled(order.Id, order.Number, request.Now, request.User.Account, reply)).Tell(ReplyTexts.Handled, reply);
            _ = PromiseOf(leads) is { } day && day >= OfficeTime.Day(request.Now) ? CallbackDecisions.Promise(change, day) : CallbackDecisions.Start(change, request.Organization);
        }

        return Decision.Made(change);
    });

    public static Decision SendBack(WorkOrder order, int number, NoteRequest body, Request request) =>
        ByGiver(order, number, request, body.Check(required: true), a => Move(order, a, AssignmentState.SentBack, request, body.Note));

    public static Decision AskReturn(WorkOrder order, int number, ReturnRequest body, Request request) =>
        ByOwner(order, number, request, body.Check(request.Organization, order.Assignment(number)?.Unit ?? ""), a =>
            Refuse(order, a, AssignmentState.ReturnAsked)
            ?? OpenChild(order, a)
            ?? (a.ReturnWasAsked
                ? new Decision.Conflict($"转派件{a.Number}已申请过退单，退单只能申请一次。", "请继续办理；仍有争议的，请联系派单员会商。")
                : Move(order, a, AssignmentState.ReturnAsked, request, body.Note, proposedUnit: body.ProposedUnit)));

    public static Decision ApproveReturn(WorkOrder order, int number, NoteRequest body, Request request) =>
        ByGiver(order, number, request, body.Check(), a => Move(order, a, AssignmentState.Returned, request, body.Note));

    /// <summary>退单不予同意: it goes on where it was; the time is not given back.</summary>
    public static Decision RefuseReturn(WorkOrder order, int number, NoteRequest body, Request request) =>
        ByGiver(order, number, request, body.Check(required: true), a => order.IsWithUnits && a.State == AssignmentState.ReturnAsked
            ? Decision.Made(Change(order, a, AssignmentStates.ReturnRefused, request, body.Note))
            : Refusals.Of(order, a, a.BeforeReturn));

    /// <summary>下派: a station passes its part on to a unit of its own.</summary>
    public static Decision Dispatch(WorkOrder order, int number, DispatchRequest body, Request request) => ByOwner(order, number, request, body.Check(), a =>
    {
        var unit = request.Organization.Unit(body.Unit!);
        if (unit?.Parent != a.Unit)
        {
            return new Decision.Invalid([new("unit", $"请填写{request.Organization.NameOf(a.Unit)}下属单位的代码。")]);
        }

        if (!order.IsWithUnits || a.State is not (AssignmentState.SignedFor or AssignmentState.InHandling))
        {
            return Refusals.Of(order, a, AssignmentState.InHandling);
        }

        if (WorkOrderDecisions.Taken(order, unit, body.Role!, order.Children(number).Any(c => c is { IsLead: true, IsOpen: true })) is { } taken)
        {
            return taken;
        }

        var change = a.State == AssignmentState.SignedFor
            ? Change(order, a, AssignmentState.InHandling.Name(), request, null)
            : new WorkOrderChange(order, request.Now);
        WorkOrderDecisions.Dispatch(change, request.Organization, request.User.Account, a, unit, body.Role!, body.Note);
        return Decision.Made(change);
    });

    internal static Decision ByOwner(WorkOrder order, int number, Request request, IReadOnlyList<FieldError> errors, Func<Assignment, Decision> decide) =>
        By(order, number, request, errors, a => WorkOrderScope.Owns(request.User, a), "这一步由承办该转派件的单位办理。", decide);

    private static Decision ByHead(WorkOrder order, int number, Request request, IReadOnlyList<FieldError> errors, Func<Assignment, Decision> decide) =>
        By(order, number, request, errors, a => WorkOrderScope.Heads(request.User, a), "这一步由承办单位的负责人办理。", decide);

    private static Decision ByGiver(WorkOrder order, int number, Request request, IReadOnlyList<FieldError> errors, Func<Assignment, Decision> decide) =>
        By(order, number, request, errors, a => WorkOrderScope.Gave(request.User, order, a), "这一步由转派该转派件的一方（热线派单员或上级工作站）办理。", decide);

    /// <summary>Sight comes before right, right before form, form before state: a stranger learns nothing from the kind of refusal.</summary>
    private static Decision By(
        WorkOrder order,
        int number,
        Request request,
        IReadOnlyList<FieldError> errors,
        Func<Assignment, bool> may,
        string whose,
        Func<Assignment, Decision> decide) =>
        order.Assignment(number) is not { } assignment || !WorkOrderScope.MaySee(request.User, order, assignment, request.Organization)
            ? new Decision.Missing($"工单没有转派件{number}。", "请从工单详情中取得转派件序号。")
            : !may(assignment) ? new Decision.Denied("您不能对这个转派件做这一步。", whose)
            : errors.Count > 0 ? new Decision.Invalid(errors)
            : !order.IsCurrent(assignment) ? new Decision.Conflict($"转派件{number}属于重办之前，已随那一轮结束。", "请办理重办后的转派件。")
            : decide(assignment);

    private static Decision Move(WorkOrder order, Assignment assignment, AssignmentState to, Request request, string? note, string? proposedUnit = null) =>
        Refuse(order, assignment, to) ?? Decision.Made(Change(order, assignment, to.Name(), request, note, proposedUnit: proposedUnit));

    private static Decision.Conflict? Refuse(WorkOrder order, Assignment assignment, AssignmentState to) =>
        order.IsWithUnits
        && assignment.State.MayBecome(to)
        && (assignment.State != AssignmentState.ReturnAsked || to == AssignmentState.Returned)
        && (assignment.State != AssignmentState.Drafted || to == AssignmentState.Replied) // back to handling leads the head's word alone
            ? null
            : Refusals.Of(order, assignment, to);

    private static WorkOrderChange Change(
        WorkOrder order,
        Assignment assignment,
        string state,
        Request request,
        string? note,
        string? publicReply = null,
        string? proposedUnit = null,
        HandlingClaim? claim = null,
        DateOnly? promisedFor = null,
        IReadOnlyList<ReplyProof>? proofs = null)
    {
        // Each step is later than the one before even if the clock was set back: a step of the same moment would look like a repeat of an earlier one.
        var at = request.Now > assignment.Since ? request.Now : assignment.Since.AddMilliseconds(1);
        return new WorkOrderChange(order, request.Now).Record(new AssignmentChanged(
            order.Id, order.Number, assignment.Number, at, request.User.Account, state, note, publicReply, proposedUnit, claim, promisedFor, proofs));
    }

    private static Decision.Conflict? OpenChild(WorkOrder order, Assignment assignment) =>
        order.Children(assignment.Number).FirstOrDefault(c => c.IsOpen) is { } child
            ? new($"下级转派件{child.Number}现为“{child.State.Title()}”，尚未结束。", "请先审核下级的反馈，或同意其退单。")
            : null;

    /// <summary>The latest day the leads promise; null when none does.</summary>
    private static DateOnly? PromiseOf(IEnumerable<Assignment> assignments) =>
        assignments.Where(a => a is { IsLead: true, State: AssignmentState.Reviewed }).Max(a => a.PromisedFor);

    /// <summary>The public replies of the leads; with the unit's name before each when there are several; null when there is none.</summary>
    private static string? RepliesOf(IEnumerable<Assignment> assignments, Organization organization)
    {
        var leads = assignments.Where(a => a is { IsLead: true, State: AssignmentState.Reviewed, PublicReply: not null }).ToList();
        return leads switch
        {
            [] => null,
            [var only] => only.PublicReply,
            _ => string.Join('\n', leads.Select(a => $"{organization.NameOf(a.Unit)}：{a.PublicReply}")),
        };
    }
}
