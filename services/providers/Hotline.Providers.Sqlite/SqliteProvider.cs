using Hotline.Ports;
using Hotline.Providers.Sqlite.Engine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hotline.Providers.Sqlite;

/// <summary>The embedded provider: documents, blobs and log in one SQLite file.</summary>
public sealed class SqliteProvider : IProvider
{
    public void Add(IServiceCollection services, IConfiguration configuration, ProviderPorts ports, IReadOnlyList<string> hostedServices)
    {
        services.AddOptions<SqliteOptions>()
            .Bind(configuration.GetSection(SqliteOptions.Section))
            .PostConfigure(options => options.Folder = options.Folder.Length > 0 ? options.Folder : configuration["Hotline:Data"] ?? "data")
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SqliteOptions>, SqliteOptionsValidator>();
        services.AddSingleton(provider => new SqliteStore(
            provider.GetRequiredService<IOptions<SqliteOptions>>(), hostedServices, provider.GetRequiredService<ILogger<SqliteWriter>>()));
        if (ports.HasFlag(ProviderPorts.Documents))
        {
            services.AddSingleton<IDocumentStores, SqliteDocumentStores>();
            services.AddSingleton<IOutbox>(NewLog);
        }

        if (ports.HasFlag(ProviderPorts.Blobs))
        {
            services.AddSingleton<IBlobStore, SqliteBlobStore>();
        }

        if (ports.HasFlag(ProviderPorts.EventLog))
        {
            services.AddSingleton<IEventLog>(NewLog);
        }
    }

    private static SqliteEventLog NewLog(IServiceProvider provider) => new(
        provider.GetRequiredService<SqliteStore>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteEventLog>>());
}
