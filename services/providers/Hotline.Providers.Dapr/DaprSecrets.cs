using Dapr.Client;
using Hotline.Ports;
using Microsoft.Extensions.Configuration;

namespace Hotline.Providers.Dapr;

/// <summary>
/// Secrets of the sidecar's store as configuration: those named <c>Hotline--WeChat--AppSecret</c> or <c>Hotline:WeChat:AppSecret</c>, be it the secret or a
/// key within one; others are left alone. What is said nearer to the process (a file, the environment, the command line) wins.
/// </summary>
internal static class DaprSecrets
{
    private const string Ours = "Hotline:";
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    /// <exception cref="EngineAwayException">The sidecar did not give them out in time.</exception>
    /// <exception cref="InvalidOperationException">Two secrets claim one key.</exception>
    public static async Task<IReadOnlyDictionary<string, string?>> LoadAsync(DaprClient sidecar, string store, TimeSpan patience, TimeProvider time)
    {
        using var late = new CancellationTokenSource(patience, time);
        while (true)
        {
            Exception failure;
            try
            {
                return Choose(store, await sidecar.GetBulkSecretAsync(store, cancellationToken: late.Token));
            }
            catch (Exception away) when (away is global::Dapr.DaprException or OperationCanceledException)
            {
                failure = away.InnerException ?? away;
            }

            await Task.Delay(Again, time, late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (late.IsCancellationRequested)
            {
                throw new EngineAwayException(
                    $"Dapr's sidecar did not give out the secrets of the store {store} (Hotline:Dapr:SecretStore) within {patience.TotalSeconds:0} s: {failure.Message} Is the sidecar running, and may this app read that store?", failure);
            }
        }
    }

    /// <summary>At the very bottom: everything else that is configured lies over it.</summary>
    public static void Lay(IConfigurationBuilder configuration, IReadOnlyDictionary<string, string?> secrets) =>
        configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = secrets });

    private static Dictionary<string, string?> Choose(string store, Dictionary<string, Dictionary<string, string>> secrets)
    {
        var chosen = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, parts) in secrets)
        {
            foreach (var (part, value) in parts)
            {
                var key = part.Replace("--", ":", StringComparison.Ordinal);
                if (parts.Count == 1 && !IsOurs(key))
                {
                    key = name.Replace("--", ":", StringComparison.Ordinal); // stores that keep one value each call it by a name of their own
                }

                if (IsOurs(key) && !chosen.TryAdd(key, value) && chosen[key] != value)
                {
                    throw new InvalidOperationException($"Two secrets of the store {store} are named {key} and differ: remove one.");
                }
            }
        }

        return chosen;
    }

    private static bool IsOurs(string key) => key.StartsWith(Ours, StringComparison.OrdinalIgnoreCase);
}
