using Hotline.Ports;

namespace Hotline.SupervisionLine.Reports;

/// <summary>What leaves the line in figures: a month's reports, released by an officer.</summary>
/// <param name="Month">yyyy-MM.</param>
/// <param name="Received">Null when fewer than five, and then all are.</param>
/// <param name="Valid">有效; null when it, its counterpart or what is undecided is between one and four: the rest would tell it.</param>
/// <param name="Invalid">无效.</param>
public sealed record ReleasedTotals(string Month, int? Received, int? Valid, int? Invalid)
{
    /// <summary>No figure below this leaves.</summary>
    public const int Fewest = 5;

    public static ReleasedTotals Of(string month, IEnumerable<Report> all)
    {
        var reports = all.Where(report => report.Counts).ToList();
        var valid = reports.Count(report => report.Valid == true);
        var invalid = reports.Count(report => report.Valid == false);
        var parts = new[] { valid, invalid, reports.Count - valid - invalid }.All(part => part is 0 or >= Fewest);
        return reports.Count < Fewest ? new ReleasedTotals(month, null, null, null) : new ReleasedTotals(month, reports.Count, parts ? valid : null, parts ? invalid : null);
    }

    internal static DocumentType<ReleasedTotals> TypeFor(string service) => new(
        service, "totals", new FactTypes().Add("ReleasedTotals", ReportJson.Default.ReleasedTotals), (_, fact) => (ReleasedTotals)fact.Data, [new("all", _ => ["all"])]);
}
