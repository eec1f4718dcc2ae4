using System.Buffers;
using System.Buffers.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>Undoes transfer encodings. Whatever can be saved of a broken body is saved; never longer than what came in.</summary>
public static class TransferDecoder
{
    private static readonly int[] Base64Values = MakeBase64Values();

    /// <param name="field">The field's text; null when it is not there.</param>
    public static TransferEncoding Find(string? field) => ParameterDecoder.Parse(field ?? "").Value switch
    {
        "" or "7bit" or "8bit" or "binary" or "7-bit" or "8-bit" or "7 bit" or "8 bit" or "none" => TransferEncoding.Identity,
        "base64" or "base-64" => TransferEncoding.Base64,
        "quoted-printable" or "quotedprintable" => TransferEncoding.QuotedPrintable,
        "x-uuencode" or "uuencode" or "x-uue" or "uue" => TransferEncoding.Uuencode,
        _ => TransferEncoding.Unknown,
    };

    /// <summary>The body decoded; the same memory where nothing was to be undone.</summary>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> body, TransferEncoding encoding, out MimeDefects defects)
    {
        defects = MimeDefects.None;
        switch (encoding)
        {
            case TransferEncoding.Base64:
                var bytes = DecodeBase64(body.Span, out var isBad);
                defects = isBad ? MimeDefects.BadBase64 : MimeDefects.None;
                return bytes;
            case TransferEncoding.QuotedPrintable:
                bytes = DecodeQuotedPrintable(body.Span, out isBad);
                defects = isBad ? MimeDefects.BadQuotedPrintable : MimeDefects.None;
                return bytes;
            case TransferEncoding.Uuencode:
                bytes = Uuencode.Decode(body.Span, out isBad);
                defects = isBad ? MimeDefects.BadUuencode : MimeDefects.None;
                return bytes;
            default:
                return body;
        }
    }

    /// <summary>Base64, line ends, missing padding and strange characters notwithstanding.</summary>
    public static ReadOnlyMemory<byte> DecodeBase64(ReadOnlySpan<byte> text, out bool isBad)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length) + 3];
        isBad = Base64.DecodeFromUtf8(text, bytes, out _, out var written) != OperationStatus.Done;
        return isBad ? DecodeBrokenBase64(text, bytes) : bytes.AsMemory(0, written);
    }

    /// <summary>Quoted-printable of bodies: soft line ends vanish, white space at line ends too, a wrong escape stays as written.</summary>
    public static ReadOnlyMemory<byte> DecodeQuotedPrintable(ReadOnlySpan<byte> text, out bool isBad)
    {
        var bytes = new byte[text.Length];
        var (length, kept) = (0, 0);
        isBad = false;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            switch (value)
            {
                case (byte)'=' when SoftBreak(text[(i + 1)..]) is > 0 and var skip:
                    i += skip;
                    kept = length;
                    break;
                case (byte)'=':
                    if (i + 2 < text.Length && Hex(text[i + 1]) is >= 0 and var high && Hex(text[i + 2]) is >= 0 and var low)
                    {
                        value = (byte)((high << 4) | low);
                        i += 2;
                    }
                    else if (i + 1 == text.Length)
                    {
                        break;
                    }
                    else
                    {
                        isBad = true;
                    }

                    bytes[length++] = value;
                    kept = length;
                    break;
                case (byte)' ' or (byte)'\t':
                    bytes[length++] = value;
                    break;
                case (byte)'\r' or (byte)'\n':
                    length = kept;
                    bytes[length++] = value;
                    kept = length;
                    break;
                default:
                    bytes[length++] = value;
                    kept = length;
                    break;
            }
        }

        return bytes.AsMemory(0, length);
    }

    internal static int Base64Value(byte letter) => Base64Values[letter];

    internal static int Hex(byte letter) => letter switch
    {
        >= (byte)'0' and <= (byte)'9' => letter - '0',
        >= (byte)'A' and <= (byte)'F' => letter - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => letter - 'a' + 10,
        _ => -1,
    };

    /// <summary>How many bytes after the equals sign belong to the line end it hides: white space may stand between. A long run of white space is none.</summary>
    private static int SoftBreak(ReadOnlySpan<byte> rest)
    {
        var start = rest[..Math.Min(rest.Length, 128)].IndexOfAnyExcept((byte)' ', (byte)'\t');
        return start < 0 || rest[start] is not ((byte)'\r' or (byte)'\n') ? 0
            : rest[start] == '\r' && start + 1 < rest.Length && rest[start + 1] == '\n' ? start + 2
            : start + 1;
    }

    private static ReadOnlyMemory<byte> DecodeBrokenBase64(ReadOnlySpan<byte> text, byte[] bytes)
    {
        var (bits, count, length) = (0, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (Base64Values[text[i]] is >= 0 and var value)
            {
                (bits, count) = (((bits << 6) | value) & 0xFFFFFF, count + 6);
                if (count >= 8)
                {
                    count -= 8;
                    bytes[length++] = (byte)(bits >> count);
                }
            }
            else if (text[i] == '=')
            {
                // Padding ends the data unless whole lines of base64 follow: some programs encode in pieces, list servers append a footer in clear.
                (bits, count) = (0, 0);
                var rest = text[i..].TrimStart("= \t\r\n"u8);
                i = text.Length - rest.Length - 1;
                if (!IsBase64Line(rest))
                {
                    break;
                }
            }
        }

        return bytes.AsMemory(0, length);
    }

    private static bool IsBase64Line(ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n', (byte)'=');
        var line = end < 0 ? rest : rest[..end];
        foreach (var letter in line)
        {
            if (Base64Values[letter] < 0)
            {
                return false;
            }
        }

        return !line.IsEmpty && (line.Length % 4 == 0 || (end >= 0 && rest[end] == '='));
    }

    private static int[] MakeBase64Values()
    {
        var values = new int[256];
        Array.Fill(values, -1);
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;
        for (var i = 0; i < letters.Length; i++)
        {
            values[letters[i]] = i;
        }

        return values;
    }
}
