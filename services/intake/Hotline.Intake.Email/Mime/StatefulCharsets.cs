using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Hotline.Intake.Email.Mime;

/// <summary>Charsets whose letters are made of bytes that look like ASCII. Only a label can tell them, so a label over such bytes is honoured.</summary>
internal static class StatefulCharsets
{
    private const int ShortestTelling = 16;
    private static readonly SearchValues<byte> Printable = SearchValues.Create([(byte)'\t', (byte)'\n', (byte)'\r', .. Enumerable.Range(0x20, 0x5F).Select(code => (byte)code)]);

    /// <returns>The text; null when the bytes cannot be what the label says.</returns>
    public static string? Decode(ReadOnlySpan<byte> bytes, int page, bool isAscii) => page switch
    {
        CharsetLabels.Utf16Little or CharsetLabels.Utf16Big => DecodeUtf16(bytes, page),
        // UTF-8 under one of these labels is a known fault of senders (MimeKit issue 294); their own bytes are all below 0x80.
        _ when !isAscii => null,
        CharsetLabels.Utf7 => DecodeUtf7(bytes),
        CharsetLabels.Iso2022Cn => DecodeIso2022Cn(bytes),
        CharsetLabels.Hz => DecodeHz(bytes),
        _ => CharsetLabels.Get(page).GetString(bytes),
    };

    /// <summary>
    /// UTF-16 of Chinese may happen to hold printable ASCII only, as 4F 60 (你) does, but hardly over many letters in a row;
    /// ASCII under this label is common. Without a byte order mark, zero bytes tell which half of a letter comes first.
    /// </summary>
    private static string? DecodeUtf16(ReadOnlySpan<byte> bytes, int page)
    {
        var hasZero = bytes.Contains((byte)0);
        if (bytes.Length % 2 != 0 || (!hasZero && (bytes.Length >= ShortestTelling && !bytes.ContainsAnyExcept(Printable))) || (!hasZero && !Ascii.IsValid(bytes) && Utf8.IsValid(bytes)))
        {
            return null;
        }

        var (even, odd) = (0, 0);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            even += bytes[i] == 0 ? 1 : 0;
            odd += bytes[i + 1] == 0 ? 1 : 0;
        }

        var isLittle = even == odd ? page == CharsetLabels.Utf16Little : odd > even;
        return (isLittle ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes);
    }

    /// <summary>RFC 1843: ~{ begins pairs of GB 2312 without their high bits, ~} ends them, ~~ is a tilde and a tilde at a line's end is nothing.</summary>
    private static string DecodeHz(ReadOnlySpan<byte> bytes)
    {
        var gb = new ArrayBufferWriter<byte>(bytes.Length);
        var isChinese = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            var next = i + 1 < bytes.Length ? bytes[i + 1] : (byte)0;
            if (bytes[i] == '~' && next is (byte)'{' or (byte)'}' or (byte)'~' or (byte)'\n')
            {
                isChinese = next == '{' || (isChinese && next == '~');
                if (next == '~')
                {
                    gb.Write("~"u8);
                }

                i++;
                continue;
            }

            // A line end ends the Chinese too: one lost ~} must not garble the whole letter.
            isChinese &= bytes[i] is not ((byte)'\n' or (byte)'\r');
            i += WriteLetter(gb, bytes[i..], isChinese && bytes[i] > 0x20);
        }

        return CharsetLabels.Get(CharsetLabels.Gb18030).GetString(gb.WrittenSpan);
    }

    /// <summary>RFC 1922, of which only the GB 2312 set was ever used in mail: SO begins it, SI or a line end ends it, escapes name the set.</summary>
    private static string DecodeIso2022Cn(ReadOnlySpan<byte> bytes)
    {
        var gb = new ArrayBufferWriter<byte>(bytes.Length);
        var isChinese = false;
        for (var i = 0; i < bytes.Length; i++)
        {
            switch (bytes[i])
            {
                case 0x1B when i + 3 < bytes.Length && bytes[i + 1] == '$':
                    i += 3;
                    break;
                case 0x0E:
                    isChinese = true;
                    break;
                case 0x0F:
                    isChinese = false;
                    break;
                default:
                    isChinese &= bytes[i] is not ((byte)'\n' or (byte)'\r');
                    i += WriteLetter(gb, bytes[i..], isChinese && bytes[i] > 0x20);
                    break;
            }
        }

        return CharsetLabels.Get(CharsetLabels.Gb18030).GetString(gb.WrittenSpan);
    }

    /// <returns>How many bytes beyond the first were taken.</returns>
    private static int WriteLetter(ArrayBufferWriter<byte> gb, ReadOnlySpan<byte> bytes, bool isPair)
    {
        if (isPair && bytes.Length > 1)
        {
            gb.Write([(byte)(bytes[0] | 0x80), (byte)(bytes[1] | 0x80)]);
            return 1;
        }

        gb.Write(bytes[..1]);
        return 0;
    }

    /// <summary>RFC 2152: + begins base64 of UTF-16, whatever is no base64 ends it, a hyphen there is swallowed, +- is a plus.</summary>
    private static string DecodeUtf7(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '+')
            {
                text.Append((char)bytes[i]);
                continue;
            }

            var (bits, count, start) = (0, 0, i + 1);
            while (i + 1 < bytes.Length && TransferDecoder.Base64Value(bytes[i + 1]) is >= 0 and var value)
            {
                i++;
                (bits, count) = (((bits << 6) | value) & 0x3FFFFF, count + 6);
                if (count >= 16)
                {
                    count -= 16;
                    text.Append((char)((bits >> count) & 0xFFFF));
                }
            }

            if (i + 1 < bytes.Length && bytes[i + 1] == '-')
            {
                text.Append(++i == start ? "+" : "");
            }
        }

        return text.ToString();
    }
}
