using Hotline.Ports;
using Hotline.Providers.Kafka.Practice;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Kafka;

/// <summary>The event log on Kafka, <c>Hotline:EventLog=Kafka</c>: a reader for each subscription, and the relay that carries the store's events there.</summary>
public sealed class KafkaProvider : IProvider
{
    public void Add(IServiceCollection services, IConfiguration configuration, ProviderPorts ports, IReadOnlyList<string> hostedServices)
    {
        if (!ports.HasFlag(ProviderPorts.EventLog))
        {
            return;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<KafkaOptions>().BindConfiguration(KafkaOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<KafkaOptions>, KafkaOptionsValidator>();
        if (configuration.GetValue<bool>($"{KafkaOptions.Section}:{nameof(KafkaOptions.Practice)}"))
        {
            services.AddSingleton<PracticeCluster>();
            services.AddSingleton<IPostConfigureOptions<KafkaOptions>, UsePracticeCluster>();
        }

        services.AddSingleton(new RelayedServices(hostedServices));
        services.AddSingleton<IEventLog, KafkaEventLog>();
        services.AddSingleton<IMigration, KafkaTopics>();
        services.AddHostedService<KafkaRelay>();
    }
}
