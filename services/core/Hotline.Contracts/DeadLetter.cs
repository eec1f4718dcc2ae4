namespace Hotline.Contracts;

/// <summary>An event that a service could not handle, put aside so that the others go on; a person may replay it.</summary>
/// <param name="Service">Whose handler failed.</param>
/// <param name="Reason">The kind of failure and its message, free of what citizens wrote.</param>
/// <param name="Tries">How often it was tried.</param>
public sealed record DeadLettered(
    string Service, string Topic, string EventId, string EventType, string EventSource, DateTimeOffset EventTime, Guid PartitionKey, byte[] Data, string Reason, int Tries, DateTimeOffset At);
