using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>How citizens are rung by a machine that asks them by keys 自动外呼. Without platform or folder nobody is, and a person calls instead.</summary>
public sealed class CallOptions
{
    public const string Section = "Hotline:Calls";

    /// <summary>
    /// Where the platform has its calls, without a slash at the end. A call is PUT there as JSON below its id, and asked about by GET at the same address, both signed
    /// as <see cref="RequestSignature"/> says: see <see cref="HttpCallPlatform"/>. A secure address outside practice: the citizen's number is in it.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>Our name with the platform, and the platform's with us, in signatures.</summary>
    [RegularExpression("[a-z0-9-]{1,40}")]
    public string Name { get; set; } = "hotline";

    /// <summary>The key shared with the platform, at least 16 characters; a secret.</summary>
    [RegularExpression("^$|^[!-~]{16,200}$")]
    public string Key { get; set; } = "";

    /// <summary>Minutes after which the platform is asked what became of a call it has not told of, and between askings, 1–120.</summary>
    [Range(1, 120)]
    public int AskMinutes { get; set; } = 10;

    /// <summary>The most reports of the platform in a minute, 1–100,000.</summary>
    [Range(1, 100_000)]
    public int PerMinute { get; set; } = 3000;

    /// <summary>For practice, in place of a platform: a folder in which each call becomes a file, and what was pressed another.</summary>
    public string Folder { get; set; } = "";
}

[OptionsValidator]
internal sealed partial class CallOptionsValidator : IValidateOptions<CallOptions>;
