namespace Hotline.Intake.Email.Mime;

/// <summary>Undoes uuencoding: lines of a length letter and four letters for every three bytes, between "begin" and "end".</summary>
internal static class Uuencode
{
    public static ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> text, out bool isBad)
    {
        var bytes = new byte[text.Length];
        var length = 0;
        var hasBegun = false;
        isBad = true;
        while (!text.IsEmpty)
        {
            var line = TakeLine(ref text);
            if (!hasBegun)
            {
                hasBegun = line.StartsWith("begin "u8);
                isBad = !hasBegun;
                continue;
            }

            if (line.SequenceEqual("end"u8))
            {
                break;
            }

            if (!line.IsEmpty)
            {
                isBad |= !DecodeLine(line, bytes, ref length);
            }
        }

        return bytes.AsMemory(0, length);
    }

    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return line;
    }

    private static bool DecodeLine(ReadOnlySpan<byte> line, byte[] bytes, ref int length)
    {
        var wanted = (line[0] - 32) & 63;
        var (bits, count) = (0, 0);
        foreach (var letter in line[1..])
        {
            (bits, count) = (((bits << 6) | ((letter - 32) & 63)) & 0xFFFFFF, count + 6);
            if (count >= 8 && wanted > 0)
            {
                count -= 8;
                wanted--;
                bytes[length++] = (byte)(bits >> count);
            }
        }

        return wanted == 0;
    }
}
