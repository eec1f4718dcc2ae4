using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hotline.Contracts;
using Hotline.Intake.MessageBoard.Sync;

namespace Hotline.Intake.MessageBoard;

/// <summary>From the board's forms to a sighting, and from a thread to the common draft. Pure: no clock, no store.</summary>
public static partial class BoardNormalizer
{
    private const int HeadLength = 30;
    private const int ShortestCut = 90; // the board cuts at about 100 characters; a shorter text that ends in dots was written so
    private const int MostLabel = 100;

    /// <summary>The natures of the board's types. 投诉/求助 in one is left to the office, as are 两会 and the like.</summary>
    private static readonly Dictionary<string, string> NatureOf = new()
    {
        ["咨询"] = Natures.Consultation,
        ["投诉"] = Natures.Complaint,
        ["求助"] = Natures.Help,
        ["举报"] = Natures.Report,
        ["建言"] = Natures.Suggestion,
        ["建议"] = Natures.Suggestion,
        ["感谢"] = Natures.Praise,
    };

    private static readonly Dictionary<int, string> TypeOf = new() { [1] = "咨询", [2] = "投诉/求助", [5] = "建言" };

    /// <summary>A row of the list, or the message of a detail.</summary>
    /// <param name="isDetail">Whether it is shown whole, so that dots at its end are the citizen's own.</param>
    /// <returns>Null when it does not say which message it is.</returns>
    public static BoardSighting? Look(BoardItem item, DateTimeOffset at, bool isDetail, ReadOnlyMemory<byte> raw) => item.Tid is not { } tid ? null : new()
    {
        Tid = tid,
        At = at,
        Fid = item.Fid,
        Forum = Label(item.ForumName),
        Type = Label(item.TypeName) ?? (item.TypeId is { } type ? TypeOf.GetValueOrDefault(type) : null),
        Domain = Label(item.DomainName),
        Region = Label(item.From),
        SubmittedAt = Instant(item.Dateline),
        PublishedAt = Instant(item.ThreadsCheckTime) ?? Instant(item.Dateline),
        Text = TextOf(item.Subject, item.Content),
        IsCut = !isDetail && IsCut(item.Content),
        Status = Label(item.StateInfo),
        Answer = AnswerOf(item.AnswerContent, item.AnswerOrganization, item.AnswerId, item.AnswerDateline),
        Rating = RatingOf(item.Grade, item.GradeLevel, item.GradeManner, item.GradeSpeed),
        Contact = new Contact(Label(item.RealName) ?? Label(item.NickName), Label(item.Phone), Sender: IdOf(item.UserId) ?? tid.ToString(CultureInfo.InvariantCulture)),
        Raw = raw,
    };

    /// <summary>A row of a snapshot file. Its publication is known to the day only: the clock starts with that day, +08:00.</summary>
    /// <returns>Null when it does not say which message it is.</returns>
    public static BoardSighting? Look(BoardSnapshotItem item, DateTimeOffset at, int? fid, ReadOnlyMemory<byte> raw) => item.Tid is not { } tid ? null : new()
    {
        Tid = tid,
        At = at,
        Fid = item.Fid ?? fid,
        Forum = Label(item.Forum),
        Type = Label(item.Type),
        Domain = Label(item.Domain),
        Region = Label(item.District),
        PublishedAt = item.Date is { } day ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), OfficeTime.Offset).ToUniversalTime() : null,
        Text = TextOf(item.Title, item.Content),
        IsCut = IsCut(item.Content),
        Status = Label(item.Status),
        Answer = AnswerOf(item.ReplyContent, item.ReplyOrg, null, null),
        Rating = RatingOf(null, null, item.GManner ?? item.Gm, item.GSpeed ?? item.Gs),
        Contact = new Contact(Label(item.Nick), Sender: tid.ToString(CultureInfo.InvariantCulture)),
        Raw = raw,
    };

    /// <summary>What a reply among the entries of a detail adds to the message.</summary>
    public static BoardAnswer? AnswerOf(BoardDetailEntry entry) => AnswerOf(entry.Content, entry.Organization, entry.AnswerId, entry.Dateline);

    /// <summary>The draft of a thread whose text is whole.</summary>
    /// <param name="contact">Who wrote it, as the sighting at hand tells.</param>
    /// <param name="forum">What the office says of the forum; null when nothing.</param>
    /// <exception cref="InvalidOperationException">The text is not known whole.</exception>
    public static AppealDraft Normalize(BoardThread thread, Contact? contact, BoardForum? forum)
    {
        var text = thread.Text?.Value ?? throw new InvalidOperationException("A message becomes an appeal only when its text is known whole.");
        var tid = thread.Tid.ToString(CultureInfo.InvariantCulture);
        var place = new Place(thread.Region?.Value, Division: forum?.Division);
        return new AppealDraft
        {
            Key = tid,
            SourceId = tid,
            Title = text.Subject,
            Text = text.Content,
            SubmittedAt = thread.SubmittedAt?.Value,
            PublishedAt = thread.PublishedAt?.Value,
            Nature = thread.Type is { Value: var type } ? NatureOf.GetValueOrDefault(type) : null,
            Category = thread.Domain is { Value: var domain } ? $"{Channels.MessageBoard.Name}/{domain}" : null,
            Place = place == new Place() ? null : place,
            Contact = contact,
            Addressee = Label(forum?.Addressee) ?? thread.Forum?.Value,
        };
    }

    /// <summary>Whether the list cut a text.</summary>
    public static bool IsCut(string? content) =>
        content is { Length: >= ShortestCut } && (content.EndsWith("...", StringComparison.Ordinal) || content.EndsWith('…'));

    private static BoardText? TextOf(string? subject, string? content)
    {
        var (title, text) = (TextCleaner.Clean(Plain(subject)).ReplaceLineEndings(" "), TextCleaner.Clean(Plain(content)));
        return (title.Length, text.Length) switch
        {
            (0, 0) => null,
            (0, _) => BoardText.Of(TextCleaner.Head(text, HeadLength), text),
            (_, 0) => BoardText.Of(title, title),
            _ => BoardText.Of(title, text),
        };
    }

    /// <summary>The board encodes entities, some of them twice, and breaks lines by tags. Any other tag is what a citizen wrote.</summary>
    private static string? Plain(string? text) =>
        text is null || text.AsSpan().IndexOfAny('<', '&') < 0 ? text : WebUtility.HtmlDecode(WebUtility.HtmlDecode(Break().Replace(text, "\n")));

    private static string? Label(string? text)
    {
        var clean = TextCleaner.Clean(text);
        return clean.Length == 0 ? null : TextCleaner.Head(clean, MostLabel);
    }

    private static string? IdOf(JsonElement? id) => id is { ValueKind: JsonValueKind.Number or JsonValueKind.String } told ? Label(told.ToString()) : null;

    private static DateTimeOffset? Instant(long? seconds) => seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds.Value) : null;

    private static BoardAnswer? AnswerOf(string? content, string? organization, JsonElement? id, long? at) =>
        TextCleaner.Clean(Plain(content)) is { Length: > 0 } text ? new(text, Label(organization), IdOf(id), Instant(at)) : null;

    private static BoardRating? RatingOf(double? grade, double? solved, double? manner, double? speed)
    {
        var rating = new BoardRating(Given(grade), Given(solved), Given(manner), Given(speed));
        return rating == new BoardRating() ? null : rating;

        static double? Given(double? points) => points is > 0 and <= 5 ? points : null;
    }

    [GeneratedRegex(@"<(br|/p|p)\s*/?>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Break();
}
