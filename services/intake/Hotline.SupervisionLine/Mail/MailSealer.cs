using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Hotline.SupervisionLine.Reports;
using Hotline.SupervisionLine.Sealing;

namespace Hotline.SupervisionLine.Mail;

/// <summary>
/// Seals a mail as it came, byte for byte, to the officers. Its writer has no receipt code, so one is made here and lies inside the seal: with it
/// everything works as for other reports, and the officer who judges it safe hands it to the reporter in a way of his own.
/// </summary>
internal static class MailSealer
{
    /// <summary>What fits into the largest seal as base64, beside the other fields.</summary>
    public const int MostBytes = (LetterSize.LargestMail - MostFrame) / 4 * 3;

    private const int MostFrame = 1024;

    /// <param name="mail">At most <see cref="MostBytes"/>.</param>
    public static (SealedLetter Letter, ReceiptCode Code, P256Key ReplyKey) Seal(ReadOnlySpan<byte> mail, IEnumerable<P256Key> officers)
    {
        var code = ReceiptCode.New();
        var replyKey = P256Key.Generate();
        var frame = JsonSerializer.SerializeToUtf8Bytes(new PlainReport(code.Thread, "", null, [], null, replyKey.ToPublic(), [], code.Show()), SupervisionJson.Default.PlainReport);
        var content = new byte[LetterSize.For(frame.Length + 16 + Base64.GetMaxEncodedToUtf8Length(mail.Length))];
        try
        {
            // By hand into the one buffer that is sealed: a writer that grows leaves copies behind.
            content.AsSpan().Fill((byte)' ');
            frame.AsSpan(0, frame.Length - 1).CopyTo(content);
            var at = frame.Length - 1;
            at += Write(content, at, ",\"mail\":\""u8);
            Base64.EncodeToUtf8(mail, content.AsSpan(at), out _, out var written);
            Write(content, at + written, "\"}"u8);
            return (LetterSealer.Seal(content, LetterKinds.Report, officers), code, replyKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
            CryptographicOperations.ZeroMemory(frame);
        }
    }

    private static int Write(byte[] content, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(content.AsSpan(at));
        return text.Length;
    }
}
