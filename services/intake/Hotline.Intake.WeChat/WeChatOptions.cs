using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat;

/// <summary>The official account's options. Without token and key the channel stays closed and says so.</summary>
public sealed class WeChatOptions
{
    public const string Section = "Hotline:WeChat";

    /// <summary>The account's AppId, <c>wx…</c>.</summary>
    public string AppId { get; set; } = "";

    /// <summary>The Token of the platform's server settings; a secret.</summary>
    public string Token { get; set; } = "";

    /// <summary>The EncodingAESKey of the platform's server settings, 43 characters; a secret. Empty only with <see cref="AllowPlain"/>.</summary>
    [RegularExpression("^[A-Za-z0-9+/]{43}$|^$")]
    public string EncodingAesKey { get; set; } = "";

    /// <summary>Takes pushes that are signed but not encrypted (the platform's plain and compatible modes). Whoever carries them can read them.</summary>
    public bool AllowPlain { get; set; }

    /// <summary>After how many quiet minutes what was sent becomes an appeal by itself, 1–1440.</summary>
    [Range(1, 1440)]
    public int QuietMinutes { get; set; } = 10;

    /// <summary>The most messages of one conversation, 2–500; with the last of them it is handed in.</summary>
    [Range(2, 500)]
    public int MostMessages { get; set; } = 60;

    /// <summary>How often to look for what was left unfinished, 1–600 seconds.</summary>
    [Range(1, 600)]
    public int SweepSeconds { get; set; } = 20;

    /// <summary>Why the channel is closed; null when it is open.</summary>
    public string? Closed => Token.Length == 0 ? $"{Section}:Token is not set" : EncodingAesKey.Length == 0 && !AllowPlain ? $"{Section}:EncodingAesKey is not set" : null;
}

[OptionsValidator]
public sealed partial class WeChatOptionsValidator : IValidateOptions<WeChatOptions>;
