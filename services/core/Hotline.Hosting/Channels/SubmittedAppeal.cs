using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Intake;

namespace Hotline.Hosting;

/// <summary>An appeal as another site's back end sends it. Unknown fields are refused: a misspelt one would be lost in silence.</summary>
/// <param name="Id">The site's own id, 1–100 of letters, digits, dot, dash, underline; sent again it is the same appeal.</param>
/// <param name="Text">2–5,000 characters.</param>
/// <param name="Title">Up to 100 characters; the first words of the text when it is left out.</param>
/// <param name="SubmittedAt">When the citizen sent it to the site, with an offset.</param>
public sealed record SubmittedAppeal(
    string? Id,
    string? Text,
    string? Title = null,
    string? Nature = null,
    string? Category = null,
    Place? Place = null,
    DateTimeOffset? OccurredAt = null,
    DateTimeOffset? SubmittedAt = null,
    SubmittedContact? Contact = null,
    bool Anonymous = false,
    bool Confidential = false);

/// <summary>How the citizen can be reached, as far as the site knows.</summary>
public sealed record SubmittedContact(string? Name = null, string? Phone = null, string? Email = null, string? Address = null);

/// <summary>What is added: a supplement, urging, a withdrawal.</summary>
/// <param name="Id">The site's own id of it.</param>
public sealed record SubmittedNote(string? Id, string? Text = null);

/// <summary>The receipt a site gets.</summary>
/// <param name="Code">The query code, for the citizen.</param>
/// <param name="Repeated">The same id had come before.</param>
public sealed record SubmittedReceipt(string Id, string Number, string Code, DateTimeOffset ReceivedAt, bool Repeated, IReadOnlyList<Attachment> Attachments);

/// <summary>From a site's wire form to the common draft. Pure: no clock, no store.</summary>
public static partial class SubmittedNormalizer
{
    private const int LongestTitle = 100;
    private const int ShortestText = 2;
    private const int LongestNote = 500;
    private const int HeadLength = 30;

    /// <summary>All that is wrong with an appeal, each with the field and what to do; empty when it can be received.</summary>
    public static IReadOnlyList<FieldError> Check(SubmittedAppeal appeal)
    {
        var errors = new List<FieldError>();
        CheckId(errors, "id", appeal.Id);
        SubmissionChecks.Text(errors, "text", appeal.Text, "诉求内容", ShortestText);
        SubmissionChecks.Longest(errors, "title", appeal.Title, LongestTitle, "标题");
        SubmissionChecks.Longest(errors, "category", appeal.Category, 100, "类别");
        SubmissionChecks.Nature(errors, appeal.Nature);
        if (appeal.Place is { } place)
        {
            SubmissionChecks.Place(errors, "place", place);
        }

        if (appeal.Contact is { } contact)
        {
            SubmissionChecks.Contact(errors, ContactOf(contact), appeal.Anonymous);
        }

        return errors;
    }

    /// <summary>What is wrong with a supplement.</summary>
    public static IReadOnlyList<FieldError> CheckSupplement(SubmittedNote note)
    {
        var errors = new List<FieldError>();
        CheckId(errors, "id", note.Id);
        SubmissionChecks.Text(errors, "text", note.Text, "补充内容", 1);
        return errors;
    }

    /// <summary>What is wrong with urging or a withdrawal, whose words may be left out.</summary>
    public static IReadOnlyList<FieldError> CheckNote(SubmittedNote note)
    {
        var errors = new List<FieldError>();
        CheckId(errors, "id", note.Id);
        SubmissionChecks.Longest(errors, "text", note.Text, LongestNote, "说明");
        return errors;
    }

    /// <summary>An id of the sender's own.</summary>
    public static void CheckId(List<FieldError> errors, string field, string? id)
    {
        if (id is null || !OwnId().IsMatch(id))
        {
            errors.Add(new(field, "应为 1 到 100 个字母、数字、点、横线或下划线，重试时保持不变。"));
        }
    }

    /// <param name="appeal">Without errors.</param>
    public static AppealDraft Normalize(SubmittedAppeal appeal, SignedSender sender, IReadOnlyList<ReceivedFile> files)
    {
        var text = TextCleaner.Clean(appeal.Text);
        return new AppealDraft
        {
            Key = KeyOf(sender, appeal.Id!),
            SourceId = appeal.Id!,
            Source = sender.Source,
            Title = SubmissionChecks.Given(appeal.Title) ?? TextCleaner.Head(text, HeadLength),
            Text = text,
            SubmittedAt = appeal.SubmittedAt,
            Nature = appeal.Nature,
            Category = SubmissionChecks.Given(appeal.Category),
            Place = appeal.Place is { } place ? SubmissionChecks.Clean(place) : null,
            OccurredAt = appeal.OccurredAt,
            Contact = appeal.Contact is { } contact ? SubmissionChecks.Clean(ContactOf(contact)) : null,
            Anonymous = appeal.Anonymous,
            Confidential = appeal.Confidential,
            Authenticity = "platform",
            Files = files,
        };
    }

    /// <summary>The key of an appeal: its id in the scope of who sent it.</summary>
    public static string KeyOf(SignedSender sender, string id) => $"{sender.Name}/{id}";

    private static Contact ContactOf(SubmittedContact contact) => new(contact.Name, contact.Phone, contact.Email, contact.Address);

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnId();
}

/// <summary>JSON of what other sites send.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SubmittedAppeal))]
[JsonSerializable(typeof(SubmittedNote))]
[JsonSerializable(typeof(SubmittedReceipt))]
public sealed partial class SubmittedJson : JsonSerializerContext;
