using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.SupervisionLine.Mail;

/// <summary>How the line's mailbox stands, for the station and for whoever runs it.</summary>
/// <param name="State">none, closed, waiting or open.</param>
/// <param name="Why">What is the matter and what to do; null when nothing is.</param>
/// <param name="TooLarge">Letters that are too large to be sealed and stay in the mailbox; for officers only, as is the next.</param>
/// <param name="Kept">Letters that are sealed, but that the server does not let us remove.</param>
public sealed record MailboxView(string State, string? Why = null, int? TooLarge = null, int? Kept = null);

/// <summary>What the reader of the mailbox says of it.</summary>
internal sealed class MailboxState
{
    private volatile MailboxView _view = new("none");

    public void Say(MailboxView view) => _view = view;

    /// <summary>Without figures for who may not know that there are letters.</summary>
    public MailboxView For(StaffUser user) => user.Roles.Contains(Roles.DisciplineOfficer) ? _view : _view with { TooLarge = null, Kept = null };
}
