using Hotline.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hotline.Hosting;

/// <summary><c>migrate</c>: prepares the engines that the configuration names, and ends. The embedded ones need none: the first process to hold a store does it.</summary>
internal static class MigrateCommand
{
    /// <param name="application">Of a host that was not started.</param>
    public static async Task<int> RunAsync(WebApplication application, TextWriter output)
    {
        var migrations = application.Services.GetServices<IMigration>().ToList();
        foreach (var migration in migrations)
        {
            var made = await migration.MigrateAsync(CancellationToken.None);
            foreach (var line in made)
            {
                await output.WriteLineAsync(line);
            }
        }

        await output.WriteLineAsync(migrations.Count == 0 ? "The engines in use need no preparation." : "Ready.");
        return 0;
    }
}
