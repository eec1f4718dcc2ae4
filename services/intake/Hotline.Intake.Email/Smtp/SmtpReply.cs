using System.Globalization;
using System.Text.RegularExpressions;

namespace Hotline.Intake.Email.Smtp;

/// <summary>A server's answer: one code, and lines without it.</summary>
internal sealed partial record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MostLines = 100;

    /// <summary>The enhanced status code of its last line; null when there is none.</summary>
    public string? Status => StatusCode().Match(Lines[^1]) is { Success: true } found ? found.Value.TrimEnd() : null;

    /// <summary>Reads an answer, line by line.</summary>
    /// <param name="readLine">The next line without its end; null when the server has hung up.</param>
    /// <exception cref="IOException">It is no answer of the protocol.</exception>
    public static async Task<SmtpReply> ReadAsync(Func<Task<string?>> readLine)
    {
        var (code, lines) = (0, new List<string>());
        while (lines.Count < MostLines)
        {
            var line = await readLine() ?? throw new IOException("the server has hung up");
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var said) || said is < 200 or > 599
                || (code != 0 && said != code) || (line.Length > 3 && line[3] is not (' ' or '-')))
            {
                throw new IOException("an answer is none of the protocol");
            }

            code = said;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ')
            {
                return new SmtpReply(code, lines);
            }
        }

        throw new IOException("an answer has too many lines");
    }

    [GeneratedRegex(@"^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?= |$)", RegexOptions.CultureInvariant)]
    private static partial Regex StatusCode();
}
