namespace Hotline.Desk.Callbacks;

/// <summary>What can be chosen in answers and tries, as the callback service knows it: code → what people read.</summary>
internal static class CallbackWords
{
    public static readonly (string? Group, string Value, string Title)[] Satisfactions = [(null, "satisfied", "满意"), (null, "fair", "基本满意"), (null, "dissatisfied", "不满意")];

    public static readonly (string? Group, string Value, string Title)[] Unsolved =
        [(null, "not-done", "没有办理"), (null, "partly", "只解决了一部分"), (null, "came-back", "问题又出现了"), (null, "only-words", "只有答复，没有行动"), (null, "other", "其他")];

    public static readonly (string? Group, string Value, string Title)[] Dissatisfactions =
        [(null, "result", "对结果不满意"), (null, "slow", "办得太慢"), (null, "manner", "态度不好"), (null, "no-contact", "没有人联系我"), (null, "unclear", "答复看不明白"), (null, "other", "其他")];

    /// <summary>Why a call brought no answer; the group says whether somebody picked up.</summary>
    public static readonly (string? Group, string Value, string Title)[] Tries =
    [
        (NotReached, "no-answer", "无人接听"), (NotReached, "busy", "占线"), (NotReached, "off", "关机或停机"),
        (Reached, "wrong-number", "号码不对"), (Reached, "later", "请求改时间"), (Reached, "refused", "不愿接受回访"),
    ];

    /// <summary>Why a machine's call brought no answer, beside what a person's can.</summary>
    private static readonly (string? Group, string Value, string Title)[] MachineTries =
        [(null, "hung-up", "中途挂断"), (null, "agent", "要求人工回访"), (null, "unknown", "不知是否拨通"), (null, "wrong-number", "说没有反映过")];

    private const string ByMachine = "machine";
    private const string NotReached = "没有接通";
    private const string Reached = "接通了";

    public static bool IsReached(string why) => Array.Exists(Tries, tried => tried.Value == why && tried.Group == Reached);

    public static string TitleOf((string? Group, string Value, string Title)[] list, string? code) => Array.Find(list, entry => entry.Value == code).Title ?? code ?? "";

    /// <summary>A try without an answer, and who made it.</summary>
    public static string TryOf(string by, string why) => by == ByMachine ? $"{TitleOf([.. MachineTries, .. Tries], why)}（自动外呼）" : $"{TitleOf(Tries, why)}（{by}）";

    /// <summary>Who answered, and how.</summary>
    public static string AnsweredBy(string way, string by) => way == ByMachine ? "诉求人自己，自动外呼按键" : by == "citizen" ? "诉求人自己" : by;

    public static string YesNo(bool? said, string yes, string no) => said switch { true => yes, false => no, null => "" };
}
