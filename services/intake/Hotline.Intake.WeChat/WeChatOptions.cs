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

    /// <summary>The account's AppSecret; a secret. Without it what citizens photograph and record stays with the platform, which deletes it after three days.</summary>
    public string AppSecret { get; set; } = "";

    /// <summary>Where the platform's interface is.</summary>
    [Required]
    public Uri ApiBase { get; set; } = new("https://api.weixin.qq.com/");

    /// <summary>Fetches the token by stable_token, which spends no other's; false for the older call, for an account whose token nobody else fetches.</summary>
    public bool StableToken { get; set; } = true;

    /// <summary>Hosts from which videos are fetched when the platform gives an address in place of the bytes: <c>qq.com</c> for all below it; <c>host:port</c> for that alone.</summary>
    public IList<string> VideoHosts { get; } = [];

    /// <summary>How long an appeal waits for its photos and recordings after the citizen said that this is all, 0–600 seconds; what comes later is a supplement.</summary>
    [Range(0, 600)]
    public int MediaWaitSeconds { get; set; } = 60;

    /// <summary>The largest photo, recording or video taken, 1 KiB–256 MiB, bytes.</summary>
    [Range(1024, 268_435_456)]
    public int MediaBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Why the channel is closed; null when it is open.</summary>
    public string? Closed => Token.Length == 0 ? $"{Section}:Token is not set" : EncodingAesKey.Length == 0 && !AllowPlain ? $"{Section}:EncodingAesKey is not set" : null;
}

[OptionsValidator]
public sealed partial class WeChatOptionsValidator : IValidateOptions<WeChatOptions>;
