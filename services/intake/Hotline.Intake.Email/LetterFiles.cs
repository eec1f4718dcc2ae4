using System.Buffers;
using System.Security.Cryptography;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.Email.Mime;

namespace Hotline.Intake.Email;

/// <summary>What was attached to a letter, inline images included: sniffed, hashed, and read out of its transfer encoding where it is taken up. Pure.</summary>
public static class LetterFiles
{
    private const int MostFiles = 20;
    private const int MostListed = 100; // what is listed travels in the event
    private const int LargestFile = 20 * 1024 * 1024;
    private const int LongestName = 100;
    private const string OnlyInLetter = "原信完整保存，可由工作人员查看。";
    private static readonly SearchValues<byte> NoText = SearchValues.Create([.. Enumerable.Range(0, 0x20).Except(['\t', '\n', '\f', '\r']).Append(0x7F).Select(code => (byte)code)]);

    /// <param name="source">The letter's bytes, in which the files lie. What is decoded of them is never longer than they are.</param>
    public static IReadOnlyList<ReceivedFile> Of(Letter letter, ReadOnlyMemory<byte> source)
    {
        var attachments = letter.Whole.Attachments;
        var files = new List<ReceivedFile>();
        var taken = 0;
        foreach (var attachment in attachments.Take(attachments.Count > MostListed ? MostListed - 1 : MostListed))
        {
            var (mediaType, refused) = Sniff(attachment);
            refused ??= attachment.Bytes.Length > LargestFile ? $"文件超过 {LargestFile / 1024 / 1024} MB。{OnlyInLetter}"
                : ++taken > MostFiles ? $"一封信最多收取 {MostFiles} 个附件。{OnlyInLetter}"
                : null;
            files.Add(FileOf(attachment, mediaType, refused, source));
        }

        if (files.Count < attachments.Count)
        {
            var rest = attachments.Count - files.Count;
            files.Add(new ReceivedFile(new Attachment($"其余 {rest} 个附件", FileTypes.Unknown, 0, "", $"一封信最多列出 {MostListed} 个附件。{OnlyInLetter}"), 0, 0));
        }

        return files;
    }

    private static ReceivedFile FileOf(MailAttachment attachment, string mediaType, string? refused, ReadOnlyMemory<byte> source)
    {
        var (bytes, raw) = (attachment.Bytes, attachment.Entity.RawBody);
        var liesInLetter = source.Span.Overlaps(raw.Span, out var at); // what was within an encoded letter does not
        var isAsSent = liesInLetter && bytes.Length == raw.Length && bytes.Span.Overlaps(raw.Span, out var shift) && shift == 0;
        return new ReceivedFile(
            new Attachment(TextCleaner.Head(TextCleaner.Clean(attachment.Name), LongestName), mediaType, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), refused),
            liesInLetter ? at : 0,
            raw.Length,
            isAsSent || refused is not null ? default(ReadOnlyMemory<byte>?) : bytes);
    }

    /// <summary>As <see cref="FileTypes"/> does, and what only letters carry: plain text, and Outlook's own container.</summary>
    private static (string MediaType, string? Refused) Sniff(MailAttachment attachment)
    {
        var bytes = attachment.Bytes.Span;
        var (mediaType, refused) = FileTypes.Sniff(bytes);
        return mediaType != FileTypes.Unknown ? (mediaType, refused)
            : bytes is [0x78, 0x9F, 0x3E, 0x22, ..] ? ("application/ms-tnef", $"winmail.dat 是 Outlook 的专用格式，不予打开。{OnlyInLetter}")
            : attachment.Entity.ContentType.Type == "text" && IsText(bytes) ? ("text/plain", null)
            : (mediaType, refused);
    }

    /// <summary>Text without markup: what a browser might run is no text to us, whatever it is called.</summary>
    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        var first = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).TrimStart(" \t\r\n\f"u8);
        return !first.IsEmpty && first[0] != '<' && !bytes.ContainsAny(NoText);
    }
}
