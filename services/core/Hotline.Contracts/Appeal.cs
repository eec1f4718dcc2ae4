namespace Hotline.Contracts;

/// <summary>
/// An appeal 诉求 as every service sees it: what a citizen raised, from whichever channel, numbered once and never changed after.
/// Names, phones, addresses and platform ids are not here: they stay encrypted with the service that received them, behind <see cref="ContactRef"/>.
/// </summary>
public sealed record Appeal
{
    public required Guid Id { get; init; }

    /// <summary>What the citizen was given; see <see cref="AppealNumber"/>.</summary>
    public required string Number { get; init; }

    /// <summary>A name of <see cref="Channels"/>; readers accept any.</summary>
    public required string Channel { get; init; }

    /// <summary>The entry of the channel it came by, as the office names it: a mailbox, a site, a partner; null where a channel has one.</summary>
    public string? Source { get; init; }

    /// <summary>The sender's own id of this submission within its channel.</summary>
    public required string SourceId { get; init; }

    /// <summary>The sender's clock, when it told one.</summary>
    public DateTimeOffset? SubmittedAt { get; init; }

    /// <summary>When the platform showed it to the public, by the platform's clock; null where a channel publishes nothing. Some limits run from here.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Our clock, when it was on its way to stable storage.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>One of <see cref="Natures"/> as the citizen chose it; null when he did not say.</summary>
    public string? Nature { get; init; }

    /// <summary>A category the citizen chose, as a path of codes; the office decides.</summary>
    public string? Category { get; init; }

    public required string Title { get; init; }

    /// <summary>In Unicode NFC, without control characters.</summary>
    public required string Text { get; init; }

    public Place? Place { get; init; }

    /// <summary>When what is complained of happened.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The handle by which a person with the right to may have the contact revealed; null when the citizen left none.</summary>
    public Guid? ContactRef { get; init; }

    /// <summary>
    /// The same for all appeals of one sender whom the channel itself proves (a device, an account of a platform), so that he is asked once about several; null
    /// where nothing proves him, and of anonymous appeals. Under the channel's own key: it tells nobody who he is, nor that he wrote by another channel too.
    /// </summary>
    public string? PersonKey { get; init; }

    /// <summary>
    /// The same for all appeals of one channel with one phone number, so that one call is about all of them; null where no number was left. Under the channel's
    /// own key: it tells nobody the number, nor that it was left in another channel too.
    /// </summary>
    public string? PhoneKey { get; init; }

    /// <summary>How the citizen can be reached, best first: <c>app</c>, <c>phone</c>, <c>email</c>.</summary>
    public IReadOnlyList<string> Reach { get; init; } = [];

    public bool Anonymous { get; init; }

    /// <summary>要求保密: the unit must not learn who wrote.</summary>
    public bool Confidential { get; init; }

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    /// <summary>How sure the channel is of the sender: <c>device</c>, <c>platform</c> (an account of the platform it came by), <c>claimed</c>, <c>verified</c>.</summary>
    public string Authenticity { get; init; } = "claimed";

    /// <summary>The leader or mailbox the citizen wrote to, where the channel has one.</summary>
    public string? Addressee { get; init; }

    /// <summary>What the channel noticed and the office should know before it decides, in zh-CN: places that disagree, an old photo. Null when nothing was.</summary>
    public IReadOnlyList<string>? Marks { get; init; }

    /// <summary>The version of this shape; fields are only added within v1.</summary>
    public int SchemaVersion { get; init; } = 1;
}

/// <summary>The natures 诉求性质 of an appeal. To readers any string is one.</summary>
public static class Natures
{
    public const string Consultation = "consultation";
    public const string Help = "help";
    public const string Complaint = "complaint";
    public const string Report = "report";
    public const string Suggestion = "suggestion";
    public const string Praise = "praise";

    /// <summary>Code → what people read.</summary>
    public static readonly IReadOnlyDictionary<string, string> Titles = new Dictionary<string, string>
    {
        [Consultation] = "咨询",
        [Help] = "求助",
        [Complaint] = "投诉",
        [Report] = "举报",
        [Suggestion] = "建议",
        [Praise] = "表扬",
    };
}

/// <summary>Where it happened, as far as the citizen told it.</summary>
/// <param name="Text">As written.</param>
/// <param name="Latitude">Degrees north, −90 to 90, in <paramref name="Datum"/>.</param>
/// <param name="Longitude">Degrees east, −180 to 180, in <paramref name="Datum"/>.</param>
/// <param name="Datum">wgs84, gcj02 or bd09: the three differ by up to 700 m.</param>
/// <param name="Division">Administrative division code (GB/T 2260), 6 digits or more.</param>
/// <param name="Grid">The number of the grid 网格, where the sender knew it.</param>
public sealed record Place(string? Text = null, double? Latitude = null, double? Longitude = null, string? Datum = null, string? Division = null, string? Grid = null);

/// <summary>A file sent with an appeal, or the reason it was refused.</summary>
/// <param name="Name">As the sender called it, cleaned for display.</param>
/// <param name="MediaType">By its first bytes, never by what the sender said.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its bytes, lower-case hex.</param>
/// <param name="Refused">Why it was not kept for use, in zh-CN; the original request holds it all the same.</param>
public sealed record Attachment(string Name, string MediaType, long Size, string Sha256, string? Refused = null);

/// <summary>What the citizen adds to an appeal 补充.</summary>
public sealed record AppealSupplemented(Guid Id, Guid AppealId, string Number, string Channel, DateTimeOffset ReceivedAt, string Text, IReadOnlyList<Attachment> Attachments);

/// <summary>The citizen presses for an answer 催单.</summary>
public sealed record AppealUrged(Guid Id, Guid AppealId, string Number, string Channel, DateTimeOffset ReceivedAt, string? Text = null);

/// <summary>The citizen takes his appeal back 撤诉.</summary>
public sealed record AppealWithdrawn(Guid Id, Guid AppealId, string Number, string Channel, DateTimeOffset ReceivedAt, string? Reason = null);

/// <summary>The citizen rated the handling on the platform he wrote on, which asks by itself: he is not asked again. Each 1 (bad) to 5; null where he gave none.</summary>
/// <param name="Grade">As a whole.</param>
/// <param name="Solved">How far it was solved.</param>
public sealed record AppealRated(Guid AppealId, string Number, string Channel, DateTimeOffset At, double? Grade = null, double? Solved = null, double? Manner = null, double? Speed = null);
