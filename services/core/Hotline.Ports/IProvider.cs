using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Ports;

/// <summary>
/// A technology behind the ports, in an assembly of its own that is loaded by name:
/// <c>Hotline:Documents=Sqlite</c> loads <c>Hotline.Providers.Sqlite</c> and calls its one public implementation of this.
/// </summary>
public interface IProvider
{
    void Add(IServiceCollection services, IConfiguration configuration, ProviderPorts ports, IReadOnlyList<string> hostedServices);
}

/// <summary>Which ports a provider is asked to serve in this process.</summary>
[Flags]
public enum ProviderPorts
{
    None = 0,
    Documents = 1,
    Blobs = 2,
    EventLog = 4,
}
