using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;
using Hotline.Intake.PhotoReport.Media;

namespace Hotline.Intake.PhotoReport;

/// <summary>From a photo report's wire form to the common draft. Pure: no clock, no store.</summary>
public static class PhotoReportNormalizer
{
    public const int LongestTitle = 100;
    private const int HeadLength = 30;
    private const int FarMetres = 500;
    private const int LateHours = 72;
    private const string WithoutWords = "（市民上传照片，未填写文字）";

    /// <summary>All that is wrong with a report but for its photos, each with the field and what to do.</summary>
    public static IReadOnlyList<FieldError> Check(PhotoAppeal report)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Longest(errors, "text", TextCleaner.Clean(report.Text), SubmissionChecks.LongestText, "说明");
        SubmissionChecks.Longest(errors, "title", report.Title, LongestTitle, "标题");
        SubmissionChecks.Longest(errors, "category", report.Category, 100, "类别");
        SubmissionChecks.Longest(errors, "join", report.Join, 200, "同类反映标识");
        SubmissionChecks.Nature(errors, report.Nature);
        if (report.Place is { } place)
        {
            SubmissionChecks.Place(errors, "place", PlaceOf(place));
        }

        if (report.Device is { } device)
        {
            SubmissionChecks.Place(errors, "device", new Place(null, device.Latitude, device.Longitude, device.Datum));
            if (device.Accuracy is { } accuracy && !(accuracy is >= 0 and <= 1_000_000))
            {
                errors.Add(new("device.accuracy", "定位精度应为 0 到 1000000 之间的米数。"));
            }
        }

        if (report.Contact is { } contact)
        {
            SubmissionChecks.Contact(errors, ContactOf(contact, null), report.Anonymous);
        }

        return errors;
    }

    /// <param name="report">Without errors.</param>
    /// <param name="device">The thumbprint of the device's key.</param>
    /// <param name="idempotencyKey">The device's own id of this submission.</param>
    /// <param name="photos">The files, looked at.</param>
    /// <param name="receivedAt">Our clock, against which the age of photos is told.</param>
    /// <param name="joined">The number of the report it was said to be like; null when none was.</param>
    public static AppealDraft Normalize(
        PhotoAppeal report, string device, string idempotencyKey, IReadOnlyList<InspectedPhoto> photos, DateTimeOffset receivedAt, string? joined)
    {
        var given = TextCleaner.Clean(report.Text);
        var text = given.Length > 0 ? given : WithoutWords;
        var title = TextCleaner.Clean(report.Title);
        var (place, source) = Choose(report, photos);
        return new AppealDraft
        {
            Key = $"{device}/{idempotencyKey}",
            SourceId = idempotencyKey,
            Title = title.Length > 0 ? title : given.Length > 0 ? TextCleaner.Head(given, HeadLength) : "随手拍照片",
            Text = text,
            SubmittedAt = report.SubmittedAt,
            Nature = report.Nature,
            Category = SubmissionChecks.Given(report.Category),
            Place = place,
            OccurredAt = report.OccurredAt,
            Contact = SubmissionChecks.Clean(ContactOf(report.Contact, device)),
            Anonymous = report.Anonymous,
            Confidential = report.Confidential,
            Authenticity = "device",
            Files = [.. photos.Select(photo => photo.File)],
            Marks = [.. MarksOf(report, photos, receivedAt), .. source is null ? [] : new[] { source }, .. joined is null ? [] : new[] { $"市民认为与诉求 {joined} 是同一件事" }],
        };
    }

    /// <summary>The three places as they came, and what each photo says of itself.</summary>
    public static ReportPlaces PlacesOf(PhotoAppeal report, IReadOnlyList<InspectedPhoto> photos) => new(
        report.Place,
        report.Device,
        [.. photos.Select((photo, at) => (photo.Facts, Photo: at + 1)).Where(photo => photo.Facts is not null).Select(photo => new PhotoTestimony(
            photo.Photo, photo.Facts!.Place?.Latitude, photo.Facts.Place?.Longitude, photo.Facts.Place?.Datum, photo.Facts.TakenAt, photo.Facts.ZoneAssumed))]);

    /// <summary>The citizen's own word before the photo's, the photo's before the phone's: who reports from home means the place in the picture.</summary>
    private static (Place? Place, string? Source) Choose(PhotoAppeal report, IReadOnlyList<InspectedPhoto> photos)
    {
        var told = report.Place is { } given ? SubmissionChecks.Clean(PlaceOf(given)) : null;
        if (told?.Latitude is not null)
        {
            return (told, null);
        }

        var (found, source) = photos.Select(photo => photo.Facts?.Place).OfType<Coordinate>().FirstOrDefault() is { } taken ? (taken, "坐标取自照片")
            : PointOf(report.Device) is { } phone ? (phone, "坐标取自手机定位")
            : (null, (string?)null);
        return found is null ? (told, null) : ((told ?? new Place()) with { Latitude = found.Latitude, Longitude = found.Longitude, Datum = found.Datum }, source);
    }

    private static IEnumerable<string> MarksOf(PhotoAppeal report, IReadOnlyList<InspectedPhoto> photos, DateTimeOffset receivedAt)
    {
        var reported = report.Place is { } place ? PointOf(new DevicePlace(place.Latitude, place.Longitude, place.Datum)) : null;
        var phone = PointOf(report.Device);
        var taken = photos.Select(photo => photo.Facts?.Place).OfType<Coordinate>().ToList();
        if (Far(reported is null ? [] : taken.Select(reported.DistanceTo)) is { } fromReported)
        {
            yield return $"照片位置与填报位置相距 {fromReported} 米";
        }

        if (Far(phone is null ? [] : taken.Select(phone.DistanceTo)) is { } fromPhone)
        {
            yield return $"照片位置与手机定位相距 {fromPhone} 米";
        }

        if (Far(reported is null || phone is null ? [] : [reported.DistanceTo(phone)]) is { } between)
        {
            yield return $"填报位置与手机定位相距 {between} 米";
        }

        if (Far(taken.Count < 2 ? [] : taken.Skip(1).Select(taken[0].DistanceTo)) is { } apart)
        {
            yield return $"几张照片的位置相距 {apart} 米";
        }

        var ages = photos.Select(photo => photo.Facts?.TakenAt).OfType<DateTimeOffset>().Select(at => (int)Math.Round((receivedAt - at).TotalHours)).ToList();
        if (ages.Count > 0 && ages.Max() > LateHours)
        {
            yield return $"照片拍摄于提交前 {ages.Max()} 小时";
        }

        if (ages.Count > 0 && ages.Min() < -LateHours)
        {
            yield return "照片的拍摄时间晚于提交时间";
        }
    }

    private static string? Far(IEnumerable<double> distances) =>
        distances.DefaultIfEmpty().Max() is var metres and > FarMetres ? Math.Round(metres).ToString(CultureInfo.InvariantCulture) : null;

    private static Coordinate? PointOf(DevicePlace? place) =>
        place is { Latitude: { } latitude, Longitude: { } longitude, Datum: { } datum } && Coordinate.IsPlace(latitude, longitude) ? new Coordinate(latitude, longitude, datum) : null;

    private static Place PlaceOf(PhotoPlace place) => new(place.Text, place.Latitude, place.Longitude, place.Datum, place.Division, place.Grid);

    private static Contact ContactOf(PhotoContact? contact, string? device) => new(contact?.Name, contact?.Phone, contact?.Email, contact?.Address, device);
}
