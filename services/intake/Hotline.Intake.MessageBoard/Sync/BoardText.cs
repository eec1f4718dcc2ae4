using System.Security.Cryptography;
using System.Text;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>Subject and text of a message, cleaned, as an appeal's title and text.</summary>
/// <param name="Hash">SHA-256 of both, lower-case hex: tells versions.</param>
public sealed record BoardText(string Subject, string Content, string Hash)
{
    private const string Dots = "...";

    /// <summary>The text of a subject and a content.</summary>
    public static BoardText Of(string subject, string content) => new(subject, content, HashOf(subject, content));

    /// <summary>The hash that tells whether an appeal holds this text.</summary>
    public static string HashOf(string title, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{title}\0{text}")));

    /// <summary>Whether this, cut by the list, is the beginning of a whole text. White space does not count: list and detail differ in it.</summary>
    public bool Begins(BoardText whole)
    {
        if (Subject != whole.Subject)
        {
            return false;
        }

        var begin = Dense(Content.EndsWith(Dots, StringComparison.Ordinal) ? Content[..^Dots.Length] : Content.TrimEnd('…'));
        return Dense(whole.Content).StartsWith(begin, StringComparison.Ordinal);
    }

    private static string Dense(string text) => string.Concat(text.Where(static c => !char.IsWhiteSpace(c) && c != '\uFFFD'));
}
