using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hotline.Hosting;

/// <summary>From the lines and literals of one response to its parts. Pure.</summary>
internal static class ImapParser
{
    private const int LongestText = 200;
    private static readonly string[] Statuses = ["OK", "NO", "BAD", "BYE", "PREAUTH"];
    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" ()\"["u8);

    /// <summary>Whether a line ends in words for people, which announce no literal whatever they look like.</summary>
    public static bool IsStatus(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("+"u8))
        {
            return true;
        }

        TakeWord(ref line);
        return Array.IndexOf(Statuses, Latin(TakeWord(ref line)).ToUpperInvariant()) >= 0;
    }

    /// <exception cref="ImapException">It is no response.</exception>
    public static ImapResponse Parse(IReadOnlyList<ImapPiece> pieces, ImapLimits limits)
    {
        ReadOnlySpan<byte> line = pieces[0].Line;
        if (line is [(byte)'+', ..])
        {
            return new ImapResponse("+", "+", null, "", "", []);
        }

        var tag = Latin(TakeWord(ref line));
        var kind = Latin(TakeWord(ref line)).ToUpperInvariant();
        if (Array.IndexOf(Statuses, kind) >= 0)
        {
            return Status(tag, kind, line);
        }

        if (tag != "*")
        {
            throw new ImapException("a line is no response");
        }

        uint? number = null;
        if (uint.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out var before))
        {
            (number, kind) = (before, Latin(TakeWord(ref line)).ToUpperInvariant());
        }

        return new ImapResponse(tag, kind, number, "", "", new Values(pieces, pieces[0].Line.Length - line.Length, limits).Read());
    }

    private static ImapResponse Status(string tag, string kind, ReadOnlySpan<byte> line)
    {
        var code = "";
        if (line is [(byte)'[', ..] && line.IndexOf((byte)']') is > 0 and var end)
        {
            code = Latin(line[1..end]);
            line = line[(end + 1)..];
        }

        var text = new StringBuilder();
        line = line.Trim((byte)' ');
        foreach (var letter in line[..Math.Min(line.Length, LongestText)])
        {
            text.Append(letter is >= 0x20 and < 0x7F ? (char)letter : '?');
        }

        return new ImapResponse(tag, kind, null, code, text.ToString(), []);
    }

    private static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)' ');
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[(end + 1)..];
        return word;
    }

    private static string Latin(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private sealed class Values(IReadOnlyList<ImapPiece> pieces, int start, ImapLimits limits)
    {
        private readonly Stack<List<ImapValue>> _open = new([[]]);
        private int _count;

        public List<ImapValue> Read()
        {
            foreach (var piece in pieces)
            {
                ReadLine(piece.Line.AsMemory(start));
                start = 0;
                if (piece.Literal is { } literal)
                {
                    Add(new ImapValue(literal, null, IsString: true));
                }
            }

            return _open.Count == 1 ? _open.Peek() : throw new ImapException("a list does not end");
        }

        private void ReadLine(ReadOnlyMemory<byte> line)
        {
            while (!line.IsEmpty)
            {
                switch (line.Span[0])
                {
                    case (byte)' ':
                        line = line[1..];
                        break;
                    case (byte)'(':
                        Open();
                        line = line[1..];
                        break;
                    case (byte)')':
                        Close();
                        line = line[1..];
                        break;
                    case (byte)'"':
                        line = line[Quoted(line)..];
                        break;
                    default:
                        var end = WordEnd(line.Span);
                        Add(new ImapValue(line[..end], null, IsString: false));
                        line = line[end..];
                        break;
                }
            }
        }

        /// <summary>What stands in brackets belongs to the word, as in <c>BODY[HEADER.FIELDS (DATE)]</c>.</summary>
        private static int WordEnd(ReadOnlySpan<byte> line)
        {
            var end = 0;
            while (true)
            {
                var more = line[end..].IndexOfAny(WordEnds);
                if (more < 0)
                {
                    return line.Length;
                }

                end += more;
                if (line[end] != '[')
                {
                    return end;
                }

                var close = line[end..].IndexOf((byte)']');
                end = close < 0 ? throw new ImapException("a bracket does not end") : end + close + 1;
            }
        }

        private int Quoted(ReadOnlyMemory<byte> line)
        {
            ArrayBufferWriter<byte>? unescaped = null;
            for (var (at, from) = (1, 1); at < line.Length; at++)
            {
                if (line.Span[at] == '"')
                {
                    unescaped?.Write(line.Span[from..at]);
                    Add(new ImapValue(unescaped?.WrittenMemory ?? line[from..at], null, IsString: true));
                    return at + 1;
                }

                if (line.Span[at] == '\\')
                {
                    (unescaped ??= new()).Write(line.Span[from..at]);
                    from = ++at;
                }
            }

            throw new ImapException("a quoted string does not end");
        }

        private void Open()
        {
            if (_open.Count > limits.Depth)
            {
                throw new ImapException("lists lie too deep in each other");
            }

            _open.Push([]);
        }

        private void Close()
        {
            if (_open.Count == 1)
            {
                throw new ImapException("a list ends that did not begin");
            }

            var list = _open.Pop();
            Add(new ImapValue(default, list, IsString: false));
        }

        private void Add(ImapValue value)
        {
            if (++_count > limits.Values)
            {
                throw new ImapException("a response has too many parts");
            }

            _open.Peek().Add(value);
        }
    }
}
