using Hotline.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hotline.Providers.MongoDB;

/// <summary>The services of this process, whose documents are prepared when it starts.</summary>
internal sealed record OpenedServices(IReadOnlyList<string> Names);

/// <summary>
/// Prepares the store, by the command <c>migrate</c> or at start: schema version and indexes. A store of a newer version stops either; one that
/// is away does not stop the start, for what receives must come up all the same, and the first call that reaches the store prepares it.
/// </summary>
internal sealed partial class MongoOpening(MongoStore store, OpenedServices services, ILogger<MongoOpening> logger) : IHostedService, IMigration
{
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation)
    {
        var made = new List<string>();
        if (await store.OpenAsync())
        {
            made.Add($"{store.Database.DatabaseNamespace.DatabaseName}: schema {MongoStore.SchemaVersion} of a new database");
        }

        foreach (var service in services.Names.Union(await store.ServicesAsync(cancellation)))
        {
            made.AddRange(await store.For(service).PrepareAsync());
        }

        return made;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MigrateAsync(cancellationToken);
        }
        catch (EngineAwayException away)
        {
            LogAway(away.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store is not prepared yet, the first call that reaches it will do that: {Reason}")]
    private partial void LogAway(string reason);
}
