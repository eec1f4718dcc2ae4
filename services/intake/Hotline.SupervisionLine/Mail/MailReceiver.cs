using Hotline.SupervisionLine.Reports;

namespace Hotline.SupervisionLine.Mail;

/// <summary>Makes a sealed report of a mail, once: durable when it returns. One at a time, and one process at a time holds the store.</summary>
/// <param name="flood">Of mail alone; disposed of here.</param>
internal sealed class MailReceiver(ReportStore store, OfficerKeys officers, CodeChecks checks, MailMarks marks, HourlyLimit flood) : IDisposable
{
    public MailMarks Marks => marks;

    /// <summary>Whether no further mail is taken for now: then none need be fetched.</summary>
    public bool IsFull => flood.IsUsedUp;

    public void Dispose() => flood.Dispose();

    /// <summary>Whether the mail that lies at this place is durable here.</summary>
    public ValueTask<bool> HasAsync(string place, CancellationToken cancellation) => store.HasMailAsync(place, cancellation);

    /// <param name="mail">The caller overwrites it.</param>
    /// <returns>False when the line is too busy: the mail must be brought again.</returns>
    /// <exception cref="Hotline.Ports.EngineAwayException">Nothing was kept, or it is not known: the mail must be brought again.</exception>
    public async ValueTask<bool> ReceiveAsync(ReadOnlyMemory<byte> mail, string place, CancellationToken cancellation)
    {
        var letter = marks.OfLetter(mail.Span);
        if (await store.HasMailAsync(letter, cancellation))
        {
            return true;
        }

        if (!flood.TryTake())
        {
            return false;
        }

        var sealedAt = new MailHeader(mail.Span).IsAutomatic ? SealedAt.AutomaticMail : SealedAt.Mail;
        var (report, code, replyKey) = MailSealer.Seal(mail.Span, officers.ByThumbprint.Values);
        if (await checks.MakeAsync(code.Proof, cancellation) is not { } verifier)
        {
            return false;
        }

        await store.AddAsync(code.Locator, report, verifier, replyKey.Thumbprint(), code.Lock(replyKey), sealedAt, cancellation, [letter, place]);
        return true;
    }
}
