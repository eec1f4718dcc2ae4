using Ocelot.Configuration;
using Ocelot.Logging;
using Ocelot.Requester;

namespace Hotline.Gateway.Partners;

/// <summary>
/// Ocelot's connections to the services, which it would keep for a minute: what nothing uses is closed from here, before a service that stops does, so that
/// nothing is sent on a connection that is just going.
/// </summary>
internal sealed class ImpatientInvokerPool(IDelegatingHandlerFactory handlers, IOcelotLoggerFactory loggers) : MessageInvokerPool(handlers, loggers)
{
    /// <summary>Shorter than a service that stops waits for its connections to end.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    protected override SocketsHttpHandler CreateHandler(DownstreamRoute route)
    {
        var handler = base.CreateHandler(route);
        handler.PooledConnectionIdleTimeout = Idle;
        return handler;
    }
}
