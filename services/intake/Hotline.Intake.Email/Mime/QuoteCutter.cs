namespace Hotline.Intake.Email.Mime;

/// <summary>A letter divided by who wrote what. Every line of it is in exactly one of the three.</summary>
/// <param name="New">What the writer wrote this time; the whole letter where nothing else would be left, as in a mere forward.</param>
/// <param name="Quoted">What he quoted, with the lines that introduce it.</param>
/// <param name="Signature">His signature, or what his program added.</param>
public sealed record CutText(string New, string Quoted, string Signature);

/// <summary>Parts the new text of a letter from quotations and signatures, for Chinese and Western mail programs. Careful by design: what is in doubt counts as new.</summary>
public static class QuoteCutter
{
    private const int LongestSignature = 12;
    private const int LongestIntroduction = 4;

    private enum Kind : byte
    {
        New,
        Quoted,
        Signature,
    }

    /// <summary>Linear in the text's length, never throws.</summary>
    public static CutText Cut(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var kinds = new Kind[lines.Length];
        MarkQuotes(lines, kinds);
        MarkSignature(lines, kinds);
        var written = Join(lines, kinds, Kind.New);
        return string.IsNullOrWhiteSpace(written)
            ? new CutText(string.Join('\n', lines).Trim('\n'), "", "")
            : new CutText(written, Join(lines, kinds, Kind.Quoted), Join(lines, kinds, Kind.Signature));
    }

    private static string Join(string[] lines, Kind[] kinds, Kind wanted) => string.Join('\n', lines.Where((_, i) => kinds[i] == wanted)).Trim();

    private static void MarkQuotes(string[] lines, Kind[] kinds)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (QuoteMarks.IsQuotedLine(lines[i]))
            {
                kinds[i] = Kind.Quoted;
            }
            else if (QuoteMarks.IsSeparator(lines[i]) || IsHeaderBlock(lines, i))
            {
                MarkRest(lines, kinds, i);
                return;
            }
            else if (Introduction(lines, i) is > 0 and var length)
            {
                Array.Fill(kinds, Kind.Quoted, i, length);
                var next = NextFilled(lines, i + length);
                if (next == lines.Length || !QuoteMarks.IsQuotedLine(lines[next]))
                {
                    MarkRest(lines, kinds, i);
                    return;
                }

                i += length - 1;
            }
        }
    }

    /// <summary>Everything from here on is quoted, and the rule drawn above it too.</summary>
    private static void MarkRest(string[] lines, Kind[] kinds, int start)
    {
        Array.Fill(kinds, Kind.Quoted, start, lines.Length - start);
        var above = PreviousFilled(lines, start - 1);
        if (above >= 0 && QuoteMarks.IsRule(lines[above]))
        {
            kinds[above] = Kind.Quoted;
        }
    }

    /// <summary>How many lines say "On … somebody wrote:" from here; 0 when they do not. Long ones are folded over some lines.</summary>
    private static int Introduction(string[] lines, int start)
    {
        for (var i = start; i < Math.Min(lines.Length, start + LongestIntroduction) && !string.IsNullOrWhiteSpace(lines[i]); i++)
        {
            if (QuoteMarks.EndsInColon(lines[i]))
            {
                return QuoteMarks.MayIntroduce(lines[start]) && QuoteMarks.Introduces(string.Join(' ', lines[start..(i + 1)])) ? i - start + 1 : 0;
            }
        }

        return 0;
    }

    /// <summary>A sender's field, and at least two other header fields in the lines that follow it.</summary>
    private static bool IsHeaderBlock(string[] lines, int start)
    {
        if (!QuoteMarks.IsHeaderField(lines[start], out var isFirst) || !isFirst)
        {
            return false;
        }

        var others = 0;
        for (var i = start + 1; i < Math.Min(lines.Length, start + 8); i++)
        {
            others += QuoteMarks.IsHeaderField(lines[i], out _) ? 1 : 0;
        }

        return others >= 2;
    }

    private static void MarkSignature(string[] lines, Kind[] kinds)
    {
        var last = Array.FindLastIndex(kinds, kind => kind == Kind.New);
        for (var i = last; i >= 0; i--)
        {
            if (kinds[i] == Kind.New && !string.IsNullOrWhiteSpace(lines[i]))
            {
                if (!QuoteMarks.IsProgramsLine(lines[i]))
                {
                    break;
                }

                kinds[i] = Kind.Signature;
            }
        }

        var filled = 0;
        for (var i = last; i >= 0 && filled <= LongestSignature; i--)
        {
            if (kinds[i] == Kind.New && QuoteMarks.IsSignatureRule(lines[i]))
            {
                // Nothing but a signature would make the delimiter mean something else.
                if (Enumerable.Range(0, i).Any(above => kinds[above] == Kind.New && !string.IsNullOrWhiteSpace(lines[above])))
                {
                    MarkNew(kinds, i, last);
                }

                return;
            }

            filled += kinds[i] == Kind.New && !string.IsNullOrWhiteSpace(lines[i]) ? 1 : 0;
        }
    }

    private static void MarkNew(Kind[] kinds, int start, int last)
    {
        for (var i = start; i <= last; i++)
        {
            kinds[i] = kinds[i] == Kind.New ? Kind.Signature : kinds[i];
        }
    }

    private static int NextFilled(string[] lines, int from)
    {
        while (from < lines.Length && string.IsNullOrWhiteSpace(lines[from]))
        {
            from++;
        }

        return from;
    }

    private static int PreviousFilled(string[] lines, int from)
    {
        while (from >= 0 && string.IsNullOrWhiteSpace(lines[from]))
        {
            from--;
        }

        return from;
    }
}
