using System.Threading.Channels;
using CloudEvent = Hotline.Contracts.CloudEvent; // Contracts has a Channel of its own

namespace Hotline.Providers.Dapr;

/// <summary>One reader at work: what was delivered to it, until it ends. What it has not settled by then is answered RETRY.</summary>
internal sealed class DaprReading
{
    private readonly Lock _gate = new();
    private readonly HashSet<DaprMessage> _open = [];
    private readonly Channel<DaprMessage> _ready = Channel.CreateUnbounded<DaprMessage>(); // bounded by the sidecar, which waits for each answer
    private bool _ended;

    public ChannelReader<DaprMessage> Ready => _ready.Reader;

    /// <returns>Null when the reader has ended.</returns>
    public DaprMessage? Offer(string topic, CloudEvent envelope)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return null;
            }

            var message = new DaprMessage(topic, envelope);
            _open.Add(message);
            _ready.Writer.TryWrite(message);
            return message;
        }
    }

    /// <summary>The sidecar has its answer.</summary>
    public void Close(DaprMessage message)
    {
        lock (_gate)
        {
            _open.Remove(message);
        }
    }

    public void End()
    {
        DaprMessage[] open;
        lock (_gate)
        {
            _ended = true;
            open = [.. _open];
        }

        foreach (var message in open)
        {
            message.Revoke();
        }
    }
}
