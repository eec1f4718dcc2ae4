using System.Runtime.CompilerServices;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.ContractTests.EventLog.Dapr;

/// <summary>The Dapr provider over sidecars of the test: one publishes out of an outbox in memory, and each reading is a process with a sidecar of its own.</summary>
internal sealed class DaprHarness : ILogHarness, IEventLog
{
    public const string Service = "contract";
    public const string Relay = "dapr/hotline-pubsub";

    private readonly Uuid7 _ids = new(TimeProvider.System);

    private DaprHarness(DaprBroker broker, DaprSidecar sidecar, DaprProcess process, MemoryOutbox outbox) => (Broker, Sidecar, Process, Outbox) = (broker, sidecar, process, outbox);

    public DaprBroker Broker { get; }

    public DaprSidecar Sidecar { get; }

    public DaprProcess Process { get; }

    public MemoryOutbox Outbox { get; }

    public IEventLog Log => this;

    public static async Task<ILogHarness> StartAsync()
    {
        var broker = new DaprBroker();
        var outbox = new MemoryOutbox();
        var sidecar = await new DaprSidecar(broker, "publisher").StartAsync();
        return new DaprHarness(broker, sidecar, await DaprProcess.StartAsync(sidecar.GrpcPort, outbox, [Service]), outbox);
    }

    public ValueTask<CloudEvent> PublishAsync(string topic, Guid key, string type, ReadOnlyMemory<byte> data)
    {
        var envelope = new CloudEvent(CloudEvent.IdOf(_ids.Next(), 1), $"/hotline/{Service}", type, TimeProvider.System.GetUtcNow(), key, data);
        Outbox.Add(Service, topic, envelope);
        return ValueTask.FromResult(envelope);
    }

    public async IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var sidecar = new DaprSidecar(Broker, subscription.Group);
        await using var process = await DaprProcess.StartAsync(Sidecar.GrpcPort, subscriptions: [subscription]);
        sidecar.Attach(process.Address);
        await foreach (var message in process.Log.ReadAsync(subscription, cancellation))
        {
            yield return message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        await Sidecar.DisposeAsync();
    }
}
