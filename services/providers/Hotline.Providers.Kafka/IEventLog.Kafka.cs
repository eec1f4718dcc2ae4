using Hotline.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Kafka;

/// <summary>The event log on Kafka: a consumer for each reading, in the consumer group of the subscription.</summary>
internal sealed class KafkaEventLog(IOptions<KafkaOptions> options, TimeProvider time, ILogger<KafkaEventLog> logger) : IEventLog
{
    public IAsyncEnumerable<LogMessage> ReadAsync(Subscription subscription, CancellationToken cancellation) =>
        new KafkaReader(options.Value, subscription, time, logger).ReadAsync(cancellation);
}
