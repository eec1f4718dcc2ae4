using System.Collections.Frozen;

namespace Hotline.Contracts;

/// <summary>A channel 渠道: its name in events and paths, its two digits in numbers, and what staff read.</summary>
public sealed record Channel(string Name, int Code, string Title);

/// <summary>The channels an appeal may come in by. To readers of events a channel is any string; this table is for those who issue numbers.</summary>
public static class Channels
{
    public static readonly Channel Phone = new("phone", 1, "电话");
    public static readonly Channel WeChat = new("wechat", 2, "微信");
    public static readonly Channel App = new("app", 3, "手机应用");
    public static readonly Channel Email = new("email", 4, "电子邮箱");
    public static readonly Channel MessageBoard = new("message-board", 5, "领导留言板");
    public static readonly Channel PhotoReport = new("photo-report", 6, "随手拍");
    public static readonly Channel Portal = new("portal", 7, "门户网站");
    public static readonly Channel Partner = new("partner", 8, "合作平台");

    public static readonly FrozenDictionary<string, Channel> ByName =
        new[] { Phone, WeChat, App, Email, MessageBoard, PhotoReport, Portal, Partner }.ToFrozenDictionary(c => c.Name);
}
