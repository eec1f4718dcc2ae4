using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.WeChat;

/// <summary>The official account's options. Without token and key the channel stays closed and says so.</summary>
public sealed class WeChatOptions : IValidatableObject
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

    /// <summary>
    /// Template messages by kind of reply (danger, accepted, answered, answer-changed, handled, callback, closed, withdrawn), or <c>default</c> for those without their own:
    /// how a citizen is told when his last message is more than 48 hours old. Without one he is not, and the list of deliveries says so.
    /// </summary>
    public IDictionary<string, WeChatTemplate> Templates { get; } = new Dictionary<string, WeChatTemplate>(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from template in Templates
        where template.Value.Id.Length == 0 || template.Value.Fields.Count == 0
        select new ValidationResult($"{Section}:Templates:{template.Key} needs an Id and at least one of Fields, as the platform's list shows them.");

    /// <summary>Why the channel is closed; null when it is open.</summary>
    public string? Closed => Token.Length == 0 ? $"{Section}:Token is not set" : EncodingAesKey.Length == 0 && !AllowPlain ? $"{Section}:EncodingAesKey is not set" : null;
}

/// <summary>A template message 模板消息 as the account registered it with the platform.</summary>
public sealed class WeChatTemplate
{
    /// <summary>The template's id in the platform's list.</summary>
    public string Id { get; set; } = "";

    /// <summary>
    /// The template's fields, <c>character_string1</c>, <c>thing2</c> and so on, and what stands in each: words with <c>{number}</c>, <c>{title}</c>,
    /// <c>{state}</c>, <c>{time}</c> and <c>{text}</c>. Each is cut to what its kind takes.
    /// </summary>
    public IDictionary<string, string> Fields { get; } = new Dictionary<string, string>();

    /// <summary>Where a tap leads, with <c>{number}</c>; empty for nowhere.</summary>
    public string Url { get; set; } = "";
}

[OptionsValidator]
public sealed partial class WeChatOptionsValidator : IValidateOptions<WeChatOptions>;
