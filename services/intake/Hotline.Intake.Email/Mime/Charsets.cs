using System.Text;
using System.Text.Unicode;

namespace Hotline.Intake.Email.Mime;

/// <summary>Turns bytes of a doubtful charset into text. The bytes are believed before the label, since labels are often wrong and bytes seldom.</summary>
public static class Charsets
{
    private const char Bad = '\uFFFD';

    /// <summary>
    /// Never throws. In this order: a declared charset of escapes over 7-bit bytes; UTF-8 when there are bytes from 0x80 and they are valid;
    /// the declared charset when it decodes without error; GB 18030 likewise; then whichever of these errs least; Latin-1 at the last.
    /// </summary>
    /// <param name="label">What the sender calls the charset, in any of its spellings; null when he says nothing.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, string? label) => Decode(bytes, CharsetLabels.Find(label));

    /// <summary>Whether the name stands for a charset we can decode.</summary>
    public static bool IsKnown(string? label) => CharsetLabels.Find(label) is not null;

    /// <summary>The declared charset as it is known by one name only; null when unknown.</summary>
    internal static int? PageOf(string? label) => CharsetLabels.Find(label);

    internal static string Decode(ReadOnlySpan<byte> bytes, int? declared)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        if (ByteOrderMark(bytes, out var marked) is { } page)
        {
            return CharsetLabels.Get(page).GetString(marked);
        }

        var isAscii = Ascii.IsValid(bytes);
        if (declared is { } label && CharsetLabels.IsStateful(label) && StatefulCharsets.Decode(bytes, label, isAscii) is { } text)
        {
            return text;
        }

        return isAscii ? Encoding.ASCII.GetString(bytes)
            : Utf8.IsValid(bytes) && !IsRatherDeclared(bytes, declared) ? Encoding.UTF8.GetString(bytes)
            : DecodeDeclared(bytes, declared is { } known && CharsetLabels.IsStateful(known) ? null : declared);
    }

    private static int? ByteOrderMark(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> rest)
    {
        (int? Page, int Length) mark = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] when Utf8.IsValid(bytes) => (CharsetLabels.Utf8, 3),
            [0xFF, 0xFE, ..] when bytes.Length % 2 == 0 => (CharsetLabels.Utf16Little, 2),
            [0xFE, 0xFF, ..] when bytes.Length % 2 == 0 => (CharsetLabels.Utf16Big, 2),
            _ => (null, 0),
        };
        rest = bytes[mark.Length..];
        return mark.Page;
    }

    /// <summary>Two GBK bytes can pass for one letter of UTF-8, but only for one of two bytes, which is never a Chinese one: then the label is believed.</summary>
    private static bool IsRatherDeclared(ReadOnlySpan<byte> bytes, int? declared) =>
        declared is { } page && CharsetLabels.IsMultibyte(page) && !bytes.ContainsAnyInRange((byte)0xE0, (byte)0xFF) && Strictly(bytes, page) is not null;

    private static string DecodeDeclared(ReadOnlySpan<byte> bytes, int? declared)
    {
        var chinese = declared is CharsetLabels.Gb18030 ? default : ChinesePairs.Count(bytes);
        if (declared is { } page && !IsMislabelled(page, chinese) && Strictly(bytes, page) is { } text)
        {
            return text;
        }

        if (declared is not CharsetLabels.Gb18030 && chinese.IsPlausible && Strictly(bytes, CharsetLabels.Gb18030) is { } gb)
        {
            return gb;
        }

        return LeastBad(bytes, declared, chinese.IsPlausible);
    }

    /// <summary>Western charsets accept any bytes and Big5 accepts most of GBK: such a label is not believed against bytes that read as everyday Chinese.</summary>
    private static bool IsMislabelled(int declared, ChinesePairs chinese) =>
        (CharsetLabels.IsWestern(declared) && chinese.IsEveryday) || (declared is CharsetLabels.Big5 && chinese.IsEveryday && chinese.IsUnlikelyBig5);

    /// <summary>A letter cut off at the end must not turn a whole letter into Latin; so what errs little in the charset it should be in stays in it.</summary>
    private static string LeastBad(ReadOnlySpan<byte> bytes, int? declared, bool isPlausiblyChinese)
    {
        var gb = CharsetLabels.Get(CharsetLabels.Gb18030).GetString(bytes);
        var other = CharsetLabels.Get(declared is { } page && page != CharsetLabels.Gb18030 && !CharsetLabels.IsWestern(page) ? page : CharsetLabels.Utf8).GetString(bytes);
        var (gbErrors, otherErrors) = (gb.AsSpan().Count(Bad), other.AsSpan().Count(Bad));
        var isGb = declared is CharsetLabels.Gb18030 ? gbErrors <= 4 * otherErrors : isPlausiblyChinese && gbErrors * 4 < otherErrors;
        var (best, errors) = isGb ? (gb, gbErrors) : (other, otherErrors);
        var isDeclared = declared is { } named && !CharsetLabels.IsWestern(named);
        return isDeclared || errors * 10 < best.AsSpan().Length - best.AsSpan().CountAscii() ? best : Encoding.Latin1.GetString(bytes);
    }

    private static string? Strictly(ReadOnlySpan<byte> bytes, int page)
    {
        // Encodings that throw cost a hundred times as much on bad bytes; no honest text of these charsets holds U+FFFD.
        var text = CharsetLabels.Get(page).GetString(bytes);
        return text.Contains(Bad) ? null : text;
    }

    private static int CountAscii(this ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var letter in text)
        {
            count += letter < 0x80 ? 1 : 0;
        }

        return count;
    }
}
