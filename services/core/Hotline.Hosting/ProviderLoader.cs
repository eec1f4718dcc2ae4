using System.Runtime.Loader;
using Hotline.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary>Loads the providers that configuration names: <c>Hotline:Documents</c>, <c>Hotline:Blobs</c>, <c>Hotline:EventLog</c>, each <c>Sqlite</c> unless set.</summary>
internal static class ProviderLoader
{
    public const string Default = "Sqlite";

    public static void AddProviders(IServiceCollection services, IConfiguration configuration, IReadOnlyList<string> hostedServices)
    {
        ProviderPorts[] ports = [ProviderPorts.Documents, ProviderPorts.Blobs, ProviderPorts.EventLog];
        foreach (var provider in ports.GroupBy(port => configuration[$"Hotline:{port}"] ?? Default))
        {
            Load(provider.Key).Add(services, configuration, provider.Aggregate((all, port) => all | port), hostedServices);
        }
    }

    private static IProvider Load(string name)
    {
        var assemblyName = $"Hotline.Providers.{name}";
        var path = Path.Combine(AppContext.BaseDirectory, assemblyName + ".dll");
        if (!File.Exists(path) || name.AsSpan().ContainsAny('/', '\\'))
        {
            throw new InvalidOperationException($"There is no provider {name} here ({assemblyName}.dll is not beside the program): either the name is wrong, or the build left it out because a package was missing (build/feed says which).");
        }

        var type = AssemblyLoadContext.Default.LoadFromAssemblyPath(path).GetExportedTypes().Single(type => type.IsAssignableTo(typeof(IProvider)) && !type.IsAbstract);
        return (IProvider)Activator.CreateInstance(type)!;
    }
}
