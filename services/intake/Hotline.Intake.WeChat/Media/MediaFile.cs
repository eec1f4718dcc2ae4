using System.Security.Cryptography;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.WeChat.Media;

/// <summary>A photo, recording or video of a message as the appeal shows it. Pure.</summary>
internal static class MediaFile
{
    private static readonly Dictionary<string, string> Extensions = new()
    {
        ["image/jpeg"] = ".jpg",
        ["image/png"] = ".png",
        ["image/gif"] = ".gif",
        ["image/webp"] = ".webp",
        ["audio/amr"] = ".amr",
        ["audio/mpeg"] = ".mp3",
        ["video/mp4"] = ".mp4",
    };

    /// <param name="type">The message's type.</param>
    public static Attachment Of(string type, ReadOnlySpan<byte> content)
    {
        var (mediaType, refused) = FileTypes.Sniff(content);
        return new Attachment(NameOf(type) + Extensions.GetValueOrDefault(mediaType, ""), mediaType, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), refused);
    }

    /// <param name="reason">Why there are no bytes, in zh-CN.</param>
    public static Attachment Missing(string type, string reason) => new(NameOf(type), FileTypes.Unknown, 0, Convert.ToHexStringLower(SHA256.HashData([])), reason);

    /// <summary>What people call it.</summary>
    public static string NameOf(string type) => type switch
    {
        "image" => "图片",
        "voice" => "语音",
        _ => "视频",
    };
}
