using System.Text;

namespace Hotline.Desk.Accounts;

/// <summary>Base32 (RFC 4648) without padding: secrets and codes as people type them.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        var (held, bits) = (0, 0);
        foreach (var value in bytes)
        {
            (held, bits) = (((held << 8) | value) & 0xFFF, bits + 8);
            for (; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            }
        }

        return (bits > 0 ? text.Append(Alphabet[(held << (5 - bits)) & 31]) : text).ToString();
    }

    /// <summary>Case, spaces and dashes do not matter.</summary>
    /// <returns>Null when it is no base32.</returns>
    public static byte[]? Decode(string text)
    {
        var bytes = new List<byte>();
        var (held, bits) = (0, 0);
        foreach (var sign in text.ToUpperInvariant().Where(static sign => sign is not (' ' or '-')))
        {
            if (Alphabet.IndexOf(sign, StringComparison.Ordinal) is var value && value < 0)
            {
                return null;
            }

            (held, bits) = (((held << 5) | value) & 0xFFF, bits + 5);
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(held >> bits));
            }
        }

        return [.. bytes];
    }

    /// <summary>In groups of four, to be read aloud.</summary>
    public static string Grouped(string text) => string.Join('-', text.Chunk(4).Select(static group => new string(group)));
}
