namespace Hotline.Intake.Email.Mime;

/// <summary>Reads the header fields at the beginning of an entity.</summary>
internal sealed class HeaderReader(MimeLines lines, MimeDelimiters delimiters, MimeBudget budget)
{
    private const int LongestName = 126;

    /// <summary>Mailboxes and some relays put a line of their own, or empty ones, before the first field.</summary>
    public int SkipEnvelope()
    {
        var position = 0;
        while (position < lines.Length && lines.At(position, out var next) is var line)
        {
            if (line.StartsWith("From "u8) || line.StartsWith(">From "u8))
            {
                return next;
            }

            if (!line.IsEmpty)
            {
                return NameLength(line) > 0 ? position : 0;
            }

            position = next;
        }

        return 0;
    }

    /// <param name="position">The beginning of the header; afterwards that of the body.</param>
    /// <param name="end">The delimiter, or the end of the message, met before the body.</param>
    public MimeDefects Read(HeaderList headers, ref int position, out MimeMark? end)
    {
        var defects = MimeDefects.None;
        var field = default(Field);
        var (start, full) = (position, false);
        end = null;
        while (true)
        {
            if (position >= lines.Length)
            {
                end = MimeMark.End(lines.Length);
                return Finish(MimeDefects.EndsInHeader);
            }

            var line = lines.At(position, out var next);
            if (line.IsEmpty)
            {
                position = next;
                return Finish(MimeDefects.None);
            }

            if (line[0] == '-' && delimiters.IsAt(position, out _) is { } mark)
            {
                end = mark;
                position = next;
                return Finish(MimeDefects.EndsInHeader);
            }

            var lineEnd = position + line.Length;
            full |= lineEnd - start > budget.Limits.HeaderBytes || headers.Count >= budget.Limits.HeadersPerEntity;
            if (full)
            {
                defects |= MimeDefects.HeaderLimit;
            }
            else if (IsFold(line) && field.Name > 0)
            {
                field.End = lineEnd;
            }
            else if (NameLength(line) is > 0 and var name)
            {
                full = !Keep(headers, field);
                field = new Field { Start = position, Name = name, Value = position + line.IndexOf((byte)':') + 1, End = lineEnd };
            }
            else if (next < lines.Length && lines.At(next, out _) is var following && (NameLength(following) > 0 || (IsFold(line) && IsFold(following))))
            {
                defects |= MimeDefects.MalformedHeader;
            }
            else
            {
                return Finish(MimeDefects.MissingHeaderSeparator);
            }

            position = next;
        }

        MimeDefects Finish(MimeDefects defect) => defects | defect | (Keep(headers, field) ? MimeDefects.None : MimeDefects.HeaderLimit);
    }

    private static bool IsFold(ReadOnlySpan<byte> line) => line is [(byte)' ' or (byte)'\t', ..];

    /// <summary>How long the field name is that the line begins with; 0 when it begins with none. White space before the colon is obsolete but legal.</summary>
    private static int NameLength(ReadOnlySpan<byte> line)
    {
        var colon = line[..Math.Min(line.Length, LongestName)].IndexOf((byte)':');
        var name = colon <= 0 ? default : line[..colon].TrimEnd(" \t"u8);
        return name.IndexOfAnyExceptInRange((byte)33, (byte)126) >= 0 ? 0 : name.Length;
    }

    private bool Keep(HeaderList headers, Field field)
    {
        if (field.Name == 0)
        {
            return true;
        }

        if (!budget.TakeHeader())
        {
            return false;
        }

        headers.Add(new MimeHeader(lines.Data.Slice(field.Start, field.Name), lines.Data[field.Value..field.End]));
        return true;
    }

    private struct Field
    {
        public int Start;
        public int Name;
        public int Value;
        public int End;
    }
}
