using System.Globalization;
using Hotline.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Kafka.Practice;

/// <summary>The broker of this process, with the topics, under a name that no relay ever used: so every start carries everything there again.</summary>
internal sealed partial class PracticeCluster : IDisposable
{
    private const int Partitions = 12;

    private readonly MockCluster _cluster = new();

    public PracticeCluster(TimeProvider time, ILogger<PracticeCluster> logger)
    {
        Name = "practice-" + time.GetUtcNow().ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
        foreach (var topic in Topics.All)
        {
            _cluster.CreateTopic(topic, Partitions);
            _cluster.CreateTopic(Topics.Dead(topic), partitions: 1);
        }

        LogPractice(logger, BootstrapServers);
    }

    public string BootstrapServers => _cluster.BootstrapServers;

    public string Name { get; }

    public void Dispose() => _cluster.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Practice: the event log is a broker inside this process at {Servers}, all in memory; every start carries the store's events there again")]
    private static partial void LogPractice(ILogger logger, string servers);
}

/// <summary>Points the provider to the practice cluster.</summary>
internal sealed class UsePracticeCluster(IServiceProvider provider) : IPostConfigureOptions<KafkaOptions>
{
    public void PostConfigure(string? name, KafkaOptions options)
    {
        if (KafkaLibrary.Problem is not null)
        {
            return; // the validator says so
        }

        var cluster = provider.GetRequiredService<PracticeCluster>();
        options.BootstrapServers = cluster.BootstrapServers;
        options.Cluster = cluster.Name;
        options.SessionTimeoutMs = 6_000;
        options.FetchWaitMs = 20; // it holds the answer back even when an event comes in
    }
}
