using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Portal;

/// <summary>The portal's options.</summary>
public sealed class PortalOptions
{
    public const string Section = "Hotline:Portal";

    private static readonly IReadOnlyList<Mailbox> Usual =
    [
        new() { Name = "12345", Title = "12345信箱" },
        new() { Name = "service-net", Title = "政务服务网" },
        new() { Name = "platform", Title = "一体化平台" },
    ];

    /// <summary>The mailboxes that link to the form, each its own source; the three usual ones when none is configured. The first is for those who name none.</summary>
    [ValidateEnumeratedItems]
    public IList<Mailbox> Mailboxes { get; } = [];

    /// <summary>Sites whose back ends send signed JSON.</summary>
    [ValidateEnumeratedItems]
    public IList<PortalSite> Sites { get; } = [];

    /// <summary>How long an opened form can be sent, 1–168 hours.</summary>
    [Range(1, 168)]
    public int FormHours { get; set; } = 24;

    /// <summary>The most bytes of a form without files, 16 KiB–1 MiB. A character takes nine in a form.</summary>
    [Range(16_384, 1_048_576)]
    public int FormBytes { get; set; } = 128 * 1024;

    /// <summary>The most bytes of a form with files, 64 KiB–256 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int MultipartBytes { get; set; } = 30 * 1024 * 1024;

    /// <summary>Uploads in work at once, 1–1000: each is held in memory while it is read.</summary>
    [Range(1, 1000)]
    public int Uploads { get; set; } = 16;

    internal IReadOnlyList<Mailbox> OpenMailboxes() => Mailboxes.Count > 0 ? [.. Mailboxes] : Usual;

    internal UploadLimits Limits => new(FormBytes, MultipartBytes, Uploads);
}

/// <summary>A mailbox 信箱: where a citizen came from to the form.</summary>
public sealed class Mailbox
{
    /// <summary>In <c>?mailbox=</c>.</summary>
    [Required]
    [RegularExpression("^[a-z0-9-]{1,40}$")]
    public string Name { get; set; } = "";

    /// <summary>The source its appeals bear, in zh-CN.</summary>
    [Required]
    public string Title { get; set; } = "";
}

/// <summary>A site whose back end sends.</summary>
public sealed class PortalSite : SignedSenderOptions;

[OptionsValidator]
public sealed partial class PortalOptionsValidator : IValidateOptions<PortalOptions>;
