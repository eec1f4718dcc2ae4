using Hotline.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hotline.Hosting;

/// <summary>
/// An embedded store of one service's own, apart from the one the process shares: another file, other locks, and no event log that anybody reads.
/// For a service whose documents no other may come near, in either form and whatever store the rest uses.
/// </summary>
public sealed class OwnStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="folder">Made when missing; on a local disk.</param>
    /// <param name="service">Whose it is: one process at a time holds it.</param>
    public OwnStore(string folder, string service, TimeProvider time, ILoggerFactory loggers)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Hotline:Data"] = folder }).Build();
        var services = new ServiceCollection();
        services.AddSingleton(time);
        services.AddSingleton(loggers);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        ProviderLoader.AddProviders(services, configuration, [service]);
        _services = services.BuildServiceProvider();
    }

    /// <summary>Opens the file at its first use.</summary>
    public IDocumentStores Documents => _services.GetRequiredService<IDocumentStores>();

    public IBlobStore Blobs => _services.GetRequiredService<IBlobStore>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
