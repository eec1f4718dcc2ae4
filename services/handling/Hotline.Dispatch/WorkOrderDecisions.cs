using Hotline.Contracts;
using Hotline.Dispatch.Articles;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>The hotline's own decisions on a work order. Pure: order, request, rules and time in, facts or a refusal out.</summary>
internal static class WorkOrderDecisions
{
    /// <summary>Who decided when the rules did.</summary>
    public const string ByRules = "rules";

    /// <summary>Who closed a withdrawn order, or had one looked at again.</summary>
    public const string ByCitizen = "citizen";

    /// <summary>Opens the order of an appeal; where the office switched the category on, takes it up and dispatches it too.</summary>
    public static WorkOrderChange Open(Appeal appeal, DispatchProposal proposal, Organization organization, DateTimeOffset now)
    {
        var change = new WorkOrderChange(null, now).Record(new WorkOrderOpened(appeal.Id, appeal.Number, now, appeal, proposal));
        if (organization.EmergenciesIn($"{appeal.Title}\n{appeal.Text}") is { Count: > 0 } emergencies)
        {
            change.Tell(ReplyTexts.Danger, EmergencyNumbers.Advice(emergencies));
        }

        if (proposal is { MayDecide: true, Unit: { } unit } && organization.FirstBelowHotline(unit) is { } first)
        {
            Accept(change, organization, ByRules, proposal.Nature, proposal.Category, proposal.Division, proposal.Urgency);
            var note = first.Id == unit ? null : $"建议由{organization.NameOf(unit)}承办";
            Dispatch(change, organization, ByRules, null, first, AssignmentRoles.Lead, note);
        }

        return change;
    }

    public static Decision Accept(WorkOrder order, AcceptRequest body, Request request)
    {
        if (body.Check(request.Organization) is { Count: > 0 } errors)
        {
            return new Decision.Invalid(errors);
        }

        if (order.State != WorkOrderState.Received)
        {
            return Refusals.Of(order, WorkOrderState.Accepted);
        }

        var change = new WorkOrderChange(order, request.Now);
        Accept(change, request.Organization, request.User.Account, body.Nature!, body.Category!, body.Division, body.Urgency!);
        return Decision.Made(change);
    }

    /// <param name="cited">The article it cites; null where it cites none, or none that is known.</param>
    public static Decision Answer(WorkOrder order, AnswerRequest body, Request request, CitableArticle? cited = null)
    {
        if (body.Check(cited, OfficeTime.Day(request.Now)) is { Count: > 0 } errors)
        {
            return new Decision.Invalid(errors);
        }

        if (!order.State.MayBecome(WorkOrderState.Answered))
        {
            return Refusals.Of(order, WorkOrderState.Answered);
        }

        return Decision.Made(Answer(
            new(order, request.Now),
            new(order.Id, order.Number, request.Now, request.User.Account, body.Text!, body.Basis!, body.Article, body.ArticleVersion),
            request.Organization,
            request.SamplePercent));
    }

    /// <summary>Tells the citizen the answer; one of the sample is asked about it, every other is closed with it.</summary>
    internal static WorkOrderChange Answer(WorkOrderChange change, WorkOrderAnswered answered, Organization organization, int samplePercent)
    {
        change.Record(answered).Tell(ReplyTexts.Answered, answered.Text);
        return CallbackDecisions.IsSampled(answered.Id, samplePercent)
            ? CallbackDecisions.Start(change, organization)
            : Close(change, new(answered.Id, answered.Number, change.At, ByRules, Outcomes.Answered));
    }

    public static Decision Dispatch(WorkOrder order, DispatchRequest body, Request request)
    {
        if (body.Check() is { Count: > 0 } errors)
        {
            return new Decision.Invalid(errors);
        }

        var unit = request.Organization.Unit(body.Unit!);
        var first = request.Organization.FirstBelowHotline(body.Unit!);
        if (unit is null || first is null)
        {
            return new Decision.Invalid([new("unit", "没有这个承办单位，请填写组织机构中的单位代码。")]);
        }

        if (first != unit)
        {
            return new Decision.Invalid([new("unit", $"{unit.Name}由{first.Name}转派，请填写 {first.Id}。")]);
        }

        if (!order.IsWithUnits)
        {
            return Refusals.Of(order, WorkOrderState.InHandling);
        }

        if (Taken(order, unit, body.Role!, order.Leads.Any(a => a.IsOpen)) is { } refusal)
        {
            return refusal;
        }

        var change = new WorkOrderChange(order, request.Now);
        Dispatch(change, request.Organization, request.User.Account, null, unit, body.Role!, body.Note);
        return Decision.Made(change);
    }

    /// <summary>The citizen takes it back.</summary>
    public static WorkOrderChange Withdraw(WorkOrder order, AppealWithdrawn withdrawal, DateTimeOffset now) =>
        Close(new(order, now), new(order.Id, order.Number, now, ByCitizen, Outcomes.Withdrawn, withdrawal.Reason));

    /// <summary>Gives a part to a unit; the citizen is told when it is the hotline that gives the lead.</summary>
    /// <param name="parent">The assignment of the station that passes it down.</param>
    internal static void Dispatch(WorkOrderChange change, Organization organization, string by, Assignment? parent, Unit unit, string role, string? note)
    {
        var order = change.Order;
        var due = Deadlines.Of(organization, Clocks.Facts(order, LimitSteps.Unit, unit.Level, change.At));
        due = parent is null ? due : due.Within(parent.Given.DueAt, "上级转派件");
        var number = order.Assignments.Count + 1;
        change.Record(new WorkOrderDispatched(
            order.Id, order.Number, number, change.At, by, unit.Id, role, due.DueAt, due.Reason, organization.Version, parent?.Number, note));
        if (parent is null && role == AssignmentRoles.Lead)
        {
            change.Tell(ReplyTexts.Dispatched, ReplyTexts.OfDispatch(order.Number, unit.Name));
        }
    }

    /// <summary>Why this unit cannot be given a part now; null when it can.</summary>
    /// <param name="hasOpenLead">Whether somebody leads already whom it could help.</param>
    internal static Decision? Taken(WorkOrder order, Unit unit, string role, bool hasOpenLead) =>
        order.CurrentAssignments.FirstOrDefault(a => a.Unit == unit.Id && a.IsOpen) is { } open
            ? new Decision.Conflict($"{unit.Name}已有转派件{open.Number}，现为“{open.State.Title()}”。", "请等待其办理，或转派其他单位。")
            : role == AssignmentRoles.Co && !hasOpenLead
                ? new Decision.Conflict("还没有主办单位，不能只派协办。", "请先转派主办单位（role 为 lead）。")
                : null;

    internal static void Accept(WorkOrderChange change, Organization organization, string by, string nature, string category, string? division, string urgency)
    {
        var order = change.Order;
        var facts = new ClockFacts(
            LimitSteps.Citizen, nature, category, urgency, UnitLevels.City, order.Appeal.Channel, change.At, order.Appeal.ReceivedAt, Clocks.PublicationOf(order.Appeal));
        var due = Deadlines.Of(organization, facts);
        var accepted = new WorkOrderAccepted(
            order.Id, order.Number, change.At, by, nature, category, urgency, due.DueAt, due.Reason, organization.Version, division);
        change.Record(accepted).Tell(ReplyTexts.Accepted, ReplyTexts.OfAcceptance(accepted));
    }

    internal static WorkOrderChange Close(WorkOrderChange change, WorkOrderClosed closed) =>
        change.Record(closed).Tell(closed.Outcome == Outcomes.Withdrawn ? ReplyTexts.Withdrawn : ReplyTexts.Closed, ReplyTexts.OfClosing(closed));
}
