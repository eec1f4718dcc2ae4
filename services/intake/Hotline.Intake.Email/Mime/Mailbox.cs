using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>Who wrote or is written to. The sender chose both; neither is proved.</summary>
/// <param name="Name">The decoded display name; empty when there is none. It may look like an address and is none.</param>
/// <param name="Address">The addr-spec without brackets, white space and control characters; empty when there is none.</param>
public sealed record Mailbox(string Name, string Address)
{
    private const int Most = 1_000;
    private const int LongestAddress = 320;

    /// <summary>The part before the last at sign, as written; the whole when there is no at sign.</summary>
    public string LocalPart => Address.LastIndexOf('@') is >= 0 and var at ? Address[..at] : Address;

    /// <summary>All addresses of a field, those of groups too, in one pass; at most 1,000.</summary>
    /// <param name="text">The field's text with encoded words still standing (<see cref="MimeHeader.Undecoded"/>): what is decoded can no longer be taken for structure.</param>
    public static IReadOnlyList<Mailbox> ParseList(string text)
    {
        var list = new List<Mailbox>();
        var scanner = new Scanner(list);
        for (var i = 0; i < text.Length && list.Count < Most; i++)
        {
            i += scanner.Take(text[i], i + 1 < text.Length ? text[i + 1] : '\0');
        }

        scanner.Flush();
        return list;
    }

    private sealed class Scanner(List<Mailbox> list)
    {
        private readonly StringBuilder _phrase = new();
        private readonly StringBuilder _comment = new();
        private readonly StringBuilder _angle = new();
        private bool _isQuoted;
        private bool _isAngle;
        private bool _hadAngle;
        private bool _hadQuotes;
        private int _depth;

        /// <returns>How many letters beyond this one were taken.</returns>
        public int Take(char letter, char next)
        {
            var current = _depth > 0 ? _comment : _isAngle ? _angle : _phrase;
            if (letter == '\\' && next != '\0' && (_isQuoted || _depth > 0))
            {
                current.Append(next);
                return 1;
            }

            if (_isQuoted)
            {
                _isQuoted = letter != '"';
                if (_isQuoted || _isAngle)
                {
                    current.Append(letter);
                }

                return 0;
            }

            switch (letter)
            {
                case '"':
                    _isQuoted = _hadQuotes = true;
                    current.Append(_isAngle ? "\"" : "");
                    break;
                case '(' when !_isAngle:
                    _depth++;
                    break;
                case ')' when _depth > 0:
                    _depth--;
                    break;
                case '<' when _depth == 0:
                    // A second bracket begins anew: the last one is what mail programs answer to.
                    _angle.Clear();
                    _isAngle = _hadAngle = true;
                    break;
                case '>' when _isAngle:
                    _isAngle = false;
                    break;
                case ',' or ';' when _depth == 0:
                    Flush();
                    break;
                case ':' when _depth == 0 && !_isAngle && !_hadAngle:
                    _phrase.Clear();
                    break;
                case ':' when _isAngle:
                    _angle.Clear();
                    break;
                default:
                    current.Append(letter);
                    break;
            }

            return 0;
        }

        public void Flush()
        {
            var phrase = _phrase.ToString().Trim();
            var address = _angle.ToString();
            var name = phrase;
            if (!_hadAngle)
            {
                var isAddress = phrase.Contains('@', StringComparison.Ordinal) && !_hadQuotes;
                (address, name) = isAddress ? (phrase, "") : ("", phrase);
            }

            name = HeaderDecoder.DecodeWords(name.Length > 0 ? name : _comment.ToString().Trim());
            if (name.Length > 0 || address.Length > 0 || _hadAngle)
            {
                list.Add(new Mailbox(name, Clean(address)));
            }

            _phrase.Clear();
            _comment.Clear();
            _angle.Clear();
            (_isQuoted, _isAngle, _hadAngle, _hadQuotes, _depth) = (false, false, false, false, 0);
        }

        private static string Clean(string address)
        {
            var clean = string.Concat(address.Where(letter => !char.IsWhiteSpace(letter) && !char.IsControl(letter)));
            return clean.Length <= LongestAddress ? clean : "";
        }
    }
}
