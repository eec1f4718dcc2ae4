using System.Buffers;
using System.Text;
using Hotline.Contracts;

namespace Hotline.Intake;

/// <summary>
/// An original beside the appeal it became. Most of a short one are the citizen's own words, and those stand in the appeal, which never changes: here is
/// what stands around them, and where they go. Half the bytes of the compressed original at a tenth of the time.
/// </summary>
/// <remarks>Form: the length of what comes next (two bytes, big-endian), its bytes, the number of the words behind it, and so on until a number 0.</remarks>
internal static class OriginalAround
{
    /// <summary>What is longer is no short original: it is compressed and lies by itself.</summary>
    public const int MostBytes = 512;
    private const int LongestOriginal = 16 * 1024;
    private const int ShortestWords = 8; // bytes
    private const int Between = sizeof(ushort) + 1;
    private const int WordsCount = 3;

    /// <returns>False when more than <see cref="MostBytes"/> stand around the words.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> original, Appeal appeal, Span<byte> output, out int written)
    {
        written = 0;
        if (original.Length > LongestOriginal)
        {
            return false;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(appeal.Text.Length + appeal.Title.Length + (appeal.Place?.Text?.Length ?? 0)));
        Span<Range> words = stackalloc Range[WordsCount];
        var end = 0;
        for (var i = 0; i < WordsCount; i++)
        {
            var start = end;
            end += Encoding.UTF8.GetBytes(WordsOf(appeal, i), buffer.AsSpan(end));
            words[i] = start..end;
        }

        var fits = TryWrite(original, buffer, words, output, ref written);
        ArrayPool<byte>.Shared.Return(buffer);
        return fits;
    }

    /// <param name="original">As long as the original was.</param>
    /// <returns>False when it does not come to that length: then the store is damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> around, Appeal appeal, Span<byte> original)
    {
        while (around.Length >= Between)
        {
            var length = (around[0] << 8) | around[1];
            if (around.Length < Between + length || original.Length < length)
            {
                return false;
            }

            around.Slice(sizeof(ushort), length).CopyTo(original);
            original = original[length..];
            var words = around[sizeof(ushort) + length];
            around = around[(Between + length)..];
            if (words is 0 or > WordsCount)
            {
                return words == 0 && around.IsEmpty && original.IsEmpty;
            }

            if (!Encoding.UTF8.TryGetBytes(WordsOf(appeal, words - 1), original, out var put))
            {
                return false;
            }

            original = original[put..];
        }

        return false;
    }

    private static bool TryWrite(ReadOnlySpan<byte> original, ReadOnlySpan<byte> text, Span<Range> words, Span<byte> output, ref int written)
    {
        while (true)
        {
            // The first that comes is taken, of two the longer one: a title is often how the text begins.
            var (at, length, number) = (original.Length, 0, 0);
            for (var i = 0; i < words.Length; i++)
            {
                var word = text[words[i]];
                var found = word.Length < ShortestWords ? -1 : original.IndexOf(word);
                if (found < 0)
                {
                    words[i] = default; // nor is it in what comes after: looked for again and again it would be a way to keep us busy
                }
                else if (found < at || (found == at && word.Length > length))
                {
                    (at, length, number) = (found, word.Length, i + 1);
                }
            }

            if (written + Between + at > output.Length)
            {
                return false;
            }

            (output[written], output[written + 1]) = ((byte)(at >> 8), (byte)at);
            original[..at].CopyTo(output[(written + sizeof(ushort))..]);
            output[written + sizeof(ushort) + at] = (byte)number;
            written += Between + at;
            if (number == 0)
            {
                return true;
            }

            original = original[(at + length)..];
        }
    }

    private static string WordsOf(Appeal appeal, int number) => number switch
    {
        0 => appeal.Text,
        1 => appeal.Title,
        _ => appeal.Place?.Text ?? "",
    };
}
