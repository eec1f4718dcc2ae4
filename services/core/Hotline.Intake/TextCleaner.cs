using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hotline.Intake;

/// <summary>Makes text safe to store, compare and show: Unicode NFC, line ends as \n, no other control characters, no half surrogates.</summary>
public static class TextCleaner
{
    private static readonly SearchValues<char> Suspicious = SearchValues.Create(SuspiciousCharacters());

    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var clean = text.AsSpan().IndexOfAny(Suspicious) < 0 ? text : Strip(text);
        return (clean.IsNormalized() ? clean : clean.Normalize()).Trim();
    }

    /// <summary>The first line of a text, at most <paramref name="length"/> characters, never half a surrogate pair.</summary>
    public static string Head(string text, int length)
    {
        var line = text.AsSpan();
        var end = line.IndexOf('\n');
        line = (end < 0 ? line : line[..end]).TrimEnd();
        if (line.Length <= length)
        {
            return line.ToString();
        }

        return $"{line[..(char.IsHighSurrogate(line[length - 1]) ? length - 1 : length)]}…";
    }

    /// <summary>Whether so many characters of a text can be seen: one of joiners and spaces says nothing, however long.</summary>
    public static bool Shows(string text, int characters)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (characters > 0 && !Rune.IsWhiteSpace(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format)
            {
                characters--;
            }

            if (characters == 0)
            {
                return true;
            }
        }

        return characters == 0;
    }

    private static string Strip(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                if (i + 1 >= text.Length || text[i + 1] != '\n')
                {
                    clean.Append('\n');
                }
            }
            else if (char.IsHighSurrogate(c))
            {
                if (i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    clean.Append(c).Append(text[++i]);
                }
                else
                {
                    clean.Append('\uFFFD');
                }
            }
            else if (char.IsLowSurrogate(c))
            {
                clean.Append('\uFFFD');
            }
            else if (c is '\n' or '\t' || !IsUnwanted(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    // Controls, and the marks that turn the direction of text: they can make a page show what was not written.
    private static bool IsUnwanted(char c) => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF' or '\uFFFE' or '\uFFFF';

    private static char[] SuspiciousCharacters() =>
        [.. Enumerable.Range(0, 0x10000).Select(code => (char)code).Where(c => c is not '\n' and not '\t' && (IsUnwanted(c) || char.IsSurrogate(c)))];
}
