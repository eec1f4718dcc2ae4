using Hotline.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Kafka;

/// <summary>Carries what the store has committed to Kafka; a service has a producer of its own, so that an event which Kafka refuses holds up nobody else's.</summary>
internal sealed class KafkaRelay(IOutbox outbox, RelayedServices services, IOptions<KafkaOptions> options, TimeProvider time, ILogger<KafkaRelay> logger)
    : OutboxRelay(outbox, services, KafkaReports.Broker, $"kafka/{options.Value.Cluster}", time, logger)
{
    private readonly TimeProvider _time = time;

    protected override IRelayRun Begin(string service, bool carefully, BrokerWatch watch, CancellationToken stopping) =>
        new RelayRun(options.Value, service, carefully, watch, _time, stopping);
}
