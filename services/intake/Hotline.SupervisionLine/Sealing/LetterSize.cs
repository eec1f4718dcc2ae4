namespace Hotline.SupervisionLine.Sealing;

/// <summary>Contents are filled up with spaces behind their JSON to one of a few lengths, so that a length tells little.</summary>
public static class LetterSize
{
    /// <summary>The lengths, bytes; <c>sealing.js</c> has the same.</summary>
    public static readonly IReadOnlyList<int> Classes = [4 << 10, 32 << 10, 256 << 10, 1 << 20, 2 << 20, 4 << 20, Largest, 2 * Largest, LargestMail];

    /// <summary>Of a word between reporter and officer after the report, files not among it.</summary>
    public const int LargestMessage = 256 << 10;

    /// <summary>Of a report by the page, files among it.</summary>
    public const int Largest = 8 << 20;

    /// <summary>Of a mail, which is sealed whole.</summary>
    public const int LargestMail = 32 << 20;

    public static bool IsOne(int length) => Classes.Contains(length);

    /// <summary>The length to which a content is filled up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Longer than the largest.</exception>
    public static int For(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, LargestMail);
        return Classes.First(size => length <= size);
    }

    /// <exception cref="ArgumentOutOfRangeException">Longer than the largest.</exception>
    public static byte[] Fill(ReadOnlySpan<byte> content)
    {
        var filled = new byte[For(content.Length)];
        content.CopyTo(filled);
        filled.AsSpan(content.Length).Fill((byte)' ');
        return filled;
    }
}
