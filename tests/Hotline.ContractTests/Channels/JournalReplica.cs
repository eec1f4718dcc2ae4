using System.Text;
using Hotline.Contracts;
using Hotline.ContractTests.Documents;
using Hotline.Intake;
using Hotline.Intake.Journal;
using Hotline.Ports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hotline.ContractTests.Channels;

/// <summary>One replica: its own journal, the store of all.</summary>
internal sealed class JournalReplica(IDocumentStores main, IBlobStore blobs, IServiceKeys keys) : IAsyncDisposable
{
    /// <summary>Held in advance.</summary>
    public const int Numbers = 300;

    private const string Service = "intake-app";
    private readonly SqliteHarness _own = SqliteHarness.Start(service: Service);
    private readonly Uuid7 _ids = new(TimeProvider.System);

    public IntakeJournal Journal { get; private set; } = null!;

    public AppealIntake Intake { get; private set; } = null!;

    public IEnumerable<string> Files => Directory.EnumerateFiles(_own.Folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal));

    public async Task StartAsync()
    {
        Journal = new IntakeJournal(Service, _own.Stores, _own.Blobs, keys, TimeProvider.System, NullLogger<IntakeJournal>.Instance);
        Intake = new AppealIntake(Service, Contracts.Channels.App, main, blobs, keys, _ids, TimeProvider.System, journal: Journal);
        await Journal.StartAsync(default);
        try
        {
            await Intake.StockNumbersAsync(OfficeTime.Day(TimeProvider.System.GetUtcNow()), Numbers, default);
        }
        catch (EngineAwayException)
        {
            // the stock of before must do
        }
    }

    public async Task RestartAsync()
    {
        Journal.Dispose();
        await _own.RestartAsync();
        await StartAsync();
    }

    public async Task<Receipt> SendAsync(string key, string text) => (await Intake.ReceiveAsync(
        new AppealDraft { Key = key, SourceId = $"{key.Length}", Title = text, Text = text, Contact = new Contact(Phone: "13000000000") }, new Original(Encoding.UTF8.GetBytes(text), "text/plain"), CancellationToken.None)).Receipt;

    public ValueTask DisposeAsync()
    {
        Journal.Dispose();
        return _own.DisposeAsync();
    }
}
