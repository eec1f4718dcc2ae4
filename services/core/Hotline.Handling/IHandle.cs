using Hotline.Contracts;

namespace Hotline.Handling;

/// <summary>
/// Gives one type of event its effect. The same event may come more than once and must have its effect once: save by the store's
/// add-once or at an expected version, never check first and write after. An exception is a failed try; after the third the event
/// rests as a dead letter. <see cref="Ports.EngineAwayException"/> is no try.
/// </summary>
public interface IHandle<in TEvent>
{
    ValueTask HandleAsync(TEvent data, CloudEvent envelope, CancellationToken cancellation);
}
