using System.Globalization;
using System.Text;
using Hotline.Callback.Answers;
using Hotline.Callback.Tasks;
using Hotline.Contracts;

namespace Hotline.Callback.Calls;

/// <summary>
/// What a machine asks 自动外呼, and what the keys said. Pure. Whoever picks up hears it, so an order is named by its day, channel and last digits only: neither
/// title nor answer is said.
/// </summary>
internal static class CallScripts
{
    private const string Who = "who";
    private const string Yes = "yes";
    private const string No = "no";
    private const int DigitsSaid = 4;

    public static CallScript Of(IReadOnlyList<CallbackTask> tasks) => new(
        $"您好，这里是12345政务服务便民热线，就您反映过的{(tasks.Count > 1 ? $"{tasks.Count}件诉求" : "诉求")}作一次自动回访，按键回答即可。任何时候，转人工回访请按0，不愿接受回访请按9。",
        "谢谢您的评价，再见。",
        [new("0", "agent", CallOutcomes.Agent), new("9", "refused", CallOutcomes.Refused)],
        [
            new(Who, "请问您近期向12345反映过诉求吗？反映过，请按1；没有反映过，请按2。", [new("1", Yes), new("2", No, CallOutcomes.WrongNumber)]),
            .. tasks.SelectMany(QuestionsOn),
        ]);

    /// <summary>The orders a call is about.</summary>
    public static IEnumerable<string> NumbersOf(CallScript script) => script.Questions.Select(static question => question.Name.Split('/')).Where(static name => name.Length == 2).Select(static name => name[0]).Distinct();

    /// <summary>What was said of one order, as far as it is whole; null when it is not.</summary>
    public static CallbackAnswer? AnswerOf(CallbackTask task, IReadOnlyList<CallAnswer> answers)
    {
        var request = new AnswerRequest(
            YesOrNo(Given("contacted")), YesOrNo(Given("solved")), Given("unsolvedReason"), Given("satisfied"), Given("dissatisfiedReason"), task.SpokeWithAgent ? Given("service") : null);
        return request.Read(byUnit: task.Current is { Direct: false }).Answer;

        string? Given(string field) => answers.FirstOrDefault(answer => answer.Question == NameOf(task.Number, field))?.Value;
    }

    private static IEnumerable<CallQuestion> QuestionsOn(CallbackTask task)
    {
        var (number, round) = (task.Number, task.Current!);
        var first = $"您于{OfficeTime.At(task.Order!.ReceivedAt ?? round.StartedAt).ToString("M'月'd'日'", CultureInfo.InvariantCulture)}通过{TitleOf(task.Order.Channel)}反映的、编号末{DigitsSaid}位为{string.Join(' ', number[^DigitsSaid..].AsEnumerable())}的诉求，";
        if (!round.Direct)
        {
            yield return YesNo("contacted", $"{first}承办单位联系过您吗？联系过，请按1；没有联系，请按2。");
            first = "";
        }

        yield return YesNo("solved", $"{first}问题解决了吗？解决了，请按1；没有解决，请按2。");
        yield return Choice("unsolvedReason", "没有解决，是因为？", Lists.Unsolved, If("solved", No));
        yield return Choice("satisfied", "您对办理满意吗？", Lists.Satisfactions);
        yield return Choice("dissatisfiedReason", "不满意，是因为？", Lists.Dissatisfactions, If("satisfied", Lists.Dissatisfied));
        if (task.SpokeWithAgent)
        {
            yield return Choice("service", "您对当时接听电话的工作人员满意吗？这与办理分开统计。", Lists.Satisfactions);
        }

        CallAnswer If(string field, string value) => new(NameOf(number, field), value);
        CallQuestion YesNo(string field, string say) => new(NameOf(number, field), say, [new("1", Yes), new("2", No)]);
        CallQuestion Choice(string field, string say, IReadOnlyDictionary<string, string> list, CallAnswer? condition = null)
        {
            var said = new StringBuilder(say);
            var keys = new List<CallKey>();
            foreach (var (value, title) in list)
            {
                var key = (keys.Count + 1).ToString(CultureInfo.InvariantCulture);
                said.Append(CultureInfo.InvariantCulture, $"{title}，请按{key}；");
                keys.Add(new(key, value));
            }

            said[^1] = '。';
            return new(NameOf(number, field), said.ToString(), keys, condition);
        }
    }

    private static string NameOf(string number, string field) => $"{number}/{field}";

    private static string TitleOf(string channel) => Channels.ByName.TryGetValue(channel, out var known) ? known.Title : "热线";

    private static bool? YesOrNo(string? value) => value switch { Yes => true, No => false, _ => null };
}
