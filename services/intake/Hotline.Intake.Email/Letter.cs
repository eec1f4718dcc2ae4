using System.Security.Cryptography;
using Hotline.Intake.Email.Mime;

namespace Hotline.Intake.Email;

/// <summary>A message as the channel reads it: who wrote, to which mailbox, what is new in it.</summary>
/// <param name="Id">
/// The same for the same message, by whichever way it came: from its Message-ID, its sender and what it says, for programs use an id again
/// for another letter; without a Message-ID from its bytes. Names nobody.
/// </param>
/// <param name="Sender">The address of who wrote, lower case; empty when there is none to be made out.</param>
/// <param name="Subject">Without Re:, 回复： and the like.</param>
/// <param name="NewText">What he wrote this time.</param>
/// <param name="Recipients">All addresses it names as its receivers, lower case.</param>
public sealed record Letter(
    string Id, MailKind Kind, string Sender, string SenderName, string Subject, string NewText, MailText Whole, DateTimeOffset? SentAt, IReadOnlyList<string> Recipients, string? Authentication)
{
    private static readonly string[] Prefixes = ["re:", "re：", "fw:", "fwd:", "回复:", "回复：", "答复:", "答复：", "转发:", "转发：", "答覆:", "回覆:"];
    private static readonly string[] ReceiverFields = ["Delivered-To", "X-Original-To", "To", "Cc"];

    /// <summary>Reads a message; never throws, whatever the bytes.</summary>
    public static Letter Read(ReadOnlyMemory<byte> message)
    {
        var mime = MimeReader.Read(message);
        var from = Addresses(mime, "From").Concat(Addresses(mime, "Sender")).FirstOrDefault();
        var sender = from?.Address.ToLowerInvariant() ?? "";
        var text = MailText.Of(mime);
        return new Letter(
            IdOf(MessageIds.Parse(mime.Headers.First("Message-ID")?.Undecoded) is [var id, ..] ? id : null, sender, mime.RawBody.Span, message.Span),
            MailKind.Of(mime),
            sender,
            TextCleaner.Clean(from?.Name),
            Strip(TextCleaner.Clean(mime.Headers.Text("Subject"))),
            TextCleaner.Clean(QuoteCutter.Cut(text.Text).New),
            text,
            MailDate.Parse(mime.Headers.First("Date")?.Undecoded)?.At,
            [.. ReceiverFields.SelectMany(field => Addresses(mime, field)).Select(receiver => receiver.Address.ToLowerInvariant()).Distinct()],
            mime.Headers.Text("Authentication-Results"));
    }

    /// <summary>Whether our own mail server vouches that the sender's domain sent it: the top field only, for those below came with the message.</summary>
    public bool IsVerifiedBy(string server) =>
        server.Length > 0 && Authentication is { } said && said.TrimStart().StartsWith(server, StringComparison.OrdinalIgnoreCase)
        && said.TrimStart()[server.Length..] is [';' or ' ', ..] && said.Contains("dmarc=pass", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Mailbox> Addresses(MimeEntity mime, string field) =>
        mime.Headers.Where(header => header.Name.Equals(field, StringComparison.OrdinalIgnoreCase)).SelectMany(header => Mailbox.ParseList(header.Undecoded)).Where(mailbox => mailbox.Address.Contains('@', StringComparison.Ordinal));

    private static string IdOf(string? messageId, string sender, ReadOnlySpan<byte> body, ReadOnlySpan<byte> message) => Convert.ToHexStringLower(
        messageId is null ? SHA256.HashData(message) : SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{messageId}\n{sender}\n{Convert.ToHexStringLower(SHA256.HashData(body))}")))[..32];

    private static string Strip(string subject)
    {
        while (Array.Find(Prefixes, prefix => subject.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) is { } found)
        {
            subject = subject[found.Length..].TrimStart();
        }

        return subject;
    }
}
