using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hotline.ContractTests;

/// <summary>A network between a provider and its server that loses answers, stands still, or is not there.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly Func<(string Host, int Port)> _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _open = new();
    private readonly Task _accepting;
    private TaskCompletionSource _moving = Done();
    private bool _refuses;
    private int _answers;

    /// <param name="server">Asked at each connection, so the server may start after the network.</param>
    public CuttingProxy(Func<(string Host, int Port)> server)
    {
        _server = server;
        _listener.Start();
        Address = $"{_listener.LocalEndpoint}";
        _accepting = Task.Run(AcceptAsync);
    }

    /// <param name="connectionString">Of MongoDB.</param>
    public CuttingProxy(string connectionString)
        : this(() => ServerOf(connectionString))
    {
    }

    /// <summary>Where clients connect to, <c>127.0.0.1:port</c>.</summary>
    public string Address { get; }

    /// <summary>Of MongoDB behind this network.</summary>
    public string ConnectionString => $"mongodb://{Address}/?directConnection=true";

    /// <summary>How many connections were cut before their answer.</summary>
    public int Cuts { get; private set; }

    /// <summary>Every so many answers of the server one is not passed on: its connection is cut. 0: none.</summary>
    public int CutEach { get; set; }

    /// <summary>Nothing goes through any more, and nobody hears why.</summary>
    public void Stall() => Volatile.Write(ref _moving, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public void GoOn() => Volatile.Read(ref _moving).TrySetResult();

    /// <summary>Cuts everything and takes no new connections, or takes them again.</summary>
    public void Refuse(bool refuses)
    {
        Volatile.Write(ref _refuses, refuses);
        if (refuses)
        {
            foreach (var (client, server) in _open)
            {
                Cut(client, server);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _ended.CancelAsync();
        _listener.Stop();
        Refuse(true);
        await _accepting;
        _ended.Dispose();
    }

    private static (string Host, int Port) ServerOf(string connectionString)
    {
        var parts = connectionString["mongodb://".Length..].Split('/')[0].Split('@')[^1].Split(',')[0].Split(':');
        return (parts[0], parts.Length > 1 ? int.Parse(parts[1], null) : 27017);
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private async Task AcceptAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                try
                {
                    var (host, port) = _server();
                    await server.ConnectAsync(host, port, _ended.Token);
                }
                catch (SocketException)
                {
                    // The server is not there: the client hears of it.
                }

                // Whoever refuses from now on finds it here and cuts it.
                _open[client] = server;
                if (Volatile.Read(ref _refuses))
                {
                    Cut(client, server);
                    continue;
                }

                _ = PumpAsync(client, server, answers: false);
                _ = PumpAsync(server, client, answers: true);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Ended.
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool answers)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.GetStream().ReadAsync(buffer) is var read && read > 0)
            {
                await Volatile.Read(ref _moving).Task;
                if (answers && CutEach > 0 && Interlocked.Increment(ref _answers) % CutEach == 0)
                {
                    Cuts++;
                    break;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }

        if (answers)
        {
            Cut(to, from);
        }
        else
        {
            Cut(from, to);
        }
    }

    private void Cut(TcpClient client, TcpClient server)
    {
        client.Dispose();
        server.Dispose();
        _open.TryRemove(client, out _);
    }
}
