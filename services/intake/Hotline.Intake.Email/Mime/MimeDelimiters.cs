using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>A delimiter line that was found.</summary>
/// <param name="Level">Which open multipart it belongs to, 0 the outermost; -1 for the end of the message.</param>
/// <param name="Closes">Whether it is that multipart's last.</param>
/// <param name="ContentEnd">Where the text before it ends.</param>
internal readonly record struct MimeMark(int Level, bool Closes, int ContentEnd)
{
    public static MimeMark End(int length) => new(-1, false, length);
}

/// <summary>The boundaries of the multiparts that are open, and the search for their delimiter lines.</summary>
internal sealed class MimeDelimiters(MimeLines lines)
{
    private readonly List<byte[]> _open = [];
    private readonly byte[] _lead = [lines.NewLine, (byte)'-', (byte)'-'];

    public int Open(string boundary)
    {
        // The parameter was decoded by the charset rule; a boundary is ASCII unless somebody plays tricks.
        _open.Add(Encoding.UTF8.GetBytes(boundary));
        return _open.Count - 1;
    }

    public void Close(int level) => _open.RemoveAt(level);

    /// <summary>The next delimiter at or after <paramref name="position"/>, which must be the beginning of a line and is moved behind the delimiter.</summary>
    public MimeMark Next(ref int position)
    {
        var data = lines.Data.Span;
        var at = _open.Count == 0 ? data.Length : position;
        while (at < data.Length)
        {
            if (data[at..].StartsWith("--"u8))
            {
                if (IsAt(at, out var next) is { } mark)
                {
                    position = next;
                    return mark;
                }

                at = next;
                continue;
            }

            var hit = data[at..].IndexOf(_lead);
            if (hit < 0)
            {
                break;
            }

            at += hit + 1;
        }

        position = data.Length;
        return MimeMark.End(data.Length);
    }

    /// <summary>Whether the line at <paramref name="start"/> is a delimiter, innermost first.</summary>
    public MimeMark? IsAt(int start, out int next)
    {
        var line = lines.At(start, out next);
        if (_open.Count == 0 || !line.StartsWith("--"u8))
        {
            return null;
        }

        line = line[2..].TrimEnd(" \t"u8);
        MimeMark? loose = null;
        for (var level = _open.Count - 1; level >= 0; level--)
        {
            var boundary = _open[level];
            if (!line.StartsWith(boundary))
            {
                continue;
            }

            var rest = line[boundary.Length..];
            if (rest.IsEmpty || rest.SequenceEqual("--"u8))
            {
                return new MimeMark(level, !rest.IsEmpty, lines.EndBefore(start));
            }

            // The standard lets anything follow; we want white space before it, since one boundary may begin like another.
            var closes = rest.StartsWith("--"u8);
            loose ??= rest[closes ? 2 : 0] is (byte)' ' or (byte)'\t' ? new MimeMark(level, closes, lines.EndBefore(start)) : null;
        }

        return loose;
    }
}
