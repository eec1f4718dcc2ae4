using System.Net;
using System.Net.Sockets;

namespace Hotline.ContractTests.Channels.Email.Imap;

/// <summary>Passes bytes on both ways. In its first connection it stops when so many have come from the server, in the midst of whatever they are.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private readonly int _server;
    private readonly long _holdAfter;
    private long _passed;

    public Relay(int server, long holdAfter)
    {
        (_server, _holdAfter) = (server, holdAfter);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when the bytes are through and no more pass.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Hangs up the connection it holds.</summary>
    public void HangUp() => _hungUp.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        HangUp();
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            for (var isFirst = true; ; isFirst = false)
            {
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token), isFirst));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client, bool isFirst)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
                await await Task.WhenAny(CopyAsync(client.GetStream(), server.GetStream(), holds: false), CopyAsync(server.GetStream(), client.GetStream(), isFirst));
            }
            catch (Exception end) when (end is IOException or SocketException or OperationCanceledException)
            {
                // one side is gone; so is the other
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool holds)
    {
        var buffer = new byte[4096];
        while (await from.ReadAsync(buffer, _stop.Token) is var read and > 0)
        {
            if (holds && (_passed += read) > _holdAfter)
            {
                _reached.TrySetResult();
                await _hungUp.Task;
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
