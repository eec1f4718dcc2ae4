using System.Globalization;
using Hotline.Contracts;
using Hotline.Ports;
using Hotline.Providers.Kafka.Practice;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Kafka;

/// <summary>The event log on Kafka, <c>Hotline:EventLog=Kafka</c>: a reader for each subscription, and the relay that carries the store's events there.</summary>
public sealed partial class KafkaProvider : IProvider
{
    public void Add(IServiceCollection services, IConfiguration configuration, ProviderPorts ports, IReadOnlyList<string> hostedServices)
    {
        if (!ports.HasFlag(ProviderPorts.EventLog))
        {
            return;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<KafkaOptions>().BindConfiguration(KafkaOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KafkaOptions>, KafkaRanges>();
        services.AddSingleton<IValidateOptions<KafkaOptions>, KafkaOptionsValidator>();
        if (configuration.GetValue<bool>($"{KafkaOptions.Section}:{nameof(KafkaOptions.Practice)}"))
        {
            services.AddSingleton<MockCluster>();
            services.AddSingleton<IPostConfigureOptions<KafkaOptions>, UsePracticeCluster>();
        }

        services.AddSingleton(new RelayedServices(hostedServices));
        services.AddSingleton<IEventLog, KafkaEventLog>();
        services.AddHostedService<KafkaRelay>();
    }

    private sealed partial class UsePracticeCluster(IServiceProvider provider, TimeProvider time, ILogger<KafkaProvider> logger) : IPostConfigureOptions<KafkaOptions>
    {
        private const int Partitions = 12;

        public void PostConfigure(string? name, KafkaOptions options)
        {
            if (KafkaLibrary.Problem is not null)
            {
                return; // the validator says so
            }

            var cluster = provider.GetRequiredService<MockCluster>();
            foreach (var topic in new[] { Topics.Appeals, Topics.WorkOrders, Topics.Callbacks, Topics.Replies })
            {
                cluster.CreateTopic(topic, Partitions);
                cluster.CreateTopic(Topics.Dead(topic), partitions: 1);
            }

            options.BootstrapServers = cluster.BootstrapServers;
            options.Cluster = "practice-" + time.GetUtcNow().ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture);
            options.SessionTimeoutMs = 6_000;
            options.FetchWaitMs = 20; // it holds the answer back even when an event comes in
            LogPractice(logger, options.BootstrapServers);
        }

        [LoggerMessage(Level = LogLevel.Warning, Message = "Practice: the event log is a broker inside this process at {Servers}, all in memory; every start carries the store's events there again")]
        private static partial void LogPractice(ILogger logger, string servers);
    }
}
