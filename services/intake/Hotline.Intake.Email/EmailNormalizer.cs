using Hotline.Hosting;
using Hotline.Intake.Email.Mime;

namespace Hotline.Intake.Email;

/// <summary>From a letter to the common draft. Pure: no clock, no store.</summary>
public static class EmailNormalizer
{
    private const int LongestTitle = 100;
    private const int HeadLength = 30;
    private const int LongestText = 20_000;

    /// <summary>Why a letter cannot become an appeal by itself, in zh-CN; null when it can.</summary>
    public static string? Obstacle(Letter letter) => letter.Kind.Origin switch
    {
        MailOrigin.Bounce => "退信或投诉报告，不是来信。",
        MailOrigin.AutoReply => "自动回复，不是来信。",
        MailOrigin.List => "邮件列表或群发邮件，请人工判断是否为诉求。",
        _ when letter.Sender.Length == 0 => "看不出发件人。",
        _ when letter.NewText.Length == 0 && letter.Subject.Length == 0 && letter.Whole.Attachments.Count == 0 => "没有内容。",
        _ => null,
    };

    /// <param name="letter">Without obstacle.</param>
    /// <param name="source">The message's bytes, in which attachments lie.</param>
    public static AppealDraft Normalize(Letter letter, ReadOnlyMemory<byte> source, IEnumerable<MailboxAddressee> mailboxes, string authenticationServer)
    {
        var text = letter.NewText.Length > 0 ? letter.NewText : letter.Subject.Length > 0 ? letter.Subject : "（来信没有正文，见附件）";
        return new AppealDraft
        {
            Key = letter.Id,
            SourceId = letter.Id,
            Title = letter.Subject.Length > 0 ? TextCleaner.Head(letter.Subject, LongestTitle) : TextCleaner.Head(text, HeadLength),
            Text = text.Length <= LongestText ? text : $"{text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)]}…",
            SubmittedAt = letter.SentAt,
            Contact = new Contact(SubmissionChecks.Given(letter.SenderName), PhoneNumbers.FirstIn(text), letter.Sender, null, letter.Sender),
            Authenticity = letter.IsVerifiedBy(authenticationServer) ? "verified" : "claimed",
            Addressee = mailboxes.FirstOrDefault(mailbox => letter.Recipients.Contains(mailbox.Address, StringComparer.OrdinalIgnoreCase))?.Addressee,
            Files = LetterFiles.Of(letter, source),
        };
    }
}
