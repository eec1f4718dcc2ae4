using Hotline.Contracts;
using Hotline.Dispatch;
using Hotline.Dispatch.Proofs;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.UnitTests.Dispatching;

/// <summary>Appeals to begin with.</summary>
internal static class Appeals
{
    public static readonly Guid Id = new("01980000-0000-7000-8000-000000000001");
    public static readonly DateTimeOffset ReceivedAt = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero); // Monday 09:00 in +08:00

    public static Appeal Of(string title, string text) => new()
    {
        Id = Id,
        Number = AppealNumber.Compose(new(2026, 3, 2), Channels.App.Code, 7),
        Channel = Channels.App.Name,
        SourceId = "a-1",
        ReceivedAt = ReceivedAt,
        Title = title,
        Text = text,
        ContactRef = new("01980000-0000-7000-8000-00000000000c"),
        Reach = ["app", "phone"],
    };
}

/// <summary>The staff of the sample organization.</summary>
internal static class Staff
{
    public static readonly Organization Office = OrganizationFile.Load();

    public static readonly StaffUser Acceptor = Of("acceptor-01");
    public static readonly StaffUser Agent = Of("agent-01");
    public static readonly StaffUser Dispatcher = Of("dispatcher-01");
    public static readonly StaffUser CallbackAgent = Of("callback-01");
    public static readonly StaffUser Auditor = Of("auditor-01");
    public static readonly StaffUser Lishi = Of("station-141102");
    public static readonly StaffUser LishiHousing = Of("141102-housing");
    public static readonly StaffUser LishiUrban = Of("141102-urban");
    public static readonly StaffUser Xiaoyi = Of("station-141181");
    public static readonly StaffUser XiaoyiHousing = Of("141181-housing");
    public static readonly StaffUser CityHousing = Of("city-housing");
    public static readonly StaffUser CityWater = Of("city-water");
    public static readonly StaffUser CityUrban = Of("city-urban");
    public static readonly StaffUser CityUrbanHead = Of("city-urban-head");
    public static readonly StaffUser XiaoyiUrban = Of("141181-urban");
    public static readonly StaffUser XiaoyiUrbanHead = Of("141181-urban-head");
    public static readonly StaffUser XinyiTown = Of("town-141102101");

    private static StaffUser Of(string account)
    {
        var user = Office.User(account)!;
        return new(user.Account, user.Roles.ToHashSet(), user.Unit);
    }
}

/// <summary>An order on its way: each step is decided by the code under test and moves the clock by a minute.</summary>
internal sealed class Story
{
    public const int ReopenDays = 10;

    public static readonly NoteRequest Note = new("内部说明");

    /// <param name="office">Whose rules propose; null for the sample's.</param>
    public Story(Appeal? appeal = null, Organization? office = null)
    {
        appeal ??= Appeals.Of("路面坑洼", "离石区滨河街道路面坑洼，请修路");
        Take(WorkOrderDecisions.Open(appeal, new DispatchRules(office ?? Staff.Office).Propose(appeal) with { MayDecide = false }, Staff.Office, Now).Facts);
    }

    public DateTimeOffset Now { get; private set; } = Appeals.ReceivedAt;

    /// <summary>How many of a hundred direct answers are asked about.</summary>
    public int Sample { get; init; }

    public WorkOrder Order { get; private set; } = null!;

    public List<object> Facts { get; } = [];

    public IEnumerable<ReplyIssued> Replies => Facts.OfType<ReplyIssued>();

    public Decision Try(StaffUser user, Func<WorkOrder, Request, Decision> decide) => decide(Order, new Request(user, Staff.Office, Now, Sample));

    public Story Do(StaffUser user, Func<WorkOrder, Request, Decision> decide)
    {
        var decision = Try(user, decide);
        Take(Assert.IsType<Decision.Granted>(decision).Facts);
        return this;
    }

    public Story Take(IEnumerable<NewFact> facts)
    {
        foreach (var fact in facts)
        {
            Order = WorkOrder.Apply(Facts.Count == 0 ? null : Order, fact.Data);
            Facts.Add(fact.Data);
        }

        Now += TimeSpan.FromMinutes(1);
        return this;
    }

    public Story Accept(string nature = "help", string category = "road-repair", string urgency = "normal") =>
        Do(Staff.Acceptor, (o, r) => WorkOrderDecisions.Accept(o, new(nature, category, urgency, "141102"), r));

    public Story Answer() => Do(Staff.Agent, (o, r) => WorkOrderDecisions.Answer(o, new("请到政务大厅办理。", "办事指南第3条"), r));

    public Story Dispatch(string unit = "station-141102", string role = "lead") =>
        Do(Staff.Dispatcher, (o, r) => WorkOrderDecisions.Dispatch(o, new(unit, role, "请尽快办理"), r));

    public Story SubDispatch(StaffUser station, int parent, string unit, string role = "lead") =>
        Do(station, (o, r) => AssignmentDecisions.Dispatch(o, parent, new(unit, role), r));

    public Story Sign(StaffUser user, int number) => Do(user, (o, r) => AssignmentDecisions.Sign(o, number, new(), r));

    public Story Start(StaffUser user, int number) => Do(user, (o, r) => AssignmentDecisions.Start(o, number, new(), r));

    public Story Reply(StaffUser user, int number, string? text = "路面已修好。") => Do(user, (o, r) => AssignmentDecisions.Reply(o, number, new(text, "派人修补"), r));

    /// <summary>A proof of the kind is attached; the same content is the same file.</summary>
    public Story Attach(StaffUser user, int number, string kind, string content = "1") =>
        Do(user, (o, r) => ProofDecisions.Add(o, number, kind, [FileOf(content)], r));

    public static KeptProof FileOf(string content) => new(new($"{content}.jpg", "image/jpeg", 1, content), $"blob-{content}");

    public Story Issue(StaffUser user, int number, string? opinion = null) => Do(user, (o, r) => AssignmentDecisions.Issue(o, number, new(opinion), r));

    public Story ReturnDraft(StaffUser user, int number) => Do(user, (o, r) => AssignmentDecisions.ReturnDraft(o, number, Note, r));

    public Story Review(StaffUser user, int number) => Do(user, (o, r) => AssignmentDecisions.Review(o, number, new(), r));

    public Story SendBack(StaffUser user, int number) => Do(user, (o, r) => AssignmentDecisions.SendBack(o, number, Note, r));

    public Story AskReturn(StaffUser user, int number, string proposed = "city-housing") => Do(user, (o, r) => AssignmentDecisions.AskReturn(o, number, new("不属本单位职责", proposed), r));

    public Story ApproveReturn(StaffUser user, int number) => Do(user, (o, r) => AssignmentDecisions.ApproveReturn(o, number, new(), r));

    public Story RefuseReturn(StaffUser user, int number) => Do(user, (o, r) => AssignmentDecisions.RefuseReturn(o, number, Note, r));

    /// <summary>The unit promises a day.</summary>
    public Story Promise(StaffUser user, int number, DateOnly day) =>
        Do(user, (o, r) => AssignmentDecisions.Reply(o, number, new("正在采购配件。", null, Solved: false, UnsolvedReason: "等待配件", PromisedFor: day), r));

    /// <summary>The callback service sends the link.</summary>
    public Story Ask() => Take(CallbackDecisions.Ask(Order, new(Order.Id, Order.Number, Now, Order.Round, "请评价：链接"), Now)!.Facts);

    /// <summary>The citizen answers.</summary>
    public Story Say(bool solved = true, string satisfied = "satisfied", string? words = null) => Take(CallbackDecisions.Answer(Order, AnswerOf(solved, satisfied, words), Now, ReopenDays)!.Facts);

    public CallbackAnswered AnswerOf(bool solved, string satisfied, string? words = null, int? round = null) =>
        new(Order.Id, Order.Number, Now, round ?? Order.Round, CallbackWays.Link, "citizen", new(solved, satisfied, Words: words), solved && satisfied != "dissatisfied");

    /// <summary>He writes again after the closing.</summary>
    public Story Reopen() => Take(ReviewDecisions.Open(new(Order, Now), ReviewDecisions.Reopened, "灯又灭了").Facts);

    public Story Redo(string? unit = null) => Do(Staff.Acceptor, (o, r) => ReviewDecisions.Redo(o, new("诉求人说没有修好", unit), r));

    public Story Explain() => Do(Staff.Acceptor, (o, r) => ReviewDecisions.Explain(o, new("该路段明年改造。", "市政改造计划第12项"), r));

    public Story Withdraw() => Take(WorkOrderDecisions.Withdraw(Order, new(Guid.Empty, Order.Id, Order.Number, "app", Now, "已解决"), Now).Facts);

    /// <summary>Through the hands of one unit until its reply is reviewed.</summary>
    public Story Handle(StaffUser unit, int number, StaffUser reviewer) => Sign(unit, number).Start(unit, number).Reply(unit, number).Review(reviewer, number);

    /// <summary>All that matters of a state, as text: records with lists compare by reference.</summary>
    public static string Render(WorkOrder order) => string.Join('\n', [
        $"{order.State} {order.Acceptance} {order.Answer} {order.Handling} {order.Closing} {order.Replies} {order.Promise} {order.Review} {order.Oversight} {order.Redos} {order.EarlierAssignments} {order.AskedRound} {order.ChangedAnswer} {order.AnsweringReply}",
        .. order.Assignments.Select(a => $"{a.Given} {a.State} {a.BeforeReturn} {a.Draft} {a.PublicReply} {string.Join(',', a.AllProofs)} {string.Join(',', a.History)}"),
        .. order.Supplements.Select(s => $"{s.SubmissionId}").Order(StringComparer.Ordinal),
        .. order.Urges.Select(u => $"{u.SubmissionId}").Order(StringComparer.Ordinal)]);
}
