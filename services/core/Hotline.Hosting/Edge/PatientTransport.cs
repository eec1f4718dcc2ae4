using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Hosting;

/// <summary>
/// Sockets that are closed in an order that refuses nobody: when the process is told to stop, first the listener, then, once they are
/// gone or a grace is over, the connections. Kestrel alone closes idle connections at once, and a request that a gateway sends on one just then
/// fails so that nobody knows whether it was done.
/// </summary>
/// <param name="inner">Where connections come from.</param>
internal sealed class PatientTransport(SocketTransportFactory inner, TimeProvider time) : IConnectionListenerFactory
{
    /// <summary>Longer than a gateway keeps a connection that it does not use.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    public static IConnectionListenerFactory Create(IServiceProvider services) => new PatientTransport(
        new SocketTransportFactory(services.GetRequiredService<IOptions<SocketTransportOptions>>(), services.GetRequiredService<ILoggerFactory>()),
        services.GetRequiredService<TimeProvider>());

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken), time);

    private sealed class Listener(IConnectionListener inner, TimeProvider time) : IConnectionListener
    {
        private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _open = 1; // the listener itself

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (await inner.AcceptAsync(cancellationToken) is not { } connection)
            {
                return null;
            }

            Interlocked.Increment(ref _open);
            connection.ConnectionClosed.Register(Closed);
            return connection;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await inner.UnbindAsync(cancellationToken);
            Closed();
            await _empty.Task.WaitAsync(Grace, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private void Closed()
        {
            if (Interlocked.Decrement(ref _open) == 0)
            {
                _empty.TrySetResult();
            }
        }
    }
}
