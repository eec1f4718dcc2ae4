using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hotline.Hosting;

/// <summary>What the rest of the system must know of a service.</summary>
/// <param name="Name">Also its consumer group, its key in charts and its image.</param>
/// <param name="Prefixes">Public paths that belong to it; the gateway forwards by them and rewrites nothing.</param>
/// <param name="LocalPort">Where it listens on loopback when the services run as processes of their own on one machine.</param>
public sealed record ServiceDescription(string Name, IReadOnlyList<string> Prefixes, int LocalPort);

/// <summary>A service: a module that can run alone in its process or beside the others.</summary>
public interface IServiceModule
{
    static abstract ServiceDescription Service { get; }

    /// <summary>Registers only its own types: modules share one container.</summary>
    static abstract void AddServices(IHostApplicationBuilder builder);

    static abstract void MapEndpoints(IEndpointRouteBuilder routes);
}
