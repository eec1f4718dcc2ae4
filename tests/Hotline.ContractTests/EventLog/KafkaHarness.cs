using Hotline.Contracts;
using Hotline.Ports;
using Hotline.Providers.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Hotline.ContractTests.EventLog;

/// <summary>The Kafka provider on a broker: events go through the relay, out of an outbox in memory.</summary>
internal sealed class KafkaHarness : ILogHarness
{
    public const string Service = "contract";
    public const string Relay = "kafka/kafka";

    private readonly Uuid7 _ids = new(TimeProvider.System);
    private readonly KafkaRelay _relay;

    private KafkaHarness(string bootstrapServers, Action<KafkaOptions>? change)
    {
        Options = OptionsFor(bootstrapServers);
        change?.Invoke(Options);
        Log = new KafkaEventLog(new OptionsWrapper<KafkaOptions>(Options), TimeProvider.System, Lines.Logger<KafkaEventLog>());
        _relay = new KafkaRelay(Outbox, new RelayedServices([Service]), new OptionsWrapper<KafkaOptions>(Options), TimeProvider.System, Lines.Logger<KafkaRelay>());
    }

    public KafkaOptions Options { get; }

    public MemoryOutbox Outbox { get; } = new();

    public LogLines Lines { get; } = new();

    public IEventLog Log { get; }

    public static async Task<ILogHarness> StartAsync(string bootstrapServers) => await StartAsync(bootstrapServers, change: null);

    public static async Task<KafkaHarness> StartAsync(string bootstrapServers, Action<KafkaOptions>? change)
    {
        var harness = new KafkaHarness(bootstrapServers, change);
        await harness._relay.StartAsync(CancellationToken.None);
        return harness;
    }

    /// <summary>Quick enough for tests: the mock cluster holds a fetch back for its whole wait, a group's first join for three seconds, and a rebalance for a session less one.</summary>
    private static KafkaOptions OptionsFor(string bootstrapServers) => new()
    {
        BootstrapServers = bootstrapServers,
        FetchWaitMs = 10,
        CommitIntervalMs = 50,
        SessionTimeoutMs = 3000,
    };

    public ValueTask<CloudEvent> PublishAsync(string topic, Guid key, string type, ReadOnlyMemory<byte> data)
    {
        var envelope = new CloudEvent(CloudEvent.IdOf(_ids.Next(), 1), $"/hotline/{Service}", type, TimeProvider.System.GetUtcNow(), key, data);
        Outbox.Add(Service, topic, envelope);
        return ValueTask.FromResult(envelope);
    }

    public Task DrainedAsync() => Outbox.UntilDrainedAsync(Relay, Service);

    public async ValueTask DisposeAsync()
    {
        await _relay.StopAsync(CancellationToken.None);
        _relay.Dispose();
    }
}

/// <summary>The lines logged, from information up.</summary>
internal sealed class LogLines
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger<T> Logger<T>() => new Of<T>(_lines);

    private sealed class Of<T>(List<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add(formatter(state, exception));
            }
        }
    }
}
