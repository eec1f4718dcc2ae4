using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Phone.Sms;

/// <summary>How callers get replies as text messages. Without provider or folder replies wait, and the channel says so.</summary>
public sealed class SmsOptions
{
    public const string Section = "Hotline:Sms";

    /// <summary>Where the provider takes messages: each is posted as JSON with id, phone and text, signed as <see cref="Hosting.RequestSignature"/> says.</summary>
    public Uri? Url { get; set; }

    /// <summary>Our name with the provider, in the signature.</summary>
    [RegularExpression("[a-z0-9-]{1,40}")]
    public string Name { get; set; } = "hotline";

    /// <summary>The key shared with the provider; a secret.</summary>
    public string Key { get; set; } = "";

    /// <summary>The signature 签名 before each text, without its brackets; empty where the provider sets it.</summary>
    [StringLength(20)]
    public string Signature { get; set; } = "12345热线";

    /// <summary>For practice, in place of a provider: a folder in which each message becomes a file.</summary>
    public string Folder { get; set; } = "";
}

[OptionsValidator]
public sealed partial class SmsOptionsValidator : IValidateOptions<SmsOptions>;
