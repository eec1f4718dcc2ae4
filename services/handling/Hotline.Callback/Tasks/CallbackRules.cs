using Hotline.Callback.Calls;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Callback.Tasks;

/// <summary>What was decided on a request; one of the two is null.</summary>
internal sealed record Decision(IReadOnlyList<object>? Facts, CallbackRefusal? Refused = null)
{
    public static Decision Of(params object[] facts) => new(facts);

    public static Decision No(string detail, string remedy, bool denied = false) => new(null, new(detail, remedy, denied));
}

/// <summary>Why not, and what to do instead.</summary>
/// <param name="Denied">It is not his to do, whatever the state.</param>
internal sealed record CallbackRefusal(string Detail, string Remedy, bool Denied);

/// <summary>Who asks the citizen, when, and how often. Pure.</summary>
internal static class CallbackRules
{
    public const string ByCitizen = "citizen";
    public const string Unreachable = "unreachable";
    public const string Unanswered = "unanswered";

    /// <summary>From when on somebody may call: after the platform's own asking, or the link, has had its time.</summary>
    public static DateTimeOffset CallFrom(CallbackTask task, CallbackRound round, CallbackOptions options) =>
        task.IsAskedByPlatform ? round.StartedAt.AddDays(options.PlatformDays)
        : round.LinkedAt is { } linked ? linked.AddHours(options.LinkHours)
        : round.StartedAt;

    /// <summary>Whether the task waits for a callback agent now: link and machine have had their turns.</summary>
    public static bool WaitsForAgent(CallbackTask task, DateTimeOffset now, CallbackOptions options, OfficeCalendar calendar) =>
        task is { HasPhone: true, Current: { IsOpen: true } round } && CallFrom(task, round, options) <= now && CallRules.IsOver(task, round, options, calendar, now);

    /// <summary>Who handled, or stands above or below who did, does not ask; nor who answered or took the appeal up.</summary>
    public static bool MayAsk(CallbackTask task, StaffUser user, Organization organization) =>
        user.Account != task.AcceptedBy && user.Account != task.AnsweredBy
        && !task.Parts.Exists(part => organization.IsWithin(user.Unit, part.Unit) || (user.Unit != Unit.Hotline && organization.IsWithin(part.Unit, user.Unit)));

    public static Decision Claim(CallbackTask task, StaffUser user, Organization organization, CallbackOptions options, DateTimeOffset now) =>
        Refuse(task, user, organization, options, now) ?? Decision.Of(new CallbackClaimed(task.Current!.Number, user.Account, now));

    /// <summary>A call without an answer. The last one ends the asking; so does a citizen who does not want to be asked.</summary>
    public static Decision Try(CallbackTask task, Guid id, bool reached, string why, StaffUser user, Organization organization, CallbackOptions options, DateTimeOffset now)
    {
        if (Refuse(task, user, organization, options, now) is { } refused)
        {
            return refused;
        }

        var round = task.Current!;
        if (!round.IsOpen)
        {
            return Decision.No("诉求人已经答复，不用再联系。", "请查看答复内容。");
        }

        var callFrom = CallFrom(task, round, options);
        if (now < callFrom)
        {
            return Decision.No($"还在等待诉求人通过链接或平台评价，{Words(callFrom)}前不电话回访。", "诉求人主动来电的，可直接登记答复。");
        }

        if (!WaitsForAgent(task, now, options, organization.Calendar) && task.HasPhone)
        {
            return Decision.No("先由系统自动外呼，还没有结束，暂不电话回访。", "诉求人主动来电的，可直接登记答复。");
        }

        if (!options.MayCall(now, organization.Calendar))
        {
            return Decision.No($"现在不是可以回访的时间（工作日 {string.Join("、", options.HoursInForce)}）。", "请在规定时间内回访。");
        }

        if (round.Tries.Count(tried => OfficeTime.Day(tried.At) == OfficeTime.Day(now)) >= options.TriesADay)
        {
            return Decision.No($"今天已联系{options.TriesADay}次。", "请改日再联系。");
        }

        var tried = new CallbackTried(id, task.Number, now, round.Number, CallbackWays.Person, user.Account, reached, why);
        var isLast = round.Tries.Count + 1 >= options.Tries || why == Lists.Refused;
        var wasReached = Spoke(reached, why) || round.Tries.Exists(static earlier => Spoke(earlier.Reached, earlier.Why));
        return isLast ? Decision.Of(tried, new CallbackEnded(id, task.Number, now, round.Number, wasReached ? Unanswered : Unreachable)) : Decision.Of(tried);
    }

    /// <summary>Whether it was he who picked up.</summary>
    private static bool Spoke(bool reached, string? why) => reached && why != Lists.WrongNumber;

    /// <summary>What the citizen said to an agent; also when it was he who called.</summary>
    public static Decision AnswerByAgent(CallbackTask task, Guid id, CallbackAnswer answer, StaffUser user, Organization organization, CallbackOptions options, DateTimeOffset now) =>
        Refuse(task, user, organization, options, now)
        ?? (task.Current!.Answer is { By: ByCitizen }
            ? Decision.No("诉求人已经自己答复。", "要改的，请诉求人在原链接中修改。")
            : Decision.Of(Answered(task, id, CallbackWays.Person, user.Account, answer, options, now)));

    /// <summary>What the citizen wrote on the page of his link.</summary>
    public static Decision AnswerByLink(CallbackTask task, Guid id, CallbackAnswer answer, CallbackOptions options, DateTimeOffset now) =>
        task.Current is { TakesAnswers: true }
            ? Decision.Of(Answered(task, id, CallbackWays.Link, ByCitizen, answer, options, now))
            : Decision.No("这次回访已经结束。", "如仍有问题，请在原渠道补充，或拨打 12345。");

    /// <summary>
    /// What the rating on the platform says of the latest round, also when it is changed or comes after the asking ended: there he can rate for as long as he likes.
    /// Null when it does not say whether it was solved, is of before, or says what he said already.
    /// </summary>
    public static CallbackAnswered? AnswerByPlatform(CallbackTask task, Guid id, CallbackOptions options, DateTimeOffset now)
    {
        const double Middle = 3;
        if (task is not { Current: { } round, Rating: { } rating } || (round.Number > 1 && rating.At < round.StartedAt) || (rating.Solved ?? rating.Grade) is not { } solved)
        {
            return null;
        }

        var grade = rating.Grade ?? solved;
        var satisfied = grade > Middle ? Lists.Satisfied : grade < Middle ? Lists.Dissatisfied : Lists.Fair;
        var answer = new CallbackAnswer(solved >= Middle, satisfied);
        return round.Answer is { } said && (said.Answer == answer || (said.Way != CallbackWays.Platform && rating.At < said.At))
            ? null
            : Answered(task, id, CallbackWays.Platform, ByCitizen, answer, options, now);
    }

    public static CallbackAnswered Answered(CallbackTask task, Guid id, string way, string by, CallbackAnswer answer, CallbackOptions options, DateTimeOffset now) =>
        new(id, task.Number, now, task.Current!.Number, way, by, answer, answer.Solved && (answer.Satisfied == Lists.Satisfied || (options.FairIsContent && answer.Satisfied == Lists.Fair)));

    private static Decision? Refuse(CallbackTask task, StaffUser user, Organization organization, CallbackOptions options, DateTimeOffset now) =>
        !MayAsk(task, user, organization) ? Decision.No("办理、答复或受理过这件诉求的单位和人员不能回访。", "请由其他回访员回访。", denied: true)
        : task.Current is not { TakesAnswers: true } round ? Decision.No("这张工单没有进行中的回访。", "请刷新回访任务列表。")
        : round.Claim is { } claim && claim.By != user.Account && claim.At.AddMinutes(options.ClaimMinutes) > now
            ? Decision.No($"这件回访已由{claim.By}认领。", "请处理其他任务，或与其联系。")
            : null;

    private static string Words(DateTimeOffset at) => OfficeTime.At(at).ToString("M'月'd'日' HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
