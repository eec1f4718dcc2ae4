using Dapr.Client;
using Hotline.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Dapr;

/// <summary>Carries what the store has committed to the sidecar, which carries it to its broker.</summary>
internal sealed class DaprRelay(
    IOutbox outbox, RelayedServices services, DaprClient sidecar, IOptions<DaprOptions> options, TimeProvider time, ILogger<DaprRelay> logger)
    : OutboxRelay(outbox, services, "Dapr", $"dapr/{options.Value.PubSub}", time, logger)
{
    private readonly TimeProvider _time = time;

    protected override IRelayRun Begin(string service, bool carefully, BrokerWatch watch, CancellationToken stopping) =>
        new RelayRun(sidecar, options.Value, carefully, watch, _time, stopping);
}
