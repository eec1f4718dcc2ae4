using System.Buffers.Text;

namespace Hotline.Benchmarks.Load;

/// <summary>Just enough of HTTP/1.1 to know where an answer ends: the client must cost little beside what it measures.</summary>
internal static class HttpAnswers
{
    /// <returns>The answer's bytes, or 0 while it is not all there.</returns>
    public static int LengthOf(ReadOnlySpan<byte> received)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var body = end + 4;
        if (ValueOf(received[..end], "\r\nContent-Length: "u8) is { IsEmpty: false } given)
        {
            _ = Utf8Parser.TryParse(given, out int length, out _);
            return body + length <= received.Length ? body + length : 0;
        }

        return ChunkedEnd(received, body);
    }

    public static int StatusOf(ReadOnlySpan<byte> answer) => Utf8Parser.TryParse(answer[9..], out int status, out _) ? status : 0;

    /// <summary>What follows a header's name, up to the end of its line; empty when there is none.</summary>
    public static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> nameWithColon)
    {
        var at = headers.IndexOf(nameWithColon);
        if (at < 0)
        {
            return default;
        }

        var value = headers[(at + nameWithColon.Length)..];
        var line = value.IndexOf("\r\n"u8);
        return line < 0 ? value : value[..line];
    }

    private static int ChunkedEnd(ReadOnlySpan<byte> received, int at)
    {
        while (true)
        {
            var line = received[at..].IndexOf("\r\n"u8);
            if (line <= 0 || !Utf8Parser.TryParse(received.Slice(at, line), out int size, out _, 'x'))
            {
                return 0;
            }

            at += line + 2 + size + 2;
            if (at > received.Length)
            {
                return 0;
            }

            if (size == 0)
            {
                return at;
            }
        }
    }
}
