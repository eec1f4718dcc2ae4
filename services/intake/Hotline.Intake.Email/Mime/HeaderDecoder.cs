using System.Buffers;
using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>Header fields as text: RFC 2047 as it is written rather than as it should be, and bare 8-bit bytes by the charset rule.</summary>
public static class HeaderDecoder
{
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), .. Enumerable.Range(0x7F, 0x21).Select(code => (char)code), '\u2028', '\u2029', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069']);

    /// <summary>The field's text: unfolded, words decoded, no control characters, trimmed.</summary>
    public static string Decode(ReadOnlySpan<byte> raw) => DecodeWords(Unfold(raw));

    /// <summary>The field as text on one line, encoded words left alone.</summary>
    public static string Unfold(ReadOnlySpan<byte> raw) => Clean(Charsets.Decode(raw, label: null));

    /// <summary>
    /// Decodes encoded words wherever they stand. Neighbours of equal charset are joined on bytes, since a letter may be split between them, and
    /// white space between words vanishes. A word of unknown charset or encoding stays as written; what was decoded is not decoded again.
    /// </summary>
    public static string DecodeWords(string text)
    {
        var at = text.IndexOf("=?", StringComparison.Ordinal);
        if (at < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var pending = new ArrayBufferWriter<byte>();
        int? charset = null;
        var (copied, hasEnd) = (0, true);
        while (at >= 0)
        {
            if (hasEnd && TakeWord(text, at, out hasEnd) is { } word)
            {
                var between = text.AsSpan(copied, at - copied);
                if (charset is null || !between.IsWhiteSpace())
                {
                    Flush(result, pending, ref charset);
                    result.Append(between);
                }
                else if (charset != word.Charset)
                {
                    Flush(result, pending, ref charset);
                }

                charset = word.Charset;
                AppendBytes(pending, text.AsSpan(word.Start, word.Length), word.IsBase64);
                copied = word.End;
            }

            at = !hasEnd ? -1 : text.IndexOf("=?", Math.Max(copied, at + 1), StringComparison.Ordinal);
        }

        Flush(result, pending, ref charset);
        return Clean(result.Append(text, copied, text.Length - copied).ToString());
    }

    /// <summary>One line without control characters or marks that turn the direction of text, which could make a name or a file look like another.</summary>
    internal static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Controls))
        {
            return text.Trim();
        }

        var clean = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            // A fold is the line end alone; the white space after it belongs to the text.
            if (!Controls.Contains(letter))
            {
                clean.Append(letter);
            }
            else if (clean.Length > 0 && clean[^1] != ' ' && letter is not '\r')
            {
                clean.Append(' ');
            }
        }

        // A line end turned into a space before the space of the fold.
        return clean.Replace("  ", " ").ToString().Trim();
    }

    private static void Flush(StringBuilder result, ArrayBufferWriter<byte> pending, ref int? charset)
    {
        if (charset is not null)
        {
            result.Append(Charsets.Decode(pending.WrittenSpan, charset));
            pending.ResetWrittenCount();
            charset = null;
        }
    }

    /// <param name="hasEnd">False once no end of a word follows anywhere: then nobody need look again, which keeps a field of a thousand beginnings linear.</param>
    private static Word? TakeWord(string text, int at, out bool hasEnd)
    {
        const int longestName = 64;
        hasEnd = true;
        var name = at + 2;
        var mark = text.AsSpan(name, Math.Min(longestName, text.Length - name)).IndexOf('?');
        if (mark <= 0 || name + mark + 2 >= text.Length || text[name + mark + 2] != '?')
        {
            return null;
        }

        var label = text.AsSpan(name, mark);
        var star = label.IndexOf('*');
        var encoding = text[name + mark + 1];
        if (encoding is not ('B' or 'b' or 'Q' or 'q') || Charsets.PageOf((star < 0 ? label : label[..star]).ToString()) is not { } charset)
        {
            return null;
        }

        var start = name + mark + 3;
        var end = text.IndexOf("?=", start, StringComparison.Ordinal);
        hasEnd = end >= 0;
        return hasEnd ? new Word(charset, start, end - start, encoding is 'B' or 'b') : null;
    }

    private static void AppendBytes(ArrayBufferWriter<byte> pending, ReadOnlySpan<char> text, bool isBase64)
    {
        var ascii = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var bytes = ascii.AsSpan(0, Encoding.UTF8.GetBytes(text, ascii));
        if (isBase64)
        {
            pending.Write(TransferDecoder.DecodeBase64(bytes, out _).Span);
            return;
        }

        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var isEscape = bytes[i] == '=' && i + 2 < bytes.Length && TransferDecoder.Hex(bytes[i + 1]) >= 0 && TransferDecoder.Hex(bytes[i + 2]) >= 0;
            bytes[length++] = isEscape ? (byte)((TransferDecoder.Hex(bytes[i + 1]) << 4) | TransferDecoder.Hex(bytes[i + 2])) : bytes[i] == '_' ? (byte)' ' : bytes[i];
            i += isEscape ? 2 : 0;
        }

        pending.Write(bytes[..length]);
    }

    private readonly record struct Word(int Charset, int Start, int Length, bool IsBase64)
    {
        public int End => Start + Length + 2;
    }
}
