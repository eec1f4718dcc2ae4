using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Ports;

namespace Hotline.Intake.PhotoReport;

/// <summary>
/// Like reports near a place, so that a citizen can say that his is about the same matter. Others' words, photos and numbers are not
/// shown; the token to join by is sealed for the device that asked.
/// </summary>
internal sealed class NearbyReports(
    [FromKeyedServices(PhotoReportChannel.Name)] AppealIntake intake,
    [FromKeyedServices(PhotoReportChannel.Name)] DeviceTokens devices,
    IServiceKeys keys,
    TimeProvider time)
{
    private const double Metres = 250;
    private const int Days = 14;
    private const int MostShown = 20;
    private const int MostRead = 2000;
    private const int PageSize = 200;
    private readonly ISealer _sealer = keys.Sealer(PhotoReportChannel.Name, "join");

    public async Task<IResult> FindAsync(HttpContext http)
    {
        var check = devices.Check(http.Request);
        if (check.Device is null)
        {
            return DeviceDesk.Refuse(http, check);
        }

        var (latitude, longitude) = (NumberOf(http, "latitude"), NumberOf(http, "longitude"));
        var (datum, category) = (http.Request.Query["datum"].ToString(), http.Request.Query["category"].ToString());
        var errors = new List<FieldError>();
        SubmissionChecks.Place(errors, "query", new Place(null, latitude ?? 0, longitude ?? 0, datum));
        if (latitude is null || longitude is null || !Coordinate.IsPlace(latitude.Value, longitude.Value))
        {
            errors.Add(new("query", "请在查询参数中给出 latitude、longitude（十进制度数，不能同时为 0）和 datum。"));
        }

        if (errors.Count > 0)
        {
            return Problems.Invalid(errors);
        }

        var found = await NearAsync(new Coordinate(latitude!.Value, longitude!.Value, datum), category, http.RequestAborted);
        return TypedResults.Ok<IReadOnlyList<NearbyReport>>([.. found.Select(entry => new NearbyReport(
            (int)Math.Round(entry.Metres / 10) * 10,
            OfficeTime.Day(entry.Report.Appeal.ReceivedAt),
            entry.Report.State,
            entry.Report.Appeal.Category,
            entry.Report.Appeal.Nature,
            Seal(entry.Report.Appeal.Id, check.Device)))]);
    }

    /// <summary>The report a token was given for; null when it was not given to this device, or the report is gone.</summary>
    public async ValueTask<Appeal?> OpenAsync(string token, string device, CancellationToken cancellation)
    {
        if (!Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            var id = _sealer.Open(Base64Url.DecodeFromChars(token), Encoding.ASCII.GetBytes(device));
            return id.Length == 16 && await intake.GetAsync(new Guid(id, bigEndian: true), cancellation) is { State.Appeal: var appeal } ? appeal : null;
        }
        catch (CryptographicException)
        {
            return null; // made up, or given to another device
        }
    }

    private async Task<IEnumerable<(double Metres, ReceivedAppeal Report)>> NearAsync(Coordinate here, string category, CancellationToken cancellation)
    {
        var since = time.GetUtcNow() - TimeSpan.FromDays(Days);
        var weeks = new[] { 0, 7, Days }.Select(days => since.AddDays(days));
        var found = new List<(double Metres, ReceivedAppeal Report)>();
        var read = 0;
        foreach (var key in GeoCells.Around(here, Metres).SelectMany(cell => weeks.Select(week => ReportPart.KeyOf(cell, week))).Distinct())
        {
            long after = 0;
            while (read < MostRead && await intake.QueryAsync(ReportPart.ByPlace, key, after, PageSize, cancellation) is { Count: > 0 } page)
            {
                (after, read) = (page[^1].Sequence, read + page.Count);
                found.AddRange(page.Select(report => report.State)
                    .Where(report => report.Appeal.ReceivedAt >= since && (category.Length == 0 || report.Appeal.Category == category))
                    .Select(report => (here.DistanceTo(ReportPart.PointOf(report.Appeal)!), report)));
            }
        }

        return found.Where(entry => entry.Metres <= Metres).OrderBy(entry => entry.Metres).Take(MostShown);
    }

    private string Seal(Guid appeal, string device) => Base64Url.EncodeToString(_sealer.Seal(appeal.ToByteArray(bigEndian: true), Encoding.ASCII.GetBytes(device)));

    private static double? NumberOf(HttpContext http, string name) =>
        double.TryParse(http.Request.Query[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
