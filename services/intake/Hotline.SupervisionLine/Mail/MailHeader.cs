using System.Buffers;
using System.Text;

namespace Hotline.SupervisionLine.Mail;

/// <summary>
/// The header of a mail, read as bytes: nothing of it becomes a string, which could not be overwritten. Only what tells one mail from another and
/// people from programs is looked at here; everything else the officer's browser reads. Hostile bytes find no field, and nothing worse.
/// </summary>
internal readonly ref struct MailHeader
{
    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" ;(\t\r\n"u8);
    private readonly ReadOnlySpan<byte> _header;

    public MailHeader(ReadOnlySpan<byte> mail)
    {
        var at = 0;
        while (at < mail.Length && !LineAt(mail, at).TrimEnd("\r\n"u8).IsEmpty)
        {
            at += LineAt(mail, at).Length;
        }

        _header = mail[..at];
        Body = mail[at..];
    }

    /// <summary>What is behind the header, the empty line between them first.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Sent by a program or in bulk: bounces (RFC 3464), automatic answers (RFC 3834), lists. A claim of the sender's, so the mail is kept all the same.</summary>
    public bool IsAutomatic =>
        !IsWord(Field("Auto-Submitted"u8), ""u8, "no"u8)
        || Field("Content-Type"u8) is { Length: >= 16 } type && Ascii.EqualsIgnoreCase(type[..16], "multipart/report"u8)
        || Field("Return-Path"u8).SequenceEqual("<>"u8)
        || !Field("X-Failed-Recipients"u8).IsEmpty
        || !Field("List-Id"u8).IsEmpty
        || (Field("Precedence"u8) is { IsEmpty: false } precedence && (IsWord(precedence, "bulk"u8, "list"u8) || IsWord(precedence, "junk"u8, "auto_reply"u8)));

    /// <summary>The first field of this name, folds and all; empty when there is none.</summary>
    public ReadOnlySpan<byte> Field(ReadOnlySpan<byte> name)
    {
        for (var at = 0; at < _header.Length;)
        {
            var end = at + LineAt(_header, at).Length;
            while (end < _header.Length && _header[end] is (byte)' ' or (byte)'\t')
            {
                end += LineAt(_header, end).Length;
            }

            var field = _header[at..end];
            var colon = field.IndexOf((byte)':');
            if (colon > 0 && Ascii.EqualsIgnoreCase(field[..colon].TrimEnd(" \t"u8), name))
            {
                return field[(colon + 1)..].Trim(" \t\r\n"u8);
            }

            at = end;
        }

        return default;
    }

    private static bool IsWord(ReadOnlySpan<byte> value, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var end = value.IndexOfAny(WordEnds);
        var word = end < 0 ? value : value[..end];
        return Ascii.EqualsIgnoreCase(word, one) || Ascii.EqualsIgnoreCase(word, other);
    }

    private static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> text, int at)
    {
        var end = text[at..].IndexOf((byte)'\n');
        return end < 0 ? text[at..] : text.Slice(at, end + 1);
    }
}
