using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>A field of a value and parameters, as Content-Type and Content-Disposition are.</summary>
/// <param name="Value">Lower case, comments taken out.</param>
public sealed record ParameterizedValue(string Value, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The decoded parameter of this name in any case; null when it is not there.</summary>
    public string? this[string name] => Parameters.GetValueOrDefault(name);
}

/// <summary>Reads parameters in all the ways they are written: RFC 2231 with and without pieces, encoded words in quotes (which QQ, 163 and Outlook send), bare bytes.</summary>
public static class ParameterDecoder
{
    private const int Most = 200;

    /// <param name="text">The field's unfolded text, encoded words not yet decoded (<see cref="MimeHeader.Undecoded"/>).</param>
    public static ParameterizedValue Parse(string text)
    {
        var rest = text.AsSpan();
        var value = TakeValue(ref rest, isName: false).Trim().ToLowerInvariant();
        Dictionary<string, string>? plain = null;
        Dictionary<string, SortedList<int, Piece>>? pieces = null;
        for (var count = 0; rest.Length > 0 && count < Most; count++)
        {
            rest = rest[1..].TrimStart();
            var equals = rest.IndexOfAny('=', ';');
            if (equals < 0)
            {
                break;
            }

            var name = rest[..equals].Trim().ToString();
            rest = rest[equals..];
            if (rest[0] == ';')
            {
                continue;
            }

            rest = rest[1..];
            var written = TakeValue(ref rest, name.Contains("name", StringComparison.OrdinalIgnoreCase));
            if (name.IndexOf('*', StringComparison.Ordinal) is > 0 and var star)
            {
                pieces ??= new(StringComparer.OrdinalIgnoreCase);
                Add(pieces, name[..star], name[star..], written);
            }
            else if (name.Length > 0)
            {
                // Where a parameter stands twice the first counts.
                (plain ??= new(StringComparer.OrdinalIgnoreCase)).TryAdd(name, written);
            }
        }

        return new ParameterizedValue(value, plain is null && pieces is null ? FrozenDictionary<string, string>.Empty : Join(plain ?? new(StringComparer.OrdinalIgnoreCase), pieces));
    }

    /// <summary>A token or quoted string up to the next semicolon. Names of files are taken as they stand, brackets and all; elsewhere brackets hold comments.</summary>
    private static string TakeValue(scoped ref ReadOnlySpan<char> rest, bool isName)
    {
        rest = rest.TrimStart();
        var text = new StringBuilder();
        var (i, isQuoted, depth) = (0, false, 0);
        for (; i < rest.Length; i++)
        {
            var letter = rest[i];
            if (isQuoted)
            {
                // A backslash escapes quotes and itself only: Windows paths come unescaped.
                if (letter == '\\' && i + 1 < rest.Length && rest[i + 1] is '"' or '\\')
                {
                    text.Append(rest[++i]);
                }
                else if (letter == '"')
                {
                    isQuoted = false;
                }
                else
                {
                    text.Append(letter);
                }
            }
            else if (depth > 0)
            {
                depth += letter == '(' ? 1 : letter == ')' ? -1 : 0;
            }
            else if (letter == ';')
            {
                break;
            }
            else if (letter == '"')
            {
                isQuoted = true;
            }
            else if (letter == '(' && !isName)
            {
                depth = 1;
            }
            else
            {
                text.Append(letter);
            }
        }

        rest = rest[i..];
        return text.ToString().Trim();
    }

    private static void Add(Dictionary<string, SortedList<int, Piece>> pieces, string name, string suffix, string written)
    {
        var isExtended = suffix.EndsWith('*');
        var number = suffix.Trim('*');
        var index = 0;
        if (number.Length > 0 && !(number.Length <= 4 && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            return;
        }

        if (!pieces.TryGetValue(name, out var list))
        {
            pieces[name] = list = [];
        }

        list.TryAdd(index, new Piece(written, isExtended));
    }

    private static Dictionary<string, string> Join(Dictionary<string, string> plain, Dictionary<string, SortedList<int, Piece>>? pieces)
    {
        foreach (var name in plain.Keys.ToList())
        {
            plain[name] = HeaderDecoder.DecodeWords(plain[name]);
        }

        foreach (var (name, list) in pieces ?? [])
        {
            // The extended form was made to carry what the plain one beside it cannot.
            plain[name] = Join(list);
        }

        return plain;
    }

    private static string Join(SortedList<int, Piece> list)
    {
        if (!list.Values.Any(piece => piece.IsExtended))
        {
            return HeaderDecoder.DecodeWords(string.Concat(list.Values.Select(piece => piece.Text)));
        }

        var bytes = new List<byte>();
        string? charset = null;
        foreach (var (text, isExtended) in list.Values)
        {
            var value = text;
            if (charset is null && isExtended)
            {
                var first = value.IndexOf('\'', StringComparison.Ordinal);
                var second = first < 0 ? -1 : value.IndexOf('\'', first + 1);
                charset = second < 0 ? "" : value[..first];
                value = value[(second + 1)..];
            }

            Append(bytes, Encoding.UTF8.GetBytes(value), isExtended);
        }

        return HeaderDecoder.Clean(Charsets.Decode(bytes.ToArray(), charset));
    }

    private static void Append(List<byte> bytes, ReadOnlySpan<byte> text, bool isExtended)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (isExtended && text[i] == '%' && i + 2 < text.Length && TransferDecoder.Hex(text[i + 1]) is >= 0 and var high && TransferDecoder.Hex(text[i + 2]) is >= 0 and var low)
            {
                bytes.Add((byte)((high << 4) | low));
                i += 2;
            }
            else
            {
                bytes.Add(text[i]);
            }
        }
    }

    private readonly record struct Piece(string Text, bool IsExtended);
}
