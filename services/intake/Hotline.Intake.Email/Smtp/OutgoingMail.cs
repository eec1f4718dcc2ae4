using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Hotline.Contracts;

namespace Hotline.Intake.Email.Smtp;

/// <summary>A message to a citizen, and its bytes (RFC 5322): headers in ASCII, the text in base64. Whatever a value holds, it cannot become another header. Pure.</summary>
/// <param name="To">As <see cref="MailAddressForm.Of"/> gives it.</param>
/// <param name="Id">Without brackets.</param>
/// <param name="Answers">The Message-ID of the letter it answers; null when that had none.</param>
/// <param name="Thread">The letters before that, oldest first.</param>
/// <param name="Automatic"><c>auto-replied</c> or <c>auto-generated</c> (RFC 3834).</param>
public sealed partial record OutgoingMail(
    string From, string FromName, string To, string Subject, string Text, string Id, string? Answers, IReadOnlyList<string> Thread, string Automatic, DateTimeOffset At)
{
    /// <summary>The mark by which we know our own messages when they come back.</summary>
    public const string LoopHeader = "X-Hotline-Loop";

    private const int BytesPerWord = 45;

    /// <summary>Of the first, for the header's name stands before it: a line with encoded words has 76 characters at most.</summary>
    private const int BytesOfFirst = 33;

    private const int MostThread = 20;

    public byte[] ToBytes()
    {
        var mail = new StringBuilder();
        Add("From", $"{Words(FromName)}\r\n <{From}>");
        Add("To", $"<{To}>");
        Add("Subject", Words(Subject));
        Add("Date", OfficeTime.At(At).ToString("ddd, dd MMM yyyy HH:mm:ss +0800", CultureInfo.InvariantCulture));
        Add("Message-ID", $"<{Id}>");
        if (Answers is not null && MessageId().IsMatch(Answers))
        {
            Add("In-Reply-To", $"<{Answers}>");
            Add("References", string.Join("\r\n ", Thread.Where(id => MessageId().IsMatch(id) && id != Answers).TakeLast(MostThread).Append(Answers).Select(id => $"<{id}>")));
        }

        Add("Auto-Submitted", Automatic);
        Add("X-Auto-Response-Suppress", "All");
        Add(LoopHeader, From);
        Add("MIME-Version", "1.0");
        Add("Content-Type", "text/plain; charset=utf-8");
        Add("Content-Transfer-Encoding", "base64");
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\r\n")), Base64FormattingOptions.InsertLineBreaks);
        return Encoding.UTF8.GetBytes(mail.Append("\r\n").Append(body).Append("\r\n").ToString());

        void Add(string name, string value) => mail.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    /// <summary>Encoded words (RFC 2047) of at most 75 characters; no character is split between two.</summary>
    internal static string Words(string text)
    {
        var words = new StringBuilder();
        var word = new List<byte>();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = (Rune.IsControl(rune) ? new Rune(' ') : rune).EncodeToUtf8(bytes);
            if (word.Count + length > (words.Length == 0 ? BytesOfFirst : BytesPerWord))
            {
                End();
            }

            word.AddRange(bytes[..length]);
        }

        End();
        return words.ToString();

        void End()
        {
            if (word.Count > 0)
            {
                words.Append(words.Length > 0 ? "\r\n " : "").Append("=?utf-8?B?").Append(Convert.ToBase64String([.. word])).Append("?=");
                word.Clear();
            }
        }
    }

    [GeneratedRegex(@"^[!-;=?-~]{1,400}@[!-;=?-~]{1,400}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MessageId();
}

/// <summary>Addresses as they may stand in a command. Pure.</summary>
public static partial class MailAddressForm
{
    private static readonly IdnMapping s_domains = new();

    /// <returns>The address with its domain in ASCII; null when it is none that could be written to.</returns>
    public static string? Of(string? address)
    {
        if (address is not { Length: <= 254 } || Form().Match(address) is not { Success: true } parts)
        {
            return null;
        }

        try
        {
            return $"{parts.Groups["local"].Value}@{s_domains.GetAscii(parts.Groups["domain"].Value)}";
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^(?<local>[^\s@<>()\[\]\\,;:""\p{C}]{1,64})@(?<domain>[^\s@<>()\[\]\\,;:""\p{C}]{1,189})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
