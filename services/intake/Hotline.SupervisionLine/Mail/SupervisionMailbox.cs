using System.ComponentModel.DataAnnotations;
using Hotline.Hosting;

namespace Hotline.SupervisionLine.Mail;

/// <summary>
/// The mailbox that is the line's own. Everything in its folder, read or not, is sealed and then removed for good, so nothing else may come there.
/// </summary>
public sealed class SupervisionMailbox : ImapAccount
{
    /// <summary>The e-mail channel's mailboxes, where both run with the same settings.</summary>
    private const string OtherMailboxes = "Hotline:Email:Imap";

    /// <summary>The address reporters are told on the page; empty: the page tells none.</summary>
    [RegularExpression(@"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}")]
    public string Address { get; set; } = "";

    /// <summary>
    /// The most bytes of a letter, 64 KiB–25 MB. A larger one stays in the mailbox, and the station says so. While it is sealed a letter takes some
    /// twelve times its size of memory.
    /// </summary>
    [Range(65_536, MailSealer.MostBytes)]
    public int MostBytes { get; set; } = 12_000_000;

    /// <returns>Why it is not read: for the log, and what to do for staff; null when it is.</returns>
    internal (string Reason, string Remedy)? Closed(OfficerKeys officers, IConfiguration configuration) =>
        officers.Closed is { } noKeys ? ($"{noKeys}: nothing is fetched", "没有足够的工作人员公钥，邮箱没有被读取，邮件留在邮箱里。")
        : Password.Length == 0 ? ($"{SupervisionOptions.Section}:Mailbox:Password is not set", $"请设置 {SupervisionOptions.Section}:Mailbox:Password。")
        : configuration.GetSection(OtherMailboxes).GetChildren().Any(other => Same(other["Host"], Host) && Same(other["User"], User))
            ? ($"{OtherMailboxes} has the same mailbox: it would be read in clear there", $"这个邮箱也设在 {OtherMailboxes} 里，会被当作普通来信读取。请给监督专线单独的邮箱。")
        : null;

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
