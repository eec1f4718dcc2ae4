using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Hotline.Contracts;
using Hotline.Intake.Calls;
using Hotline.Intake.Replies;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>An appeal as its channel knows it: what came, what the citizen added, what was told him. Tracking shows this.</summary>
public sealed record ReceivedAppeal(Appeal Appeal)
{
    /// <summary>The work order's state as last told; <c>received</c> until then.</summary>
    public string State { get; init; } = "received";

    public DateTimeOffset? WithdrawnAt { get; init; }

    /// <summary>Other numbers given for the same submission, by replicas that could not ask the store.</summary>
    public ImmutableList<NumberAliased> Aliases { get; init; } = [];

    public ImmutableList<ReplyIssued> Replies { get; init; } = [];

    /// <summary>How far the replies are that are carried to the citizen; those that only tracking shows have none.</summary>
    public ImmutableList<ReplyDelivery> Deliveries { get; init; } = [];

    /// <summary>Calls by machine about it, and how far each is.</summary>
    public ImmutableList<OrderedCall> Calls { get; init; } = [];

    public ImmutableList<AppealSupplemented> Supplements { get; init; } = [];

    public ImmutableList<AppealUrged> Urges { get; init; } = [];

    /// <summary>Ids of what the citizen added, by which repeats are told.</summary>
    public ImmutableHashSet<Guid> Added { get; init; } = [];

    /// <summary>The office's days on which it or anything of it came in, as the index has them.</summary>
    private IEnumerable<string> Days => HasOnlyCome ? [ChannelCounts.DayKey(Appeal.ReceivedAt)] : Arrivals.Select(static arrival => ChannelCounts.DayKey(arrival.At)).Distinct();

    /// <summary>Nothing was added yet, as with every appeal at its receipt.</summary>
    private bool HasOnlyCome => Supplements.IsEmpty && Urges.IsEmpty && WithdrawnAt is null && Aliases.IsEmpty;

    /// <summary>All that came in of it, by kind.</summary>
    internal IEnumerable<(EntryOutcome Kind, DateTimeOffset At)> Arrivals =>
    [
        (EntryOutcome.Appeal, Appeal.ReceivedAt),
        .. Aliases.Select(static alias => (EntryOutcome.Appeal, alias.ReceivedAt)),
        .. Supplements.Select(static supplement => (EntryOutcome.Supplement, supplement.ReceivedAt)),
        .. Urges.Select(static urge => (EntryOutcome.Urge, urge.ReceivedAt)),
        .. WithdrawnAt is { } withdrawn ? [(EntryOutcome.Withdrawal, withdrawn)] : Array.Empty<(EntryOutcome, DateTimeOffset)>(),
    ];

    /// <summary>When the citizen last sent something of it.</summary>
    public DateTimeOffset LastHeardAt => Arrivals.Max(static arrival => arrival.At);

    /// <summary>The channel's own part, as its <see cref="ChannelPart"/> folds it; null where the channel has none.</summary>
    public object? Own { get; init; }

    /// <summary>The id of a supplement: by the sender's own id of it, and by its content too when he used that for something else.</summary>
    internal Guid SupplementId(string sourceId, string text, IReadOnlyList<ReceivedFile> files)
    {
        var id = AddedId.Of(Appeal.Id, EntryOutcome.Supplement, sourceId);
        var hashes = files.Select(static file => file.Attachment.Sha256).ToList();
        return Supplements.Find(known => known.Id == id) is not { } earlier || (earlier.Text == text && earlier.Attachments.Select(static file => file.Sha256).SequenceEqual(hashes)) ? id
            : AddedId.Of(Appeal.Id, EntryOutcome.Supplement, $"{sourceId}/{string.Join('/', hashes)}/{text}");
    }

    /// <summary>A hash of the citizen's own words and files: what <see cref="AppealDraft.IsOf"/> compares.</summary>
    internal string Content => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        [
            Appeal.Text, Appeal.Title, Appeal.Nature, Appeal.Category, $"{Appeal.Place}", $"{Appeal.OccurredAt:O}", $"{Appeal.Anonymous}", $"{Appeal.Confidential}",
            .. Appeal.Attachments.Select(static file => file.Sha256),
        ]))));

    /// <summary>Whether a supplement was added under the sender's own id of it.</summary>
    public bool HasSupplement(string sourceId) => Added.Contains(AddedId.Of(Appeal.Id, EntryOutcome.Supplement, sourceId));

    public static DocumentType<ReceivedAppeal> TypeFor(string service, ChannelPart? part = null) => new(
        service,
        "appeals",
        FactsOf(part),
        (state, fact) => Fold(state, fact, part),
        [
            new DocumentIndex<ReceivedAppeal>("number", static appeal => appeal.Aliases.IsEmpty ? [appeal.Appeal.Number] : [appeal.Appeal.Number, .. appeal.Aliases.Select(static alias => alias.Number)]),
            new DocumentIndex<ReceivedAppeal>("alias", static appeal => appeal.Aliases.IsEmpty ? [] : appeal.Aliases.Select(static alias => alias.Id.ToString("N"))),
            new DocumentIndex<ReceivedAppeal>("day", static appeal => appeal.Days),
            new DocumentIndex<ReceivedAppeal>(ReplyDelivery.Index, static appeal => appeal.Deliveries.IsEmpty ? [] : appeal.Deliveries.SelectMany(static delivery => delivery.IndexValues).Distinct()),
            new DocumentIndex<ReceivedAppeal>(OrderedCall.Index, static appeal => appeal.Calls.IsEmpty ? [] : appeal.Calls.SelectMany(static call => call.IndexValues).Distinct()),
            .. part?.Indexes ?? [],
        ]);

    private static FactTypes FactsOf(ChannelPart? part)
    {
        var types = new FactTypes()
            .Add(EventTypes.AppealReceived, HotlineJson.Default.Appeal)
            .Add(EventTypes.AppealSupplemented, HotlineJson.Default.AppealSupplemented)
            .Add(EventTypes.AppealUrged, HotlineJson.Default.AppealUrged)
            .Add(EventTypes.AppealWithdrawn, HotlineJson.Default.AppealWithdrawn)
            .Add("number-aliased", IntakeJson.Default.NumberAliased)
            .Add("reply-stored", HotlineJson.Default.ReplyIssued)
            .Add("contact-revealed", IntakeJson.Default.ContactRevealed)
            .Add("reply-queued", IntakeJson.Default.ReplyQueued)
            .Add("reply-sending", IntakeJson.Default.ReplySending)
            .Add("reply-postponed", IntakeJson.Default.ReplyPostponed)
            .Add("reply-sent", IntakeJson.Default.ReplySent)
            .Add("reply-ended", IntakeJson.Default.ReplyEnded)
            .Add("reply-taken-up", IntakeJson.Default.ReplyTakenUp)
            .Add("call-ordered", HotlineJson.Default.CallbackCallOrdered)
            .Add("call-placing", IntakeJson.Default.CallPlacing)
            .Add("call-postponed", IntakeJson.Default.CallPostponed)
            .Add("call-placed", IntakeJson.Default.CallPlaced)
            .Add(EventTypes.AppealCalled, HotlineJson.Default.AppealCalled);
        part?.AddFacts(types);
        return types;
    }

    private static ReceivedAppeal Fold(ReceivedAppeal? state, Fact fact, ChannelPart? part) => fact.Data switch
    {
        Appeal appeal => new ReceivedAppeal(appeal),
        AppealSupplemented supplement => state! with { Supplements = state.Supplements.Add(supplement), Added = state.Added.Add(supplement.Id) },
        AppealUrged urge => state! with { Urges = state.Urges.Add(urge), Added = state.Added.Add(urge.Id) },
        AppealWithdrawn withdrawn => state! with { WithdrawnAt = withdrawn.ReceivedAt, Added = state.Added.Add(withdrawn.Id) },
        NumberAliased alias => state! with { Aliases = state.Aliases.Add(alias) },
        ReplyIssued reply => state! with { Replies = state.Replies.Add(reply), State = reply.State },
        ReplyQueued or ReplySending or ReplyPostponed or ReplySent or ReplyEnded or ReplyTakenUp => state! with { Deliveries = ReplyDelivery.Apply(state.Deliveries, fact.Data) },
        CallbackCallOrdered or CallPlacing or CallPostponed or CallPlaced or AppealCalled => state! with { Calls = OrderedCall.Apply(state.Calls, fact.Data) },
        _ => part is null ? state! : state! with { Own = part.Fold(state.Own, fact) },
    };
}

/// <summary>
/// What a channel keeps of its own with each appeal. It lies in the appeal's document, so what is known at receipt is in the same commit,
/// and the channel can find appeals by it.
/// </summary>
/// <param name="AddFacts">Registers the shapes of the channel's facts.</param>
/// <param name="Fold">The part before (null at first) and the next fact that is not intake's → the part after. Pure.</param>
public sealed record ChannelPart(Action<FactTypes> AddFacts, Func<object?, Fact, object?> Fold, IReadOnlyList<DocumentIndex<ReceivedAppeal>> Indexes);

/// <summary>A fact of the channel's own.</summary>
/// <param name="Data">Of a shape its <see cref="ChannelPart"/> registered; readable to whoever reads the store.</param>
/// <param name="Secret">Sealed beside it; see <see cref="AppealIntake.OpenOwn"/>.</param>
public sealed record OwnFact(object Data, ReadOnlyMemory<byte> Secret = default);

/// <summary>Somebody read a citizen's identity, and why: recorded before it is shown.</summary>
public sealed record ContactRevealed(string By, string Reason, DateTimeOffset At);

/// <summary>A second replica had received the same submission and given it a number, while neither could ask the store: the citizen may hold either.</summary>
/// <param name="Id">From which its query code follows.</param>
public sealed record NumberAliased(Guid Id, string Number, DateTimeOffset ReceivedAt);

/// <summary>What is sealed beside an appeal or supplement and never leaves the store.</summary>
/// <param name="Original">Where the original lies; null when it is in <see cref="Around"/>.</param>
/// <param name="Sha256">Of the original, as its size.</param>
/// <param name="Files">The stretches of the original that are attachments, in the order of the appeal's.</param>
public sealed record SealedPart(Contact? Contact, string? Original, string ContentType, string Sha256, int Size, IReadOnlyList<SealedFile> Files)
{
    /// <summary>The original but for the words that stand in the appeal.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Around { get; init; }
}

/// <summary>Where a file lies within its original.</summary>
/// <param name="Kept">Where it lies instead, if it was kept apart.</param>
public sealed record SealedFile(int Offset, int Length, KeptFile? Kept = null);

/// <summary>The same item had been kept for review elsewhere too.</summary>
public sealed record ReviewRepeated(Guid Id, DateTimeOffset ReceivedAt);

/// <summary>Something that came and could not be understood; a person looks at it.</summary>
/// <param name="Reason">Why, in zh-CN, as the sender was told.</param>
public sealed record ReviewItem(Guid Id, string Channel, DateTimeOffset ReceivedAt, string Reason, string Original, string ContentType, string Sha256, int Size)
{
    /// <summary>Ids under which others received the same while none could ask the store.</summary>
    [JsonIgnore]
    public ImmutableList<Guid> Repeats { get; init; } = [];

    public static DocumentType<ReviewItem> TypeFor(string service) => new(
        service,
        "reviews",
        new FactTypes().Add("kept", IntakeJson.Default.ReviewItem).Add("repeated", IntakeJson.Default.ReviewRepeated),
        static (item, fact) => fact.Data is ReviewRepeated repeated ? item! with { Repeats = item.Repeats.Add(repeated.Id) } : (ReviewItem)fact.Data,
        [new("all", static _ => ["all"]), new("day", static item => [ChannelCounts.DayKey(item.ReceivedAt)])]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ContactRevealed))]
[JsonSerializable(typeof(NumberAliased))]
[JsonSerializable(typeof(ReviewRepeated))]
[JsonSerializable(typeof(SealedPart))]
[JsonSerializable(typeof(ReviewItem))]
[JsonSerializable(typeof(ReplyQueued))]
[JsonSerializable(typeof(ReplySending))]
[JsonSerializable(typeof(ReplyPostponed))]
[JsonSerializable(typeof(ReplySent))]
[JsonSerializable(typeof(ReplyEnded))]
[JsonSerializable(typeof(ReplyTakenUp))]
[JsonSerializable(typeof(CallPlacing))]
[JsonSerializable(typeof(CallPostponed))]
[JsonSerializable(typeof(CallPlaced))]
internal sealed partial class IntakeJson : JsonSerializerContext;
