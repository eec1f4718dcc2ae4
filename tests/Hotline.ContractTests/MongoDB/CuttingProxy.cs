using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hotline.ContractTests.MongoDB;

/// <summary>A network between the provider and the server that loses answers, stands still, or is not there.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly IPEndPoint _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _open = new();
    private readonly Task _accepting;
    private TaskCompletionSource _moving = Done();
    private bool _refuses;
    private int _answers;

    public CuttingProxy(string connectionString)
    {
        var parts = connectionString["mongodb://".Length..].Split('/')[0].Split('@')[^1].Split(',')[0].Split(':');
        _server = new IPEndPoint(parts[0] == "localhost" ? IPAddress.Loopback : IPAddress.Parse(parts[0]), parts.Length > 1 ? int.Parse(parts[1], null) : 27017);
        _listener.Start();
        ConnectionString = $"mongodb://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/?directConnection=true";
        _accepting = Task.Run(AcceptAsync);
    }

    public string ConnectionString { get; }

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
        foreach (var (client, server) in _open)
        {
            client.Dispose();
            server.Dispose();
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
                if (Volatile.Read(ref _refuses))
                {
                    client.Dispose();
                    continue;
                }

                var server = new TcpClient { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(_server, _ended.Token);
                _open[client] = server;
                _ = PumpAsync(client, server, answers: false);
                _ = PumpAsync(server, client, answers: true);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Ended, or the server is not there: the next one hears of it.
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

        from.Dispose();
        to.Dispose();
        _open.TryRemove(answers ? to : from, out _);
    }
}
