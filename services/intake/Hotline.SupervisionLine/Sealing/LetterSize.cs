namespace Hotline.SupervisionLine.Sealing;

/// <summary>Contents are filled up with spaces behind their JSON to one of a few lengths, so that a length tells little.</summary>
public static class LetterSize
{
    /// <summary>The lengths, bytes; <c>sealing.js</c> has the same.</summary>
    public static readonly IReadOnlyList<int> Classes = [4 << 10, 32 << 10, 256 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20];

    /// <summary>Of a word between reporter and officer after the report, files not among it.</summary>
    public const int LargestMessage = 256 << 10;

    public static int Largest => Classes[^1];

    public static bool IsOne(int length) => Classes.Contains(length);

    /// <exception cref="ArgumentOutOfRangeException">Longer than the largest.</exception>
    public static byte[] Fill(ReadOnlySpan<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, Largest);
        foreach (var length in Classes)
        {
            if (content.Length <= length)
            {
                var filled = new byte[length];
                content.CopyTo(filled);
                filled.AsSpan(content.Length).Fill((byte)' ');
                return filled;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(content));
    }
}
