using Hotline.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.ContractTests.Documents;

/// <summary>A provider of documents and blobs under test, over a store that nobody else uses.</summary>
public interface IStoreHarness : IAsyncDisposable
{
    IDocumentStores Stores { get; }

    IBlobStore Blobs { get; }

    /// <summary>The events the store has committed.</summary>
    IOutbox Outbox { get; }

    /// <summary>Ends the process's hold on the store and opens the same data anew.</summary>
    ValueTask RestartAsync();

    /// <summary>Changes a byte of a blob behind the provider's back.</summary>
    void Damage(BlobRef blob);
}

/// <summary>A provider with what it needs around it, as the host would make it.</summary>
internal static class ProviderServices
{
    public static ServiceProvider Build(IProvider provider, IReadOnlyList<string> services, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
        var container = new ServiceCollection();
        container.AddLogging();
        container.AddSingleton(TimeProvider.System);
        provider.Add(container, configuration, ProviderPorts.Documents | ProviderPorts.Blobs | ProviderPorts.EventLog, services);
        return container.BuildServiceProvider();
    }
}
