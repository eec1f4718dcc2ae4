using Hotline.Contracts;
using Hotline.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Handling;

/// <summary>What a service that handles events registers.</summary>
public static class HandlingExtensions
{
    /// <summary>Has a service handle events: its loop, its dead letters and its handlers.</summary>
    /// <param name="service">The service's name; its group on the log.</param>
    public static IServiceCollection AddHandling(this IServiceCollection services, string service, Action<HandlerMap> handlers)
    {
        var map = new HandlerMap(service, services);
        handlers(map);
        services.AddKeyedSingleton(service, (provider, _) => new DeadLetters(
            map, provider, provider.GetRequiredService<IDocumentStores>(), provider.GetRequiredService<IIdSource>(), provider.GetRequiredService<TimeProvider>()));

        // Not AddHostedService: that registers one loop however many services share the process.
        services.AddSingleton<IHostedService>(provider => new HandlingLoop(
            map,
            provider.GetRequiredKeyedService<DeadLetters>(service),
            provider,
            provider.GetRequiredService<IEventLog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HandlingLoop>>()));
        services.AddSingleton(new Subscription(service, map.Topics));
        services.AddSingleton(new HandlingService(service, map.Events));
        return services;
    }
}

/// <summary>A service that handles events in this process; Hosting gives each its dead-letter desk.</summary>
/// <param name="Events">The types it has a handler for, each on its topic.</param>
public sealed record HandlingService(string Name, IReadOnlyList<(string Topic, string Type)> Events);
