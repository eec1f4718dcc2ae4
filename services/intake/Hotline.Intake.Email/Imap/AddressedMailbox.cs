using Hotline.Hosting;

namespace Hotline.Intake.Email.Imap;

/// <summary>A mailbox of the office.</summary>
public sealed class AddressedMailbox : ImapAccount
{
    /// <summary>Whom letters in this mailbox address: 市长信箱 and the like. Empty: <see cref="EmailOptions.Mailboxes"/> tells by the letter's receivers.</summary>
    public string Addressee { get; set; } = "";
}
