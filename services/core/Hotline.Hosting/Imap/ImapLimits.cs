namespace Hotline.Hosting;

/// <summary>How much of a server's answer is read at most. What goes beyond ends the connection.</summary>
/// <param name="AnswerBytes">All lines and literals until a command is answered.</param>
internal sealed record ImapLimits(long AnswerBytes)
{
    private const int Lines = 2 * 1024 * 1024;

    /// <summary>Commands that ask for no letter; room for the search result of a quarter of a million letters.</summary>
    public static ImapLimits Short { get; } = new(Lines);

    /// <summary>Lists within lists.</summary>
    public int Depth { get; init; } = 16;

    /// <summary>Words, strings and lists of one response.</summary>
    public int Values { get; init; } = 250_000;

    /// <summary>Responses until a command is answered.</summary>
    public int Responses { get; init; } = 10_000;

    public static ImapLimits ForLetter(int mostBytes) => new(mostBytes + (long)Lines);
}
