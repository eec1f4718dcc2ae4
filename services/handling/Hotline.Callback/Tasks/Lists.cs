namespace Hotline.Callback.Tasks;

/// <summary>What can be chosen in answers and tries: code → what people read.</summary>
internal static class Lists
{
    public const string Satisfied = "satisfied";
    public const string Fair = "fair";
    public const string Dissatisfied = "dissatisfied";
    public const string Refused = "refused";
    public const string WrongNumber = "wrong-number";

    public static readonly IReadOnlyDictionary<string, string> Satisfactions = new Dictionary<string, string>
    {
        [Satisfied] = "满意",
        [Fair] = "基本满意",
        [Dissatisfied] = "不满意",
    };

    public static readonly IReadOnlyDictionary<string, string> Unsolved = new Dictionary<string, string>
    {
        ["not-done"] = "没有办理",
        ["partly"] = "只解决了一部分",
        ["came-back"] = "问题又出现了",
        ["only-words"] = "只有答复，没有行动",
        ["other"] = "其他",
    };

    public static readonly IReadOnlyDictionary<string, string> Dissatisfactions = new Dictionary<string, string>
    {
        ["result"] = "对结果不满意",
        ["slow"] = "办得太慢",
        ["manner"] = "态度不好",
        ["no-contact"] = "没有人联系我",
        ["unclear"] = "答复看不明白",
        ["other"] = "其他",
    };

    /// <summary>Why a call brought no answer.</summary>
    public static readonly IReadOnlyDictionary<string, string> NoAnswers = new Dictionary<string, string>
    {
        ["no-answer"] = "无人接听",
        ["busy"] = "占线",
        ["off"] = "关机或停机",
        [WrongNumber] = "号码不对",
        ["later"] = "请求改时间",
        [Refused] = "不愿接受回访",
    };
}
