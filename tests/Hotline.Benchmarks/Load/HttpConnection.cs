using System.Net;
using System.Net.Sockets;

namespace Hotline.Benchmarks.Load;

/// <summary>Sees an answer before its buffer is used again.</summary>
internal delegate void AnswerSeen(int request, ReadOnlySpan<byte> answer);

/// <summary>One keep-alive connection that sends prepared bytes and waits for the answer. It never tries anything twice.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[32 * 1024];

    private HttpConnection(Socket socket) => _socket = socket;

    public static async Task<HttpConnection> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new HttpConnection(socket);
    }

    /// <returns>The status.</returns>
    /// <exception cref="IOException">The server closed the connection.</exception>
    public async ValueTask<int> SendAsync(int number, ReadOnlyMemory<byte> request, AnswerSeen? seen)
    {
        while (!request.IsEmpty)
        {
            request = request[await _socket.SendAsync(request)..];
        }

        var received = 0;
        while (true)
        {
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(received));
            if (read == 0)
            {
                throw new IOException("The server closed a connection in the middle of a burst.");
            }

            received += read;
            if (HttpAnswers.LengthOf(_buffer.AsSpan(0, received)) is var length and > 0)
            {
                seen?.Invoke(number, _buffer.AsSpan(0, length));
                return HttpAnswers.StatusOf(_buffer);
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
