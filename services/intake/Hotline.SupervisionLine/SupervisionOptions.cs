using System.ComponentModel.DataAnnotations;
using Hotline.SupervisionLine.Mail;
using Microsoft.Extensions.Options;

namespace Hotline.SupervisionLine;

/// <summary>The supervision line's options.</summary>
public sealed class SupervisionOptions
{
    public const string Section = "Hotline:Supervision";

    /// <summary>The folder of everything that is the line's: store, keys. <c>supervision</c> in <c>Hotline:Data</c> when empty; on a local disk.</summary>
    public string Folder { get; set; } = "";

    /// <summary>The folder of the officers' public keys, <c>*.jwk</c>. <c>officers</c> in <see cref="Folder"/> when empty.</summary>
    public string Officers { get; set; } = "";

    /// <summary>The higher body's public key, for reports on the commission's own leaders. <c>upward.jwk</c> in <see cref="Folder"/> when empty; it may be missing.</summary>
    public string Upward { get; set; } = "";

    /// <summary>Practice: fewer than three officers' keys are enough. Never set it in service.</summary>
    public bool Practice { get; set; }

    /// <summary>Reports taken in one hour from all together, by the page and by mail each, 1–100,000: a flood must not fill the disk.</summary>
    [Range(1, 100_000)]
    public int ReportsPerHour { get; set; } = 1000;

    /// <summary>Letters a reporter may add to one report, 1–10,000.</summary>
    [Range(1, 10_000)]
    public int LettersPerReport { get; set; } = 200;

    /// <summary>Checks of receipt codes at once, 1–64; each takes a processor for some milliseconds.</summary>
    [Range(1, 64)]
    public int ChecksAtOnce { get; set; } = 2;

    /// <summary>The line's own mailbox, <c>Hotline:Supervision:Mailbox:Host</c> and so on; none when it is not set.</summary>
    [ValidateObjectMembers]
    public SupervisionMailbox? Mailbox { get; set; }
}

[OptionsValidator]
public sealed partial class SupervisionOptionsValidator : IValidateOptions<SupervisionOptions>;
