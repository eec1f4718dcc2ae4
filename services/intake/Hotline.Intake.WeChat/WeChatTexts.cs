using Hotline.Contracts;

namespace Hotline.Intake.WeChat;

/// <summary>What the account says to citizens.</summary>
internal static class WeChatTexts
{
    public const string Help =
        "这里是12345政务服务便民热线。请直接发送您的诉求：文字、语音、图片、位置都可以，发完请回复“完成”。\n"
        + "查询进度：查询 编号\n补充内容：补充 编号 内容\n催办：催单 编号\n撤回：撤诉 编号 原因";

    public const string NothingOpen = "您现在没有正在填写的诉求。请直接发送诉求内容。";
    public const string NotFound = "没有查到这个编号，或提取码不对。本人提交的请发送“查询 编号”；他人提交的请发送“查询 编号 提取码”。";
    public const string NotYours = "没有查到由您提交的这个编号。请核对编号，或拨打12345。";
    public const string TooOften = "该编号的提取码错误次数过多，请一小时后再试，或拨打12345查询。";

    public static string Opened(string number, string code, WeChatNormalizer.Elements missing, int quietMinutes) =>
        $"已收到，编号{number}，提取码{code}，请保存。{Ask(missing)}可继续发送文字、图片、语音、位置；说完请回复“完成”，{quietMinutes}分钟没有新内容将自动提交。";

    public static string Added(string number, WeChatNormalizer.Elements missing) => $"已加入诉求{number}。{Ask(missing)}说完请回复“完成”。";

    public static string Telling(string number) => $"诉求{number}正在登记：可继续发送内容，说完请回复“完成”。";

    public static string Completed(string number, string code) => $"您的诉求已受理登记，编号{number}，提取码{code}。发送“查询 {number}”可随时了解进度。";

    public static string Supplemented(string number) => $"已补充到诉求{number}。";

    public static string Urged(string number) => $"已记录催单，诉求{number}。";

    public static string Withdrawn(string number) => $"诉求{number}已撤回。";

    /// <summary>A supplement's words, for staff.</summary>
    public static string LateMedia(string name, string? refused) => refused is null ? $"市民提交诉求前发送的{name}，已从微信取回。" : $"市民提交诉求前发送的{name}：{refused}";

    /// <summary>Where an appeal stands, with what was replied last.</summary>
    public static string Progress(ReceivedAppeal appeal)
    {
        var latest = appeal.Replies.MaxBy(reply => reply.Version);
        return $"诉求{appeal.Appeal.Number}：{AppealProgress.TitleOf(appeal)}。{(latest is null ? "" : $"\n{latest.Text}")}";
    }

    private static string Ask(WeChatNormalizer.Elements missing)
    {
        (WeChatNormalizer.Elements Element, string Name)[] names =
        [
            (WeChatNormalizer.Elements.Matter, "什么事"), (WeChatNormalizer.Elements.Time, "什么时候"), (WeChatNormalizer.Elements.Place, "什么地方（可发位置）"), (WeChatNormalizer.Elements.Phone, "联系电话"),
        ];
        var asked = names.Where(name => missing.HasFlag(name.Element)).Select(name => name.Name).ToList();
        return asked.Count == 0 ? "" : $"为便于办理，请告诉我们：{string.Join("、", asked)}。";
    }
}
