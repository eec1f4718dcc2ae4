using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.MessageBoard.Sync;

/// <summary>A reply as the board shows it.</summary>
/// <param name="Id">The board's own id of it; null where it tells none.</param>
/// <param name="At">When it was given, UTC; null where the board does not tell.</param>
public sealed record BoardAnswer(string Text, string? Organization = null, string? Id = null, DateTimeOffset? At = null);

/// <summary>A citizen's rating of the handling, each 1–5; null where he gave none.</summary>
/// <param name="Grade">In total.</param>
/// <param name="Solved">解决程度.</param>
/// <param name="Manner">办理态度.</param>
/// <param name="Speed">办理速度.</param>
public sealed record BoardRating(double? Grade = null, double? Solved = null, double? Manner = null, double? Speed = null);

/// <summary>Where a message stands on the board; what is null was not told.</summary>
public sealed record BoardSeen(
    long Tid, DateTimeOffset At, int? Fid, string? Forum, string? Type, string? Domain, string? Region, DateTimeOffset? SubmittedAt, DateTimeOffset? PublishedAt);

/// <summary>The words of a message, new or changed.</summary>
/// <param name="IsCut">Only the beginning of the text.</param>
public sealed record BoardEdited(long Tid, DateTimeOffset At, BoardText Text, bool IsCut);

/// <summary>The board's state of a message, new or changed.</summary>
public sealed record BoardStatusChanged(long Tid, DateTimeOffset At, string Status);

/// <summary>A reply stands on the board, new or changed.</summary>
public sealed record BoardAnswered(long Tid, DateTimeOffset At, BoardAnswer Answer);

/// <summary>The citizen rated the handling.</summary>
public sealed record BoardRated(long Tid, DateTimeOffset At, BoardRating Rating);

/// <summary>The message was no longer there: a tombstone, for what was received stays received.</summary>
public sealed record BoardDeleted(long Tid, DateTimeOffset At);

/// <summary>The message was there again.</summary>
public sealed record BoardShown(long Tid, DateTimeOffset At);

/// <summary>The message became an appeal.</summary>
/// <param name="Hash">Of the text the appeal holds.</param>
public sealed record BoardReceived(long Tid, DateTimeOffset At, Guid AppealId, string Number, string Hash);

/// <summary>A later version of the text was added to the appeal.</summary>
public sealed record BoardSupplemented(long Tid, DateTimeOffset At, string Hash);

/// <summary>Something the board said, and when.</summary>
public readonly record struct Told<T>(DateTimeOffset At, T Value)
    where T : notnull;

/// <summary>Which of two things told counts.</summary>
internal static class Told
{
    /// <summary>The later of the two; of two told at once the greater as text, so that their order never matters.</summary>
    public static Told<T>? Later<T>(Told<T>? before, DateTimeOffset at, T? value)
        where T : class => value is null ? before : LaterValue(before, at, value);

    /// <summary>The same for values.</summary>
    public static Told<T>? LaterValue<T>(Told<T>? before, DateTimeOffset at, T value)
        where T : notnull =>
        before is not { } old || at > old.At || (at == old.At && string.CompareOrdinal(TextOf(value), TextOf(old.Value)) > 0) ? new Told<T>(at, value) : before;

    private static string TextOf<T>(T value) => string.Create(CultureInfo.InvariantCulture, $"{value}");
}

/// <summary>
/// A message 留言 of the board as all looks at it together tell. Folded so that the order of its facts does not matter: of each thing
/// told the latest counts.
/// </summary>
public sealed record BoardThread(long Tid)
{
    /// <summary>The word for a message the board holds to be done.</summary>
    public const string Handled = "已办理";

    /// <summary>The forum's number.</summary>
    public Told<int>? Fid { get; init; }

    /// <summary>The forum's name: the leader or place it is written to.</summary>
    public Told<string>? Forum { get; init; }

    /// <summary>The board's word for the type.</summary>
    public Told<string>? Type { get; init; }

    /// <summary>The board's word for the domain.</summary>
    public Told<string>? Domain { get; init; }

    /// <summary>The region the forum lies in, as the board writes it.</summary>
    public Told<string>? Region { get; init; }

    /// <summary>When it was sent, UTC.</summary>
    public Told<DateTimeOffset>? SubmittedAt { get; init; }

    /// <summary>When it was published, UTC.</summary>
    public Told<DateTimeOffset>? PublishedAt { get; init; }

    /// <summary>The text in full; null until it was had.</summary>
    public Told<BoardText>? Text { get; init; }

    /// <summary>The beginning of the text, as the list cut it.</summary>
    public Told<BoardText>? Excerpt { get; init; }

    /// <summary>The board's word for the state; words not known are kept.</summary>
    public Told<string>? Status { get; init; }

    /// <summary>The reply that stands on the board.</summary>
    public Told<BoardAnswer>? Answer { get; init; }

    /// <summary>The citizen's rating.</summary>
    public Told<BoardRating>? Rating { get; init; }

    /// <summary>The rating the office was told last.</summary>
    public AppealRated? ToldRating { get; init; }

    /// <summary>When it was last seen, as far as that is recorded: an unchanged message leaves no fact.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>When it was last missed.</summary>
    public DateTimeOffset? LastMissedAt { get; init; }

    /// <summary>The appeal it became; null before.</summary>
    public BoardReceived? Received { get; init; }

    /// <summary>Hashes of the texts added to the appeal.</summary>
    public ImmutableSortedSet<string> Supplements { get; init; } = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>Hashes of all texts it had in full.</summary>
    public ImmutableSortedSet<string> Versions { get; init; } = ImmutableSortedSet<string>.Empty.WithComparer(StringComparer.Ordinal);

    /// <summary>Whether it is gone from the board.</summary>
    public bool IsDeleted => LastMissedAt is { } missed && (LastSeenAt is not { } seen || missed > seen);

    /// <summary>Whether the text is only known in part, so that it waits for its detail.</summary>
    public bool IsWaiting => Excerpt is { } excerpt && (Text is not { } text || (excerpt.At > text.At && !excerpt.Value.Begins(text.Value)));

    /// <summary>Whether nothing more is awaited of the board: handled and rated, and the text whole. A state of an unknown name is open.</summary>
    public bool IsFinal => Status?.Value == Handled && Rating is not null && Text is not null && !IsWaiting;

    /// <summary>Whether a text is already with the appeal.</summary>
    public bool HasSent(string hash) => Received?.Hash == hash || Supplements.Contains(hash);

    /// <summary>A rating of the appeal's handling that the office has not been told; null when there is none.</summary>
    public AppealRated? RatingToTell(DateTimeOffset now) =>
        this is { Received: { } received, Rating.Value: { } rating }
        && (ToldRating is not { } told || new BoardRating(told.Grade, told.Solved, told.Manner, told.Speed) != rating)
            ? new(received.AppealId, received.Number, Channels.MessageBoard.Name, now, rating.Grade, rating.Solved, rating.Manner, rating.Speed)
            : null;

    /// <summary>The kind of document; owned by the channel.</summary>
    public static DocumentType<BoardThread> DocumentType { get; } = new(
        MessageBoardChannel.Name,
        "threads",
        new FactTypes()
            .Add("seen", BoardThreadJson.Default.BoardSeen)
            .Add("edited", BoardThreadJson.Default.BoardEdited)
            .Add("status-changed", BoardThreadJson.Default.BoardStatusChanged)
            .Add("answered", BoardThreadJson.Default.BoardAnswered)
            .Add("rated", BoardThreadJson.Default.BoardRated)
            .Add("deleted", BoardThreadJson.Default.BoardDeleted)
            .Add("shown", BoardThreadJson.Default.BoardShown)
            .Add("received", BoardThreadJson.Default.BoardReceived)
            .Add("supplemented", BoardThreadJson.Default.BoardSupplemented)
            .Add(EventTypes.AppealRated, HotlineJson.Default.AppealRated),
        static (state, fact) => Apply(state, fact.Data),
        [
            new("all", static _ => ["all"]),
            new("open", static thread => thread.IsFinal ? [] : ["open"]),
            new("waiting", static thread => thread.IsWaiting ? ["waiting"] : []),
            new("deleted", static thread => thread.IsDeleted ? ["deleted"] : []),
        ]);

    /// <summary>The thread after one more fact, whichever comes first. Pure.</summary>
    public static BoardThread Apply(BoardThread? state, object fact) => fact switch
    {
        BoardSeen seen => Of(state, seen.Tid).At(seen.At) with
        {
            Fid = seen.Fid is { } fid ? Told.LaterValue(state?.Fid, seen.At, fid) : state?.Fid,
            Forum = Told.Later(state?.Forum, seen.At, seen.Forum),
            Type = Told.Later(state?.Type, seen.At, seen.Type),
            Domain = Told.Later(state?.Domain, seen.At, seen.Domain),
            Region = Told.Later(state?.Region, seen.At, seen.Region),
            SubmittedAt = seen.SubmittedAt is { } submitted ? Told.LaterValue(state?.SubmittedAt, seen.At, submitted) : state?.SubmittedAt,
            PublishedAt = seen.PublishedAt is { } published ? Told.LaterValue(state?.PublishedAt, seen.At, published) : state?.PublishedAt,
        },
        BoardEdited { IsCut: true } cut => Of(state, cut.Tid).At(cut.At) with { Excerpt = Told.Later(state?.Excerpt, cut.At, cut.Text) },
        BoardEdited whole => Of(state, whole.Tid).At(whole.At) with
        {
            Text = Told.Later(state?.Text, whole.At, whole.Text),
            Versions = Of(state, whole.Tid).Versions.Add(whole.Text.Hash),
        },
        BoardStatusChanged changed => Of(state, changed.Tid).At(changed.At) with { Status = Told.Later(state?.Status, changed.At, changed.Status) },
        BoardAnswered answered => Of(state, answered.Tid).At(answered.At) with { Answer = Told.Later(state?.Answer, answered.At, answered.Answer) },
        BoardRated rated => Of(state, rated.Tid).At(rated.At) with { Rating = Told.Later(state?.Rating, rated.At, rated.Rating) },
        BoardDeleted deleted => Of(state, deleted.Tid) with { LastMissedAt = Max(state?.LastMissedAt, deleted.At) },
        BoardShown shown => Of(state, shown.Tid).At(shown.At),
        BoardReceived received => Of(state, received.Tid) with { Received = state?.Received is { } first && first.At <= received.At ? first : received },
        AppealRated rated => state! with { ToldRating = rated },
        BoardSupplemented added => Of(state, added.Tid) with { Supplements = Of(state, added.Tid).Supplements.Add(added.Hash) },
        _ => state ?? throw new InvalidOperationException($"A thread has no fact {fact.GetType().Name}."),
    };

    private static BoardThread Of(BoardThread? state, long tid) => state ?? new BoardThread(tid);

    private BoardThread At(DateTimeOffset seenAt) => this with { LastSeenAt = Max(LastSeenAt, seenAt) };

    private static DateTimeOffset Max(DateTimeOffset? before, DateTimeOffset at) => before > at ? before.Value : at;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BoardSeen))]
[JsonSerializable(typeof(BoardEdited))]
[JsonSerializable(typeof(BoardStatusChanged))]
[JsonSerializable(typeof(BoardAnswered))]
[JsonSerializable(typeof(BoardRated))]
[JsonSerializable(typeof(BoardDeleted))]
[JsonSerializable(typeof(BoardShown))]
[JsonSerializable(typeof(BoardReceived))]
[JsonSerializable(typeof(BoardSupplemented))]
[JsonSerializable(typeof(BoardMark))]
internal sealed partial class BoardThreadJson : JsonSerializerContext;
