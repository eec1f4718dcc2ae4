using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Intake.Email.Mime;
using Hotline.Intake.Email.Replies;
using Hotline.Ports;
using Microsoft.Extensions.Options;

namespace Hotline.Intake.Email;

/// <summary>What a letter became.</summary>
/// <param name="Outcome">appeal, supplement or review.</param>
/// <param name="Number">Of the appeal; null for a review item.</param>
public sealed record MailReceipt(string Outcome, string? Number, bool Repeated);

/// <summary>Takes letters in, by whichever door: each becomes an appeal, a supplement or an item for a person to look at. Durable when it returns.</summary>
internal sealed partial class EmailReceiver(
    [FromKeyedServices(EmailChannel.Name)] AppealIntake intake,
    [FromKeyedServices(EmailChannel.Name)] AppealWatch watch,
    [FromKeyedServices(EmailChannel.Name)] CodeAttempts attempts,
    [FromKeyedServices(EmailChannel.Name)] Bell bell,
    BounceReader bounces,
    IOptions<EmailOptions> options)
{
    /// <summary>How many numbers and codes of one letter are looked at: nobody may try many by one letter.</summary>
    private const int MostTried = 3;

    /// <param name="addressee">Whom letters address that come this way; null when only the letter's receivers tell.</param>
    /// <exception cref="EngineAwayException">Nothing was kept: the sender must bring it again.</exception>
    public async ValueTask<MailReceipt> ReceiveAsync(ReadOnlyMemory<byte> message, string? addressee, CancellationToken cancellation)
    {
        using var entry = intake.Balance.Enter();
        var letter = Letter.Read(message);
        var original = new Original(message, "message/rfc822");
        if (EmailNormalizer.Obstacle(letter) is { } obstacle)
        {
            var bounced = letter.Kind.Origin is MailOrigin.Bounce ? await bounces.RecordAsync(message, cancellation) : null;
            await intake.KeepForReviewAsync(letter.Sender, original, bounced is null ? obstacle : $"退信，已记在诉求{bounced}的答复上。", cancellation);
            return new MailReceipt("review", null, Repeated: false);
        }

        // What a letter became once it stays, though codes are tried, closed and open again meanwhile.
        if (await intake.FindByKeyAsync(letter.Id, cancellation) is { } before)
        {
            intake.Balance.Became(EntryOutcome.Repeated);
            return new MailReceipt("appeal", before.State.Appeal.Number, Repeated: true);
        }

        if (await SupplementedAsync(letter, cancellation) is { } appeal)
        {
            var text = letter.NewText.Length > 0 ? letter.NewText : letter.Subject;
            var repeated = appeal.State.Supplements.Count;
            var after = await intake.SupplementAsync(appeal, letter.Id, text, LetterFiles.Of(letter, message), original, cancellation);
            watch.Changed(after.Id);
            return new MailReceipt("supplement", after.State.Appeal.Number, after.State.Supplements.Count == repeated);
        }

        var draft = EmailNormalizer.Normalize(letter, message, options.Value.Mailboxes, options.Value.AuthenticationServer);
        var sendsReceipt = options.Value.Smtp is { Missing: null, Receipts: true };
        var (receipt, _) = await intake.ReceiveAsync(draft with { Addressee = addressee ?? draft.Addressee }, original, null, cancellation, sendsReceipt: sendsReceipt);
        bell.Ring();
        return new MailReceipt("appeal", receipt.Number, receipt.Repeated);
    }

    /// <summary>The appeal a letter belongs to: it names the number, and comes from who wrote first or knows the code.</summary>
    private async ValueTask<Document<ReceivedAppeal>?> SupplementedAsync(Letter letter, CancellationToken cancellation)
    {
        var words = $"{letter.Subject}\n{letter.NewText}";
        var server = options.Value.AuthenticationServer; // where senders can be verified, an unverified one proves nothing
        foreach (var number in Number().Matches(words).Select(match => match.Value).Where(number => AppealNumber.IsValid(number)).Distinct().Take(MostTried))
        {
            if (await intake.FindAsync(number, cancellation) is not { } appeal)
            {
                continue;
            }

            if (appeal.State.HasSupplement(letter.Id) || (intake.IsFrom(appeal, letter.Sender) && (server.Length == 0 || letter.IsVerifiedBy(server))))
            {
                return appeal;
            }

            if (attempts.IsClosed(number))
            {
                continue;
            }

            foreach (var code in Code().Matches(words).Select(match => match.Value).Distinct().Take(MostTried))
            {
                if (intake.IsCodeOf(appeal, code))
                {
                    return appeal;
                }

                attempts.Wrong(number);
            }
        }

        return null;
    }

    [GeneratedRegex("(?<![0-9])[0-9]{15}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex("(?<![0-9A-Za-z])(?=[0-9A-Za-z]*[A-Za-z])[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{10}(?![0-9A-Za-z])", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
