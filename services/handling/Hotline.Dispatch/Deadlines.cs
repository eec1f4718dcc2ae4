using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Dispatch;

/// <summary>What a clock depends on: the columns of the table of limits, and the moments it may start at.</summary>
/// <param name="Step">One of <see cref="LimitSteps"/>.</param>
/// <param name="Level">One of <see cref="UnitLevels"/>: of the unit whose clock it is.</param>
/// <param name="StartedAt">When the step itself began: acceptance, dispatch, reply.</param>
/// <param name="ReceivedAt">Our clock when the appeal came in.</param>
/// <param name="PublishedAt">When the public could read it, by the platform's clock; the sender's where that is not told; null when neither is.</param>
public sealed record ClockFacts(
    string Step, string Nature, string Category, string Urgency, string Level, string Channel, DateTimeOffset StartedAt, DateTimeOffset ReceivedAt, DateTimeOffset? PublishedAt);

/// <summary>When something is due, and why then.</summary>
/// <param name="StartsAt">When the clock starts, UTC.</param>
/// <param name="DueAt">UTC.</param>
/// <param name="Reason">In zh-CN, for the people who ask.</param>
public sealed record Deadline(DateTimeOffset StartsAt, DateTimeOffset DueAt, string Reason);

/// <summary>How far a clock has run.</summary>
public enum ClockColor
{
    Green,

    /// <summary>80 % of the time is gone.</summary>
    Yellow,

    /// <summary>Overdue 超期.</summary>
    Red,
}

/// <summary>Time limits 办理时限: the row that fits best, counted by the office's calendar. Pure.</summary>
public static class Deadlines
{
    private const double YellowFrom = 0.8;

    public static Deadline Of(Organization organization, ClockFacts facts)
    {
        var limit = LimitFor(organization, facts);
        var (start, startWords) = Start(limit, facts);
        return limit.Unit switch
        {
            LimitUnits.Hours => Natural(start, TimeSpan.FromHours(limit.Amount), $"{limit.Amount}小时", startWords, limit),
            LimitUnits.Days => Natural(start, TimeSpan.FromDays(limit.Amount), $"{limit.Amount}个自然日", startWords, limit),
            _ => Working(organization.Calendar, start, startWords, limit),
        };
    }

    /// <summary>Colour by the share of the natural time between start and end that is gone; at the end itself it is red.</summary>
    public static ClockColor Color(DateTimeOffset startsAt, DateTimeOffset dueAt, DateTimeOffset now) =>
        now >= dueAt ? ClockColor.Red
        : now - startsAt >= (dueAt - startsAt) * YellowFrom ? ClockColor.Yellow
        : ClockColor.Green;

    /// <summary>The limit of a part ends no later than that of the whole it is part of; unless that has passed already, for nobody can be asked to be late at once.</summary>
    public static Deadline Within(this Deadline deadline, DateTimeOffset wholeDueAt, string wholeName) =>
        deadline.DueAt <= wholeDueAt ? deadline
        : wholeDueAt <= deadline.StartsAt ? deadline with { Reason = $"{deadline.Reason}；{wholeName}已于{Words(wholeDueAt)}到期" }
        : deadline with { DueAt = wholeDueAt, Reason = $"{deadline.Reason}；因不得晚于{wholeName}的时限，提前至{Words(wholeDueAt)}" };

    /// <summary>A moment as people read it, in +08:00.</summary>
    public static string Words(DateTimeOffset instant) =>
        OfficeTime.At(instant).ToString("yyyy'年'M'月'd'日' HH:mm", CultureInfo.InvariantCulture);

    private static TimeLimit LimitFor(Organization organization, ClockFacts facts)
    {
        TimeLimit? best = null;
        var bestRank = -1;
        var group = organization.Category(facts.Category)?.Parent;
        foreach (var limit in organization.Data.Limits)
        {
            var rank = limit.Step == facts.Step ? Rank(limit, facts, group) : -1;
            if (rank > bestRank)
            {
                (best, bestRank) = (limit, rank);
            }
        }

        return best ?? throw new InvalidOperationException($"The organization file has no limit for the step {facts.Step}; its validator demands one.");
    }

    /// <summary>Greater is narrower; −1 does not fit. A column counts more than all that come after it.</summary>
    private static int Rank(TimeLimit limit, ClockFacts facts, string? group)
    {
        var rank = 0;
        return Column(limit.Urgency, facts.Urgency, 32)
            && (limit.Category == group && group is not null ? (rank += 8) > 0 : Column(limit.Category, facts.Category, 16))
            && Column(limit.Channel, facts.Channel, 4)
            && Column(limit.Nature, facts.Nature, 2)
            && Column(limit.Level, facts.Level, 1) ? rank : -1;

        bool Column(string row, string fact, int weight)
        {
            rank += row == fact ? weight : 0;
            return row == fact || row == TimeLimit.Any;
        }
    }

    private static (DateTimeOffset At, string Words) Start(TimeLimit limit, ClockFacts facts) => limit.From switch
    {
        StartPoints.Received => (facts.ReceivedAt, "收件"),
        StartPoints.Published when facts.PublishedAt is { } published && published <= facts.ReceivedAt => (published, "网上发布"),
        // Without a publication time, or with one that lies in the future, our own clock is the only one to go by.
        StartPoints.Published => (facts.ReceivedAt, "收件（发布时间不详）"),
        StartPoints.Accepted => (facts.StartedAt, "受理"),
        StartPoints.Dispatched => (facts.StartedAt, "转派"),
        StartPoints.Replied => (facts.StartedAt, "承办单位反馈"),
        StartPoints.Handled => (facts.StartedAt, "办结"),
        _ => throw new InvalidOperationException($"{limit.From} is no start point; the validator should have refused it."),
    };

    private static Deadline Natural(DateTimeOffset start, TimeSpan amount, string amountWords, string startWords, TimeLimit limit)
    {
        var due = (start + amount).ToUniversalTime();
        return new(start.ToUniversalTime(), due, $"自{startWords}（{Words(start)}）起{amountWords}，至{Words(due)}止；依据：{limit.Source}");
    }

    private static Deadline Working(OfficeCalendar calendar, DateTimeOffset start, string startWords, TimeLimit limit)
    {
        var from = calendar.NextWorkingTime(start);
        var due = calendar.AddWorkingDays(from, limit.Amount);
        var moved = from == start ? "" : $"，非工作时间，从{Words(from)}起算";
        var unknown = Enumerable.Range(OfficeTime.At(start).Year, OfficeTime.At(due).Year - OfficeTime.At(start).Year + 1).Where(year => !calendar.Announced(year)).ToList();
        var caveat = unknown.Count == 0 ? "" : $"；{string.Join('、', unknown)}年放假安排尚未公布，暂只扣除周末";
        return new(
            from.ToUniversalTime(),
            due.ToUniversalTime(),
            $"自{startWords}（{Words(start)}{moved}）起{limit.Amount}个工作日，扣除周末和法定节假日、计入调休上班日，至{Words(due)}止{caveat}；依据：{limit.Source}");
    }
}
