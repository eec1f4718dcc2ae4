namespace Hotline.Intake;

/// <summary>Where an appeal stands, in the words every channel tells citizens.</summary>
public static class AppealProgress
{
    /// <summary>The state of an appeal, withdrawal included.</summary>
    public static string TitleOf(ReceivedAppeal appeal) => appeal.WithdrawnAt is not null ? "已撤回" : TitleOf(appeal.State);

    /// <summary>A state of the work order; one not known yet as it is.</summary>
    public static string TitleOf(string state) => state switch
    {
        "received" => "已收到，等待受理",
        "accepted" => "已受理",
        "answered" => "已答复",
        "in-handling" => "办理中",
        "handled" => "已办结",
        "promise" => "已承诺办理日期",
        "callback" => "待回访",
        "review" => "复核中",
        "closed" => "已结案",
        _ => state,
    };
}
