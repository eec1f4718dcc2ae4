using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Hotline.Hosting;

/// <summary>A request's body in one pooled stretch, as it came.</summary>
public sealed class RequestBytes : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private RequestBytes(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);

    /// <summary>The content as a seekable stream, for readers that want one.</summary>
    public MemoryStream AsStream() => new(_buffer, 0, _length, writable: false);

    /// <exception cref="BadHttpRequestException">413: the body is larger than <paramref name="most"/> bytes.</exception>
    public static async ValueTask<RequestBytes> ReadAsync(HttpRequest request, int most, CancellationToken cancellation)
    {
        if (request.ContentLength > most)
        {
            throw TooLarge();
        }

        var body = new RequestBytes((int)(request.ContentLength ?? 4096));
        try
        {
            while (true)
            {
                var read = await request.BodyReader.ReadAsync(cancellation);
                if (body._length + read.Buffer.Length > most)
                {
                    request.BodyReader.AdvanceTo(read.Buffer.End); // else the rest cannot be drained, and the sender loses the line in place of an answer
                    throw TooLarge();
                }

                body.Append(read.Buffer);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return body;
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // it held a name and a phone
        }
    }

    private static BadHttpRequestException TooLarge() => new("The body is too large.", StatusCodes.Status413PayloadTooLarge);

    private void Append(ReadOnlySequence<byte> bytes)
    {
        var needed = _length + (int)bytes.Length;
        if (needed > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
            _buffer = larger;
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length = needed;
    }
}
