using Hotline.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.MongoDB;

/// <summary>Documents and blobs in MongoDB, <c>Hotline:Documents=MongoDB</c> and <c>Hotline:Blobs=MongoDB</c>: several processes of a service share one store.</summary>
public sealed class MongoProvider : IProvider
{
    public void Add(IServiceCollection services, IConfiguration configuration, ProviderPorts ports, IReadOnlyList<string> hostedServices)
    {
        if (ports.HasFlag(ProviderPorts.EventLog))
        {
            throw new InvalidOperationException("MongoDB is no event log: set Hotline:EventLog=Kafka beside Hotline:Documents=MongoDB.");
        }

        if (ports.HasFlag(ProviderPorts.Documents) && configuration["Hotline:EventLog"] is null or "" or "Sqlite")
        {
            throw new InvalidOperationException(
                "With Hotline:Documents=MongoDB the embedded event log has nothing to read, for it is a part of the embedded store: set Hotline:EventLog=Kafka.");
        }

        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<MongoOptions>().Bind(configuration.GetSection(MongoOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MongoOptions>, MongoOptionsValidator>();
        services.AddSingleton<MongoStore>();
        services.AddSingleton(new OpenedServices(ports.HasFlag(ProviderPorts.Documents) ? hostedServices : []));
        services.AddSingleton<MongoOpening>();
        services.AddSingleton<IMigration>(provider => provider.GetRequiredService<MongoOpening>());
        services.AddHostedService(provider => provider.GetRequiredService<MongoOpening>());
        if (ports.HasFlag(ProviderPorts.Documents))
        {
            services.AddSingleton<IDocumentStores, MongoDocumentStores>();
            services.AddSingleton<IOutbox, MongoOutbox>();
        }

        if (ports.HasFlag(ProviderPorts.Blobs))
        {
            services.AddSingleton<IBlobStore, MongoBlobStore>();
        }
    }
}
