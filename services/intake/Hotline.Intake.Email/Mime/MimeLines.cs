namespace Hotline.Intake.Email.Mime;

/// <summary>A message as lines. Where there is no line feed at all, carriage returns end the lines.</summary>
internal sealed class MimeLines
{
    private readonly ReadOnlyMemory<byte> _data;

    public MimeLines(ReadOnlyMemory<byte> data)
    {
        _data = data;
        NewLine = data.Span.Contains((byte)'\n') ? (byte)'\n' : (byte)'\r';
    }

    public byte NewLine { get; }

    public ReadOnlyMemory<byte> Data => _data;

    public int Length => _data.Length;

    /// <summary>The line that begins at <paramref name="start"/>, without its end.</summary>
    /// <param name="next">Where the following line begins.</param>
    public ReadOnlySpan<byte> At(int start, out int next)
    {
        var rest = _data.Span[start..];
        var length = rest.IndexOf(NewLine);
        next = length < 0 ? _data.Length : start + length + 1;
        var line = length < 0 ? rest : rest[..length];
        return line is [.., (byte)'\r'] ? line[..^1] : line;
    }

    /// <summary>Where the text before the line at <paramref name="start"/> ends: the line end before a delimiter belongs to the delimiter.</summary>
    public int EndBefore(int start)
    {
        var data = _data.Span;
        var end = start > 0 && data[start - 1] == NewLine ? start - 1 : start;
        return end > 0 && NewLine == '\n' && end < start && data[end - 1] == '\r' ? end - 1 : end;
    }
}
