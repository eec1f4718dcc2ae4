using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.App;

/// <summary>From the app's wire form to the common draft. Pure: no clock, no store.</summary>
public static class AppNormalizer
{
    public const int LongestTitle = 100;
    public const int LongestText = SubmissionChecks.LongestText;
    private const int ShortestText = 2;
    private const int HeadLength = 30;

    /// <summary>All that is wrong with an appeal, each with the field and what to do; empty when it can be received.</summary>
    public static IReadOnlyList<FieldError> Check(AppAppeal appeal)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Text(errors, "text", appeal.Text, "诉求内容", ShortestText);
        SubmissionChecks.Longest(errors, "title", appeal.Title, LongestTitle, "标题");
        SubmissionChecks.Longest(errors, "category", appeal.Category, 100, "类别");
        SubmissionChecks.Nature(errors, appeal.Nature);
        if (appeal.Place is { } place)
        {
            SubmissionChecks.Place(errors, "place", PlaceOf(place));
        }

        if (appeal.Contact is { } contact)
        {
            SubmissionChecks.Contact(errors, ContactOf(contact, null), appeal.Anonymous);
        }

        return errors;
    }

    public static IReadOnlyList<FieldError> Check(AppSupplement supplement)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Text(errors, "text", supplement.Text, "补充内容", 1);
        return errors;
    }

    public static IReadOnlyList<FieldError> CheckNote(string field, string? note)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Longest(errors, field, note, 500, "说明");
        return errors;
    }

    /// <param name="appeal">Without errors.</param>
    /// <param name="device">The thumbprint of the device's key.</param>
    /// <param name="idempotencyKey">The app's own id of this submission, scoped to the device.</param>
    public static AppealDraft Normalize(AppAppeal appeal, string device, string idempotencyKey, IReadOnlyList<ReceivedFile> files)
    {
        var text = TextCleaner.Clean(appeal.Text);
        var title = TextCleaner.Clean(appeal.Title);
        return new AppealDraft
        {
            Key = $"{device}/{idempotencyKey}",
            SourceId = idempotencyKey,
            Title = title.Length > 0 ? title : TextCleaner.Head(text, HeadLength),
            Text = text,
            SubmittedAt = appeal.SubmittedAt,
            Nature = appeal.Nature,
            Category = SubmissionChecks.Given(appeal.Category),
            Place = appeal.Place is { } place ? SubmissionChecks.Clean(PlaceOf(place)) : null,
            OccurredAt = appeal.OccurredAt,
            Contact = SubmissionChecks.Clean(ContactOf(appeal.Contact, device)),
            Anonymous = appeal.Anonymous,
            Confidential = appeal.Confidential,
            Authenticity = "device",
            Files = files,
        };
    }

    private static Place PlaceOf(AppPlace place) => new(place.Text, place.Latitude, place.Longitude, place.Datum, place.Division, place.Grid);

    private static Contact ContactOf(AppContact? contact, string? device) => new(contact?.Name, contact?.Phone, contact?.Email, contact?.Address, device);
}
