using Hotline.Ports;

namespace Hotline.SupervisionLine.Reports;

/// <summary>One thing an officer did with a report, chained to the one before.</summary>
/// <param name="Number">1, 2, … without gaps.</param>
/// <param name="At">UTC.</param>
/// <param name="What">One of <see cref="LedgerActions"/>.</param>
/// <param name="Previous">The mark of the entry before; of sixty-four zeros for the first.</param>
/// <param name="Mark">HMAC-SHA-256 over all before it, under a key outside the store.</param>
public sealed record LedgerEntry(long Number, DateTimeOffset At, string Account, string What, Guid? Report, string? Detail, string Previous, string Mark)
{
    internal static DocumentType<LedgerEntry> TypeFor(string service) => new(
        service, "ledger", new FactTypes().Add("LedgerEntry", ReportJson.Default.LedgerEntry), (_, fact) => (LedgerEntry)fact.Data, [new("all", _ => ["all"])]);
}

/// <summary>What an officer did.</summary>
public static class LedgerActions
{
    public const string Opened = "opened";
    public const string Answered = "answered";
    public const string Noted = "noted";
    public const string Moved = "moved";
    public const string AskedConsent = "asked-consent";
    public const string TookKeys = "took-wrapped-keys";
    public const string Rewrapped = "rewrapped";
    public const string Excluded = "excluded";
    public const string ProposedUpward = "proposed-upward";
    public const string PassedUpward = "passed-upward";
    public const string SavedRegister = "saved-register";
    public const string ReleasedTotals = "released-totals";
}
