using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;

namespace Hotline.SupervisionLine.Mail;

/// <summary>
/// The mailbox that is the line's own. Everything in its folder, read or not, is sealed and then removed for good, so nothing else may come there.
/// </summary>
public sealed class SupervisionMailbox : ImapAccount
{
    /// <summary>The address reporters are told on the page; empty: the page tells none.</summary>
    [RegularExpression(@"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}")]
    public string Address { get; set; } = "";

    /// <summary>The most bytes of a letter, 64 KiB–25 MB. A larger one stays in the mailbox, and the station says so.</summary>
    [Range(65_536, MailSealer.MostBytes)]
    public int MostBytes { get; set; } = MailSealer.MostBytes;
}
