using System.Text;

namespace Hotline.Intake.Email.Mime;

/// <summary>Undoes format=flowed (RFC 3676): lines that end in a space go on in the next one of the same quote depth.</summary>
internal static class FlowedText
{
    public static string Unwrap(string text, bool deletesSpace)
    {
        var result = new StringBuilder(text.Length);
        // The quote depth of a line that goes on; null when the last one ended.
        int? open = null;
        foreach (var written in text.AsSpan().EnumerateLines())
        {
            var depth = written.IndexOfAnyExcept('>') is >= 0 and var length ? length : written.Length;
            var line = written[depth..];
            line = line is [' ', ..] ? line[1..] : line;
            if (open is not null && open != depth)
            {
                result.Append('\n');
                open = null;
            }

            if (open is null)
            {
                result.Append('>', depth).Append(depth > 0 ? " " : "");
            }

            var isFlowed = line is [.., ' '] && line is not "-- ";
            result.Append(isFlowed && deletesSpace ? line[..^1] : line);
            open = isFlowed ? depth : null;
            result.Append(isFlowed ? "" : "\n");
        }

        return result.ToString();
    }
}
