using System.Globalization;
using Hotline.Contracts;
using Hotline.Hosting;

namespace Hotline.Intake.Portal;

/// <summary>An appeal as the citizen filled it in: the form's fields as text.</summary>
internal sealed record PortalForm(
    string Text, string Title, string Nature, string Place, string OccurredAt, string Name, string Phone, string Email, bool Anonymous, bool Confidential)
{
    public static PortalForm Empty { get; } = Of(new FieldForm(new Dictionary<string, string>(), []));

    public static PortalForm Of(FieldForm form) => new(
        form["text"], form["title"], form["nature"], form["place"], form["occurredAt"], form["name"], form["phone"], form["email"], form["anonymous"].Length > 0, form["confidential"].Length > 0);
}

/// <summary>From the form to the common draft. Pure: no clock, no store.</summary>
internal static class PortalNormalizer
{
    private const int LongestTitle = 100;
    private const int ShortestText = 5;
    private const int HeadLength = 30;

    /// <summary>All that is wrong with a form, each under the name of its field; empty when it can be received.</summary>
    public static IReadOnlyList<FieldError> Check(PortalForm form)
    {
        var errors = new List<FieldError>();
        SubmissionChecks.Text(errors, "text", form.Text, "诉求内容", ShortestText);
        SubmissionChecks.Longest(errors, "title", form.Title, LongestTitle, "标题");
        SubmissionChecks.Nature(errors, SubmissionChecks.Given(form.Nature));
        SubmissionChecks.Place(errors, "place", new Place(form.Place));
        if (form.OccurredAt.Length > 0 && OccurredOf(form) is null)
        {
            errors.Add(new("occurredAt", "发生时间的格式应如 2026-03-02T09:00。"));
        }

        var contact = ContactOf(form);
        if (form.Anonymous ? contact != new Contact() : contact is { Phone: null, Email: null })
        {
            errors.Add(new(form.Anonymous ? "anonymous" : "phone", form.Anonymous ? "选择匿名时请不要填写联系方式，或取消匿名。" : "请填写电话或邮箱，以便回复；不愿留下请勾选匿名。"));
        }

        SubmissionChecks.Contact(errors, contact, anonymous: false);
        return [.. errors.Select(error => error with { Field = FieldOf(error.Field) })];
    }

    /// <param name="form">Without errors.</param>
    /// <param name="token">The id of the form's token.</param>
    /// <param name="source">The mailbox's title.</param>
    public static AppealDraft Normalize(PortalForm form, string token, string source, IReadOnlyList<ReceivedFile> files)
    {
        var text = TextCleaner.Clean(form.Text);
        var contact = ContactOf(form);
        return new AppealDraft
        {
            Key = KeyOf(token),
            SourceId = token,
            Source = source,
            Title = SubmissionChecks.Given(form.Title) ?? TextCleaner.Head(text, HeadLength),
            Text = text,
            Nature = SubmissionChecks.Given(form.Nature),
            Place = SubmissionChecks.Given(form.Place) is { } place ? new Place(place) : null,
            OccurredAt = OccurredOf(form),
            Contact = contact == new Contact() ? null : contact,
            Anonymous = form.Anonymous,
            Confidential = form.Confidential,
            Files = files,
        };
    }

    public static string KeyOf(string token) => $"form/{token}";

    /// <summary>A browser's local time is the office's.</summary>
    private static DateTimeOffset? OccurredOf(PortalForm form) =>
        DateTime.TryParseExact(form.OccurredAt, ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && local.Year > 1900
            ? new DateTimeOffset(local, OfficeTime.Offset) : null;

    private static Contact ContactOf(PortalForm form) => SubmissionChecks.Clean(new Contact(form.Name, form.Phone, form.Email));

    /// <summary>The form's own field of an error.</summary>
    private static string FieldOf(string path) => path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..] is "text" && path != "text" ? "place" : path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
