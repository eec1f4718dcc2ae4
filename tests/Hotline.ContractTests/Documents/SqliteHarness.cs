using Hotline.Ports;
using Hotline.Providers.Sqlite;
using Hotline.Providers.Sqlite.Engine;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Hotline.ContractTests.Documents;

/// <summary>The embedded store in a folder of its own.</summary>
internal sealed class SqliteHarness : IStoreHarness
{
    public const string Service = "contract";
    private readonly (string Key, string Value)[] _settings;
    private readonly bool _ownsFolder;
    private ServiceProvider _services;

    private SqliteHarness(string? folder, string service, (string Key, string Value)[] settings)
    {
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("hotline-store-").FullName;
        Name = service;
        _settings = [("Hotline:Data", Folder), .. settings];
        _services = Build();
    }

    public string Folder { get; }

    public string Name { get; }

    public string Database => Path.Combine(Folder, "hotline.db");

    public string Log => Database + "-wal";

    public IDocumentStores Stores => _services.GetRequiredService<IDocumentStores>();

    public IBlobStore Blobs => _services.GetRequiredService<IBlobStore>();

    public IOutbox Outbox => _services.GetRequiredService<IOutbox>();

    public IEventLog EventLog => _services.GetRequiredService<IEventLog>();

    /// <param name="folder">A store that is there already; a new one when null.</param>
    public static SqliteHarness Start(string? folder = null, string service = Service, params (string Key, string Value)[] settings) => new(folder, service, settings);

    public async ValueTask RestartAsync()
    {
        await _services.DisposeAsync();
        _services = Build();
    }

    public void Damage(BlobRef blob)
    {
        var file = Path.Combine(Folder, "blobs", blob.Value[..5], blob.Value);
        if (File.Exists(file))
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 1;
            File.WriteAllBytes(file, bytes);
            return;
        }

        using var connection = SqliteConnection.Open(Database);
        connection.Execute($"UPDATE blobs SET content = zeroblob(length(content)) WHERE ref = x'{Convert.ToHexString(blob.ToBytes()!)}'");
        Assert.Equal(1, connection.Changes);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private ServiceProvider Build()
    {
        var services = ProviderServices.Build(new SqliteProvider(), [Name], _settings);
        _ = services.GetRequiredService<IBlobStore>(); // opens the store, or says why not
        return services;
    }
}
