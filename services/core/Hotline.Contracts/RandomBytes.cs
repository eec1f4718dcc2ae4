using System.Security.Cryptography;

namespace Hotline.Contracts;

/// <summary>
/// Random bytes of <see cref="RandomNumberGenerator"/>, drawn a kilobyte at a time for each thread: for a few bytes with every request the call into it
/// costs more than the bytes. Not for keys, which should not lie in memory before they are asked for.
/// </summary>
public static class RandomBytes
{
    private const int Drawn = 1024;

    [ThreadStatic]
    private static byte[]? t_drawn;

    [ThreadStatic]
    private static int t_left;

    /// <param name="bytes">At most a kilobyte.</param>
    public static void Fill(Span<byte> bytes)
    {
        t_drawn ??= new byte[Drawn];
        if (t_left < bytes.Length)
        {
            RandomNumberGenerator.Fill(t_drawn);
            t_left = Drawn;
        }

        var given = t_drawn.AsSpan(t_left - bytes.Length, bytes.Length);
        given.CopyTo(bytes);
        given.Clear(); // so that nothing is ever given twice, nor read here later
        t_left -= bytes.Length;
    }
}
