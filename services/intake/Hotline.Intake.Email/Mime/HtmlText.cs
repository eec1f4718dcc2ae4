using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>The text a reader would see in an HTML body. One pass over any input; nothing of its markup, scripts or styles gets through.</summary>
public static class HtmlText
{
    private const int DeepestQuote = 8;
    private static readonly FrozenSet<string> Blocks = FrozenSet.ToFrozenSet(
        ["address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
         "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul"], StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Hidden = FrozenSet.ToFrozenSet(["script", "style", "title", "template", "svg"], StringComparer.OrdinalIgnoreCase);
    private static readonly SearchValues<char> LabelEnds = SearchValues.Create("\"' />;\r\n");
    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t\r\n\f/>");

    /// <summary>Blocks become lines, quotations lines that begin with "> ".</summary>
    public static string Of(string html) => new Reader(html).Read();

    /// <summary>The charset a page names in its own head; null when it names none.</summary>
    public static string? CharsetOf(ReadOnlySpan<byte> html)
    {
        var head = Encoding.Latin1.GetString(html[..Math.Min(html.Length, 2048)]);
        var at = head.IndexOf("charset", StringComparison.OrdinalIgnoreCase);
        var rest = at < 0 ? "" : head.AsSpan(at + 7).TrimStart();
        if (rest is not ['=', ..])
        {
            return null;
        }

        rest = rest[1..].TrimStart(" \"'");
        var end = rest.IndexOfAny(LabelEnds);
        return end <= 0 ? null : rest[..end].ToString();
    }

    private sealed class Reader(string html)
    {
        private readonly StringBuilder _text = new();
        private int _position;
        private int _quotes;
        private int _preformatted;
        private bool _isLineOpen;
        private bool _isSpaceDue;
        private bool _hasPlainTagsOnly;

        public string Read()
        {
            while (_position < html.Length)
            {
                var open = html.IndexOf('<', _position);
                var next = open < 0 ? html.Length : open;
                Write(html.AsSpan(_position, next - _position));
                _position = next;
                if (open >= 0)
                {
                    ReadMarkup();
                }
            }

            return _text.ToString().Trim('\n');
        }

        private void ReadMarkup()
        {
            var rest = html.AsSpan(_position);
            if (rest.StartsWith("<!--"))
            {
                Skip(html.IndexOf("-->", _position + 4, StringComparison.Ordinal), 3);
            }
            else if (rest.Length < 2 || !(char.IsAsciiLetter(rest[1]) || rest[1] is '/' or '!' or '?'))
            {
                Write("<");
                _position++;
            }
            else
            {
                var end = TagEnd();
                var closes = rest[1] == '/';
                var tag = html.AsSpan(_position + (closes ? 2 : 1), Math.Max(0, end - _position - (closes ? 2 : 1)));
                var length = tag.IndexOfAny(NameEnds);
                var name = (length < 0 ? tag : tag[..length]) is { Length: <= 16 } known ? known.ToString() : "";
                Skip(end, 1);
                Apply(name, closes, isEmpty: tag is [.., '/']);
            }
        }

        /// <summary>Where the tag ends; quotes may hold the sign that ends it. After one quote that never closed, quotes count no more: else each tag would search to the end.</summary>
        private int TagEnd()
        {
            var quote = '\0';
            for (var i = _position + 1; i < html.Length && !_hasPlainTagsOnly; i++)
            {
                var letter = html[i];
                if (quote != '\0')
                {
                    quote = letter == quote ? '\0' : quote;
                }
                else if (letter is '"' or '\'')
                {
                    quote = html[i - 1] is '=' or ' ' ? letter : '\0';
                }
                else if (letter == '>')
                {
                    return i;
                }
            }

            _hasPlainTagsOnly = true;
            return html.IndexOf('>', _position);
        }

        private void Skip(int found, int length) => _position = found < 0 ? html.Length : found + length;

        private void Apply(string name, bool closes, bool isEmpty)
        {
            if (Hidden.Contains(name) && !closes && !isEmpty)
            {
                // What never ends hides all the rest, as in a browser.
                Skip(html.IndexOf($"</{name}", _position, StringComparison.OrdinalIgnoreCase), 0);
                return;
            }

            if (name.Equals("br", StringComparison.OrdinalIgnoreCase))
            {
                EndLine(always: true);
            }
            else if (name.Equals("td", StringComparison.OrdinalIgnoreCase) || name.Equals("th", StringComparison.OrdinalIgnoreCase))
            {
                _isSpaceDue = _isLineOpen;
            }
            else if (Blocks.Contains(name))
            {
                EndLine(always: false);
                ApplyBlock(name.ToLowerInvariant(), closes);
            }
        }

        private void ApplyBlock(string name, bool closes)
        {
            switch (name)
            {
                case "blockquote":
                    _quotes = Math.Clamp(_quotes + (closes ? -1 : 1), 0, DeepestQuote);
                    break;
                case "pre":
                    _preformatted = Math.Max(0, _preformatted + (closes ? -1 : 1));
                    break;
                case "p" when closes && _text is { Length: > 1 } && _text[^2] != '\n':
                    _text.Append('\n');
                    break;
                case "li" when !closes:
                    Write("- ");
                    break;
            }
        }

        private void EndLine(bool always)
        {
            if (_isLineOpen || always)
            {
                BeginLine();
                _text.Append('\n');
            }

            (_isLineOpen, _isSpaceDue) = (false, false);
        }

        private void BeginLine()
        {
            if (!_isLineOpen)
            {
                _text.Append('>', _quotes).Append(_quotes > 0 ? " " : "");
                _isLineOpen = true;
            }
        }

        private void Write(ReadOnlySpan<char> raw)
        {
            foreach (var letter in raw.Contains('&') ? WebUtility.HtmlDecode(raw.ToString()) : raw)
            {
                if (_preformatted > 0 && letter == '\n')
                {
                    EndLine(always: true);
                }
                else if (letter is ' ' or '\t' or '\r' or '\n' or '\f' && _preformatted == 0)
                {
                    _isSpaceDue = _isLineOpen;
                }
                else if (!char.IsControl(letter) && letter is not ('\u200B' or '\uFEFF'))
                {
                    BeginLine();
                    _text.Append(_isSpaceDue ? " " : "").Append(letter == '\u00A0' ? ' ' : letter);
                    _isSpaceDue = false;
                }
            }
        }
    }
}
