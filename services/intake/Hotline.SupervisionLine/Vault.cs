using Hotline.Hosting;
using Hotline.Ports;
using Hotline.SupervisionLine.Mail;
using Hotline.SupervisionLine.Reports;

namespace Hotline.SupervisionLine;

/// <summary>The line's own store and keys, in a folder of their own that nothing else of the system opens.</summary>
internal sealed class Vault : IAsyncDisposable
{
    private readonly OwnStore _store;

    public Vault(SupervisionOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _store = new OwnStore(options.Folder, SupervisionChannel.Name, time, loggers);
        var keys = new ServiceKeys(Path.Combine(options.Folder, "keys"));
        Reports = new ReportStore(
            _store.Documents.Open(Report.TypeFor(SupervisionChannel.Name)), _store.Blobs, new ReportKeys(Path.Combine(options.Folder, "report-keys")), keys.Derive(SupervisionChannel.Name, "locators"), time);
        Register = new RegisterStore(_store.Documents.Open(Hotline.SupervisionLine.Reports.Register.TypeFor(SupervisionChannel.Name)), _store.Blobs, time);
        Ledger = new Ledger(_store.Documents.Open(LedgerEntry.TypeFor(SupervisionChannel.Name)), keys.Derive(SupervisionChannel.Name, "ledger"), time);
        MailMarks = new MailMarks(keys.Derive(SupervisionChannel.Name, "mails"));
        Totals = _store.Documents.Open(ReleasedTotals.TypeFor(SupervisionChannel.Name));
    }

    public ReportStore Reports { get; }

    public MailMarks MailMarks { get; }

    public RegisterStore Register { get; }

    public Ledger Ledger { get; }

    public IDocumentStore<ReleasedTotals> Totals { get; }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
