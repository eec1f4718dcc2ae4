using System.ComponentModel.DataAnnotations;
using Hotline.Intake.Email.Imap;
using Hotline.Intake.Email.Smtp;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Email;

/// <summary>The e-mail channel's options. Without a pipe key, a Maildir and an IMAP mailbox no mail comes in, and the channel says so.</summary>
public sealed class EmailOptions
{
    public const string Section = "Hotline:Email";

    /// <summary>The secret an MTA's pipe shows when it posts a message: <c>Authorization: Bearer …</c>. Empty: no message is taken that way.</summary>
    public string PipeKey { get; set; } = "";

    /// <summary>A Maildir an MTA delivers to; empty for none. A message is moved from <c>new</c> to <c>cur</c> once it is durable here.</summary>
    public string Maildir { get; set; } = "";

    /// <summary>How often to look into the Maildir, 1–3600 seconds.</summary>
    [Range(1, 3600)]
    public int PollSeconds { get; set; } = 5;

    /// <summary>Mailboxes read by IMAP: <c>Hotline:Email:Imap:0:Host</c> and so on.</summary>
    [ValidateEnumeratedItems]
    public IList<AddressedMailbox> Imap { get; } = [];

    /// <summary>The most bytes of a message, 64 KiB–256 MiB.</summary>
    [Range(65_536, 268_435_456)]
    public int MostBytes { get; set; } = 40 * 1024 * 1024;

    /// <summary>Our own mail server's name in <c>Authentication-Results</c>; what others claim there is not believed. Empty: no sender counts as verified.</summary>
    public string AuthenticationServer { get; set; } = "";

    /// <summary>The mailboxes of the office, with whom they address: 12345信箱, 市长信箱, 县（市、区）长信箱.</summary>
    [ValidateEnumeratedItems]
    public IList<MailboxAddressee> Mailboxes { get; } = [];

    /// <summary>How replies go out.</summary>
    [ValidateObjectMembers]
    public SmtpServer Smtp { get; } = new();

    /// <summary>Why no mail can come in; null when some can.</summary>
    public string? Closed => PipeKey.Length == 0 && Maildir.Length == 0 && Imap.All(account => account.Password.Length == 0)
        ? $"neither {Section}:PipeKey nor {Section}:Maildir nor an {Section}:Imap:0:Password is set"
        : null;
}

/// <summary>A mailbox and whom a letter to it addresses.</summary>
public sealed class MailboxAddressee
{
    [Required]
    public string Address { get; set; } = "";

    /// <summary>市长信箱 and the like; it travels with the appeal.</summary>
    [Required]
    public string Addressee { get; set; } = "";
}

[OptionsValidator]
public sealed partial class EmailOptionsValidator : IValidateOptions<EmailOptions>;
