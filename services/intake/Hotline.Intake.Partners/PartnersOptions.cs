using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Partners;

/// <summary>The partners' options: who sends, by which protocol, under which source.</summary>
public sealed class PartnersOptions : IValidatableObject
{
    public const string Section = "Hotline:Partners";

    /// <summary>The partners. One without a key stays closed and says so.</summary>
    [ValidateEnumeratedItems]
    public IList<PartnerOptions> Partners { get; } = [];

    /// <summary>For how many minutes what a Weibo user sends next belongs to his appeal before, 1–1440.</summary>
    [Range(1, 1440)]
    public int WeiboMinutes { get; set; } = 30;

    /// <summary>The most bytes of a message without files, 1 KiB–1 MiB.</summary>
    [Range(1024, 1_048_576)]
    public int JsonBytes { get; set; } = 64 * 1024;

    /// <summary>The most bytes of one with files, 64 KiB–256 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int MultipartBytes { get; set; } = 30 * 1024 * 1024;

    /// <summary>Uploads in work at once, 1–1000: each is held in memory while it is read.</summary>
    [Range(1, 1000)]
    public int Uploads { get; set; } = 16;

    /// <summary>A name stands for one partner whatever he speaks: his appeals are found by it. So does a source: by it the partner gateway knows whose case it is.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var twice in Partners.GroupBy(partner => partner.Name).Where(group => group.Count() > 1))
        {
            yield return new($"{Section}:Partners has two of the name {twice.Key}.");
        }

        foreach (var twice in Partners.GroupBy(partner => partner.Source).Where(group => group.Key.Length > 0 && group.Count() > 1))
        {
            yield return new($"{Section}:Partners has two of the source {twice.Key}: each would be shown the other's cases. Give each his own.");
        }
    }

    internal UploadLimits Limits => new(JsonBytes, MultipartBytes, Uploads);

    internal IEnumerable<SignedSender> Senders(PartnerProtocol protocol) => Partners.Where(partner => partner.Protocol == protocol).Select(partner => partner.ToSender());
}

/// <summary>What a partner speaks.</summary>
public enum PartnerProtocol
{
    /// <summary>Signed JSON of appeals: newspapers, broadcasters, whoever has nothing of his own.</summary>
    Media,

    /// <summary>Weibo's fans' service 粉丝服务; the key is the appsecret.</summary>
    Weibo,

    /// <summary>Work orders of the province's platform 省平台.</summary>
    Province,
}

/// <summary>A partner.</summary>
public sealed class PartnerOptions : SignedSenderOptions
{
    public PartnerProtocol Protocol { get; set; }
}

[OptionsValidator]
public sealed partial class PartnersOptionsValidator : IValidateOptions<PartnersOptions>;
