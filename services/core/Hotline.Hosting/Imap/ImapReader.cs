using System.Buffers;
using System.Security.Cryptography;

namespace Hotline.Hosting;

/// <summary>A line of a response, and the literal its end announced; null for the last line.</summary>
internal readonly record struct ImapPiece(byte[] Line, byte[]? Literal);

/// <summary>
/// Takes a server's bytes apart into responses (RFC 3501). MailKit is the library that would replace this client. Memory grows with what has come,
/// never with what is announced.
/// </summary>
internal sealed class ImapReader(Stream stream)
{
    private const int FirstChunk = 16 * 1024;
    private readonly byte[] _buffer = new byte[FirstChunk];
    private int _start;
    private int _end;
    private long _left;
    private ImapLimits _limits = ImapLimits.Short;
    private Task<int>? _pending;

    /// <summary>Sets anew what may be read until the next command is answered.</summary>
    public void Allow(ImapLimits limits)
    {
        (_limits, _left) = (limits, limits.AnswerBytes);
        if (_start == _end && _pending is null)
        {
            Forget(); // a letter's end would lie here as long as nothing as long comes
        }
    }

    /// <summary>The next response; null when the server has closed the connection between two.</summary>
    /// <exception cref="ImapException">It is none, or exceeds the limits.</exception>
    public async ValueTask<ImapResponse?> ReadAsync(CancellationToken cancellation)
    {
        var pieces = new List<ImapPiece>(1);
        while (true)
        {
            var line = await ReadLineAsync(cancellation);
            if (line is null)
            {
                return pieces.Count == 0 ? null : throw new ImapException("the connection ended within a response");
            }

            if ((pieces.Count == 0 && ImapParser.IsStatus(line)) || LiteralLength(line) is not { } length)
            {
                pieces.Add(new ImapPiece(line, null));
                return ImapParser.Parse(pieces, _limits);
            }

            if (pieces.Count >= _limits.Values)
            {
                throw new ImapException("a response has too many literals");
            }

            pieces.Add(new ImapPiece(line[..line.LastIndexOf((byte)'{')], await ReadLiteralAsync(length, cancellation)));
        }
    }

    /// <summary>Overwrites what has come last.</summary>
    public void Forget() => CryptographicOperations.ZeroMemory(_buffer);

    /// <summary>Waits until the server says something or hangs up, without taking it.</summary>
    /// <returns>False when it said nothing within the time.</returns>
    public async ValueTask<bool> IsHeardAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        if (_start < _end)
        {
            return true;
        }

        // The read goes on beyond this wait: one that is broken off could take half a TLS record with it.
        _pending ??= stream.ReadAsync(_buffer, CancellationToken.None).AsTask();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var heard = await Task.WhenAny(_pending, Task.Delay(patience, time, waiting.Token)) == _pending;
        await waiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        return heard;
    }

    private static int? LiteralLength(ReadOnlySpan<byte> line)
    {
        if (line is not [.., (byte)'}'] || line.LastIndexOf((byte)'{') is not (>= 0 and var open))
        {
            return null;
        }

        var digits = line[(open + 1)..^1];
        var length = 0L;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit) || digits.Length > 10)
            {
                throw new ImapException("a literal's length is no number");
            }

            length = (length * 10) + digit - '0';
        }

        return digits.Length == 0 || length > int.MaxValue ? throw new ImapException("a literal's length is no number") : (int)length;
    }

    private async ValueTask<byte[]?> ReadLineAsync(CancellationToken cancellation)
    {
        var line = new ArrayBufferWriter<byte>();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellation))
            {
                return line.WrittenCount == 0 ? null : throw new ImapException("the connection ended within a line");
            }

            var fresh = _buffer.AsSpan(_start, _end - _start);
            var end = fresh.IndexOf((byte)'\n');
            var taken = end < 0 ? fresh.Length : end + 1;
            Take(taken);
            line.Write(fresh[..taken]);
            if (end >= 0)
            {
                return line.WrittenSpan.TrimEnd("\r\n"u8).ToArray();
            }
        }
    }

    private async ValueTask<byte[]> ReadLiteralAsync(int length, CancellationToken cancellation)
    {
        if (length > _left)
        {
            throw new ImapException("a literal is longer than anything asked for");
        }

        var literal = new byte[Math.Min(length, FirstChunk)];
        var written = 0;
        try
        {
            while (written < length)
            {
                if (_start == _end && !await FillAsync(cancellation))
                {
                    throw new ImapException("the connection ended within a literal");
                }

                if (written == literal.Length)
                {
                    var longer = new byte[(int)Math.Min(length, 2L * literal.Length)];
                    literal.CopyTo(longer, 0);
                    CryptographicOperations.ZeroMemory(literal); // who reads letters in confidence has the whole alone to forget
                    literal = longer;
                }

                var taken = Math.Min(literal.Length - written, _end - _start);
                _buffer.AsSpan(_start, taken).CopyTo(literal.AsSpan(written));
                Take(taken);
                written += taken;
            }

            return literal;
        }
        catch
        {
            CryptographicOperations.ZeroMemory(literal);
            throw;
        }
    }

    private void Take(int bytes)
    {
        _start += bytes;
        _left -= bytes;
        if (_left < 0)
        {
            throw new ImapException("an answer is longer than anything asked for");
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        (_start, _end) = (0, 0);
        _end = _pending is { } pending ? await pending.WaitAsync(cancellation) : await stream.ReadAsync(_buffer, cancellation);
        _pending = null;
        return _end > 0;
    }
}
