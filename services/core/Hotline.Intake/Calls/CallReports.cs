using Hotline.Contracts;

namespace Hotline.Intake.Calls;

/// <summary>Understands what a platform says became of a call. Pure.</summary>
public static class CallReports
{
    /// <summary>What a platform may say; the others are ours.</summary>
    private static readonly HashSet<string> Outcomes =
    [
        CallOutcomes.Answered, CallOutcomes.HungUp, CallOutcomes.Agent, CallOutcomes.Refused, CallOutcomes.WrongNumber,
        CallOutcomes.NoAnswer, CallOutcomes.Busy, CallOutcomes.Off, CallOutcomes.Failed, CallOutcomes.Expired,
    ];

    /// <summary>How far the platform's clock may be before ours.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(10);

    /// <summary>The end of a call as the office is told; null with what is wrong, in zh-CN, or with nothing wrong where it has not ended.</summary>
    /// <param name="now">Our time: a report from later is wrong.</param>
    public static (AppealCalled? End, string? Problem) Read(CallReport report, CallbackCallOrdered order, DateTimeOffset now)
    {
        if (report.Call != order.Call || report.State is not { Length: > 0 and <= 40 } || report.At is not { } at)
        {
            return (null, "缺少通话编号、状态或时间。");
        }

        if (report.State != CallReport.Ended)
        {
            return (null, null);
        }

        if (at > now + Tolerance || at < order.At - Tolerance)
        {
            return (null, "通话结束的时间不在下单之后，或晚于现在。");
        }

        if (report.Outcome is not { } outcome || !Outcomes.Contains(outcome))
        {
            return (null, $"结果应为 {string.Join("、", Outcomes)} 之一。");
        }

        var answers = new List<CallAnswer>();
        foreach (var pressed in report.Keys ?? [])
        {
            if (pressed is null || Find(order.Script, pressed) is not { } key || answers.Exists(answer => answer.Question == pressed.Question))
            {
                return (null, "有不在问卷中的问题或按键，或同一问题有两个按键。");
            }

            if (key.Ends is null)
            {
                answers.Add(new(pressed.Question!, key.Value));
            }
            else if (key.Ends != outcome)
            {
                return (null, "按键与结果不符。");
            }
        }

        return (new AppealCalled(order.Id, order.Number, order.Channel, at.ToUniversalTime(), order.Call, outcome, answers), null);
    }

    private static CallKey? Find(CallScript script, PressedKey pressed) =>
        script.Questions.FirstOrDefault(question => question.Name == pressed.Question) is { } asked
            ? asked.Keys.Concat(script.Always).FirstOrDefault(key => key.Key == pressed.Key)
            : null;
}
