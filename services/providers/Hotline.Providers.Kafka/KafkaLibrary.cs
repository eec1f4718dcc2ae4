using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Hotline.Providers.Kafka;

/// <summary>Loads librdkafka: the one that ships with the build, else the system's.</summary>
internal static class KafkaLibrary
{
    public const string Name = "librdkafka";

    private const string SystemName = "librdkafka.so.1";

    private static readonly Lazy<string?> Loaded = new(Load);

    /// <summary>Why librdkafka cannot be used, and what to do; null when it can. Asking loads it.</summary>
    public static string? Problem => Loaded.Value;

    private static string? Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
        NativeLibrary.SetDllImportResolver(typeof(KafkaLibrary).Assembly, Resolve);
        try
        {
            Library.Load();
            return null;
        }
        catch (Exception failure) when (failure is DllNotFoundException or InvalidOperationException or EntryPointNotFoundException or FileNotFoundException)
        {
            return $"librdkafka cannot be loaded ({failure.Message.TrimEnd('.')}): install the package librdkafka1, then run build/feed --again and build; or set Hotline:EventLog=Sqlite.";
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name != Name ? 0
        : NativeLibrary.TryLoad(name, assembly, path, out var shipped) ? shipped
        : NativeLibrary.TryLoad(SystemName, out var system) ? system
        : 0;
}
