namespace Hotline.Intake.Email.Mime;

/// <summary>Message-ID, In-Reply-To and References.</summary>
public static class MessageIds
{
    private const int Most = 200;
    private const int Longest = 998;

    /// <summary>The ids in their order, without brackets and white space. Of more than 200 the last ones, which are the nearest in the thread.</summary>
    /// <param name="text">The field's text; null gives none.</param>
    public static IReadOnlyList<string> Parse(string? text)
    {
        var ids = new List<string>();
        var rest = text.AsSpan();
        while (rest.IndexOf('<') is >= 0 and var begin)
        {
            rest = rest[(begin + 1)..];
            var end = rest.IndexOfAny('<', '>');
            if (end < 0)
            {
                Add(ids, rest);
                break;
            }

            if (rest[end] == '>')
            {
                Add(ids, rest[..end]);
                end++;
            }

            rest = rest[end..];
        }

        if (ids.Count == 0)
        {
            foreach (var word in (text ?? "").Split([' ', '\t', ',', '<', '>'], Most, StringSplitOptions.RemoveEmptyEntries).Where(word => word.Contains('@', StringComparison.Ordinal)))
            {
                Add(ids, word);
            }
        }

        return ids.Count <= Most ? ids : ids[^Most..];
    }

    private static void Add(List<string> ids, ReadOnlySpan<char> id)
    {
        // Long ids are folded in the middle by some programs.
        var clean = id.Length > 2 * Longest ? "" : string.Concat(id.ToString().Where(letter => !char.IsWhiteSpace(letter)));
        if (clean.Length is > 0 and <= Longest)
        {
            ids.Add(clean);
        }
    }
}
