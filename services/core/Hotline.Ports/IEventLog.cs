using Hotline.Contracts;

namespace Hotline.Ports;

/// <summary>
/// A reader of some topics. All readers of a group share its place; each event goes to one of them. Who reads also registers it with the container, for
/// logs that must know their readers before the first of them reads.
/// </summary>
/// <param name="Group">The service's name.</param>
public sealed record Subscription(string Group, IReadOnlyList<string> Topics);

/// <summary>
/// The event log: at least once, in order within a partition key. Services never write to it: the store does, in the commit of the fact.
/// </summary>
public interface IEventLog
{
    /// <summary>Reads on from the group's place until cancelled. While the log is away it waits and tries again; it does not end or throw for that.</summary>
    IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, CancellationToken cancellation);
}

/// <summary>An event as delivered. What is not settled comes again: after a restart, or to the next owner of its partition.</summary>
public abstract class LogMessage
{
    public abstract string Topic { get; }

    public abstract CloudEvent Event { get; }

    /// <summary>Cancelled when this reader no longer owns the event: drop it, another one has it now.</summary>
    public virtual CancellationToken Revoked => CancellationToken.None;

    /// <summary>Says that the event has had its effect (or rests as a dead letter). In any order; the group's place moves only past an unbroken row of settled events.</summary>
    public abstract void Settle();
}

/// <summary>The events a store has committed, for a relay that carries them to another log.</summary>
public interface IOutbox
{
    /// <summary>Events of one service in commit order, from where <paramref name="relay"/> last settled.</summary>
    IAsyncEnumerable<LogMessage> ReadAsync(string relay, string service, CancellationToken cancellation);
}
