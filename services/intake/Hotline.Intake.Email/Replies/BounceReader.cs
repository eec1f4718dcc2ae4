using System.Text.RegularExpressions;
using Hotline.Intake.Email.Mime;
using Hotline.Intake.Replies;

namespace Hotline.Intake.Email.Replies;

/// <summary>Reads what mail servers tell of our messages (RFC 3464) and records it with the reply it is about.</summary>
internal sealed partial class BounceReader(AppealIntake intake, MessageTag tag)
{
    /// <returns>The number of the appeal; null when the bounce names no message of ours.</returns>
    public async ValueTask<string?> RecordAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var mime = MimeReader.Read(message);
        var parts = mime.Walk().ToList();
        if (NamesOf(mime, parts).Select(text => tag.Find(text)).FirstOrDefault(found => found is not null) is not var (number, version, round)
            || await intake.FindAsync(number, cancellation) is not { } appeal)
        {
            return null;
        }

        var report = parts.Find(part => part.ContentType.MediaType is "message/delivery-status" or "message/global-delivery-status")?.ReadText();
        var action = report is null ? "failed" : Action().Match(report).Groups[1].Value.ToLowerInvariant();
        var status = report is null ? "" : Status().Match(report).Groups[1].Value;
        DeliveryState? state = parts.Exists(part => part.ContentType.MediaType == "message/feedback-report") ? null : action switch
        {
            "failed" => DeliveryState.Failed,
            "delivered" => DeliveryState.Delivered,
            _ => null, // delayed, relayed, expanded: nothing is decided
        };
        if (state is { } ended)
        {
            var reason = ended is DeliveryState.Delivered ? null : status.Length > 0 ? $"邮件被退回（{status}）。" : "邮件被退回。";
            await intake.Replies.RecordAsync(appeal.Id, version, (known, now) => known.Round == round ? new ReplyEnded(version, now, ended, reason) : null, cancellation);
        }

        return number;
    }

    /// <summary>Where a bounce says of which message it speaks.</summary>
    private static IEnumerable<string> NamesOf(MimeEntity mime, IEnumerable<MimeEntity> parts)
    {
        foreach (var part in parts)
        {
            if (part != mime && part.Headers.First("Message-ID") is { } id)
            {
                yield return id.Undecoded;
            }

            if (part.ContentType.MediaType is "text/rfc822-headers" or "message/delivery-status" or "message/global-delivery-status" or "message/rfc822-headers")
            {
                yield return part.ReadText();
            }
        }

        yield return mime.Headers.First("In-Reply-To")?.Undecoded ?? "";
        yield return mime.Headers.First("References")?.Undecoded ?? "";
    }

    [GeneratedRegex(@"^Action:[ \t]*([A-Za-z]+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Action();

    [GeneratedRegex(@"^Status:[ \t]*([245]\.[0-9]{1,3}\.[0-9]{1,3})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Status();
}
