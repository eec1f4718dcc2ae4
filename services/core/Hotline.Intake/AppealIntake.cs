using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;
using Hotline.Intake.Calls;
using Hotline.Intake.Journal;
using Hotline.Intake.Replies;
using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>
/// The way of every channel's submissions: the original is kept, the draft numbered and stored once, both in one commit with the event;
/// then there is a receipt. What is sent again gets the same one.
/// </summary>
public sealed partial class AppealIntake
{
    private readonly Channel _channel;
    private readonly IDocumentStore<ReceivedAppeal> _appeals;
    private readonly IDocumentStore<ReviewItem> _reviews;
    private readonly IBlobStore _blobs;
    private readonly NumberIssuer _numbers;
    private readonly OriginalKeeper _originals;
    private readonly ISealer _contacts;
    private readonly PersonKeys _persons;
    private readonly IIdSource _ids;
    private readonly TimeProvider _time;

    /// <param name="service">The channel's service: <c>intake-app</c>.</param>
    /// <param name="part">What the channel keeps of its own with each appeal.</param>
    /// <param name="journal">Where appeals and review items go while the store is away; null when the store is this replica's own.</param>
    public AppealIntake(
        string service, Channel channel, IDocumentStores stores, IBlobStore blobs, IServiceKeys keys, IIdSource ids, TimeProvider time, ChannelPart? part = null, IntakeJournal? journal = null)
    {
        (_channel, _blobs, _ids, _time) = (channel, blobs, ids, time);
        var type = ReceivedAppeal.TypeFor(service, part);
        (_appeals, _reviews) = (stores.Open(type), stores.Open(ReviewItem.TypeFor(service)));
        _numbers = new NumberIssuer(channel, stores.Open(NumberIssuer.TypeFor(service)), ids, time, journal);
        if (journal is not null)
        {
            _appeals = journal.Open(_appeals, type, new Twins<ReceivedAppeal>(static appeal => appeal.Content, (stored, kept) =>
                stored.Aliases.Any(alias => alias.Id == kept.Appeal.Id) ? null : new NewFact(new NumberAliased(kept.Appeal.Id, kept.Appeal.Number, kept.Appeal.ReceivedAt), time.GetUtcNow())));
            _reviews = journal.Open(_reviews, ReviewItem.TypeFor(service), new Twins<ReviewItem>(static item => item.Sha256, (stored, kept) =>
                stored.Repeats.Contains(kept.Id) ? null : new NewFact(new ReviewRepeated(kept.Id, kept.ReceivedAt), time.GetUtcNow())));
        }

        _originals = new OriginalKeeper(keys.Sealer(service, "originals"), blobs);
        _contacts = keys.Sealer(service, "contacts");
        _persons = new PersonKeys(keys.Derive(service, "persons"));
        Codes = new QueryCodes(keys.Derive(service, "receipts"));
        Balance = new ChannelBalance(service, stores, ids, time);
        Replies = new ReplyDeliveries(this, _appeals, time);
        Calls = new OrderedCalls(this, _appeals, time);
    }

    public Channel Channel => _channel;

    public QueryCodes Codes { get; }

    public ChannelBalance Balance { get; }

    public ReplyDeliveries Replies { get; }

    public OrderedCalls Calls { get; }

    /// <summary>Number and code for an appeal that is still being told, so that the citizen can be given them at once. One that is never used leaves a gap.</summary>
    public async ValueTask<Reservation> ReserveAsync(CancellationToken cancellation)
    {
        var id = _ids.Next();
        return new Reservation(id, await _numbers.NextAsync(_time.GetUtcNow(), cancellation), Codes.For(id));
    }

    /// <summary>Receives a submission that may become an appeal. Durable when it returns.</summary>
    /// <param name="reserved">What the citizen was told before; null to number it now.</param>
    /// <returns>The receipt, and the appeal as it is stored: for a repeat, that of the first time.</returns>
    /// <exception cref="EngineAwayException">Nothing was acknowledged; the sender may try again with the same key.</exception>
    public ValueTask<(Receipt Receipt, Appeal Appeal)> ReceiveAsync(AppealDraft draft, Original original, CancellationToken cancellation, Reservation? reserved = null) =>
        ReceiveAsync(draft, original, null, cancellation, reserved);

    /// <summary>Receives a submission together with a fact of the channel's own, in one commit.</summary>
    /// <param name="sendsReceipt">Queues the receipt to be carried to the citizen, in the same commit.</param>
    public async ValueTask<(Receipt Receipt, Appeal Appeal)> ReceiveAsync(
        AppealDraft draft, Original original, OwnFact? own, CancellationToken cancellation, Reservation? reserved = null, bool sendsReceipt = false)
    {
        var now = _time.GetUtcNow();
        var id = reserved?.Id ?? _ids.Next();
        var number = reserved?.Number ?? await _numbers.NextAsync(now, cancellation);
        var appeal = new Appeal
        {
            Id = id,
            Number = number,
            Channel = _channel.Name,
            Source = draft.Source,
            SourceId = draft.SourceId,
            SubmittedAt = draft.SubmittedAt?.ToUniversalTime(),
            PublishedAt = draft.PublishedAt?.ToUniversalTime(),
            ReceivedAt = now,
            Nature = draft.Nature,
            Category = draft.Category,
            Title = draft.Title,
            Text = draft.Text,
            Place = draft.Place,
            OccurredAt = draft.OccurredAt?.ToUniversalTime(),
            ContactRef = draft.Contact is null or { Name: null, Phone: null, Email: null, Address: null } ? null : id,
            PersonKey = _persons.Of(draft),
            PhoneKey = _persons.OfPhone(draft),
            Reach = draft.WaysToReach(_channel.Name),
            Anonymous = draft.Anonymous,
            Confidential = draft.Confidential,
            Attachments = AttachmentsOf(draft.Files),
            Authenticity = draft.Authenticity,
            Addressee = draft.Addressee,
            Marks = draft.Marks is { Count: > 0 } ? draft.Marks : null,
        };
        var (sealedPart, blobs) = SealWith(appeal, draft, original);
        var fact = new NewFact(appeal, now, Topics.Appeals) { Sealed = sealedPart };
        NewFact[] facts = own is null ? [fact] : [fact, OwnFactOf(id, own, now)];
        if (sendsReceipt)
        {
            facts = [.. facts, new NewFact(new ReplyQueued(ReplyKinds.ReceiptVersion, ReplyKinds.Receipt, now), now)];
        }

        try
        {
            var (added, document) = await _appeals.AddOnceAsync(new NewDocument(id, draft.Key, facts) { Blobs = blobs }, cancellation);
            var stored = document.State.Appeal;
            Balance.Tell(EntryOutcome.Appeal, added, stored.ReceivedAt, stored.Source);
            return (new Receipt(stored.Id, stored.Number, Codes.For(stored.Id), stored.ReceivedAt, Repeated: !added), stored);
        }
        finally
        {
            OriginalKeeper.Release(blobs);
        }
    }

    /// <summary>Adds to an appeal, once per <paramref name="sourceId"/> and content: other words under an id used before are another supplement, for each is acknowledged.</summary>
    public ValueTask<Document<ReceivedAppeal>> SupplementAsync(
        Document<ReceivedAppeal> appeal, string sourceId, string text, IReadOnlyList<ReceivedFile> files, Original original, CancellationToken cancellation) =>
        AddAsync(appeal, EntryOutcome.Supplement, state => state.SupplementId(sourceId, text, files), files, original, (id, now, target) =>
            new AppealSupplemented(id, target.Id, target.Number, target.Channel, now, text, AttachmentsOf(files)), cancellation);

    /// <summary>Notes that the citizen presses for an answer 催单.</summary>
    public ValueTask<Document<ReceivedAppeal>> UrgeAsync(Document<ReceivedAppeal> appeal, string sourceId, string? text, Original original, CancellationToken cancellation) =>
        AddAsync(appeal, EntryOutcome.Urge, state => AddedId.Of(state.Appeal.Id, EntryOutcome.Urge, sourceId), [], original, (id, now, target) => new AppealUrged(id, target.Id, target.Number, target.Channel, now, text), cancellation);

    /// <summary>Takes an appeal back 撤诉; what is withdrawn stays withdrawn.</summary>
    public ValueTask<Document<ReceivedAppeal>> WithdrawAsync(Document<ReceivedAppeal> appeal, string sourceId, string? reason, Original original, CancellationToken cancellation) =>
        AddAsync(appeal, EntryOutcome.Withdrawal, state => AddedId.Of(state.Appeal.Id, EntryOutcome.Withdrawal, sourceId), [], original, (id, now, target) => new AppealWithdrawn(id, target.Id, target.Number, target.Channel, now, reason), cancellation);

    /// <summary>Appeals by an index of the channel's own part, oldest first, after a sequence.</summary>
    public ValueTask<IReadOnlyList<Document<ReceivedAppeal>>> QueryAsync(string index, string value, long after, int limit, CancellationToken cancellation) =>
        _appeals.QueryAsync(index, value, after, limit, cancellation);

    /// <summary>Appends a fact of the channel's own.</summary>
    /// <returns>Null when somebody else appended first: get the appeal again and decide anew.</returns>
    public ValueTask<Document<ReceivedAppeal>?> AppendOwnAsync(Document<ReceivedAppeal> appeal, OwnFact own, CancellationToken cancellation) =>
        _appeals.AppendAsync(appeal, [OwnFactOf(appeal.Id, own, _time.GetUtcNow())], cancellation);

    /// <summary>What was sealed beside a fact of the channel's own.</summary>
    public byte[] OpenOwn(Document<ReceivedAppeal> appeal, Fact own) => _contacts.Open(own.Sealed.Span, OwnContext(appeal.Id));

    /// <summary>Whether a code is one that was given for an appeal, under any of its numbers.</summary>
    public bool IsCodeOf(Document<ReceivedAppeal> appeal, ReadOnlySpan<char> code)
    {
        var isIt = Codes.Check(appeal.Id, code);
        foreach (var alias in appeal.State.Aliases)
        {
            isIt |= Codes.Check(alias.Id, code);
        }

        return isIt;
    }

    /// <summary>Holds so many numbers of a day in advance, for when the store is away.</summary>
    /// <exception cref="EngineAwayException">It is away.</exception>
    public ValueTask StockNumbersAsync(DateOnly day, int numbers, CancellationToken cancellation) => _numbers.StockAsync(day, numbers, cancellation);

    /// <summary>The appeal of an id, or of one that a replica gave the same submission while the store was away.</summary>
    public async ValueTask<Document<ReceivedAppeal>?> GetAsync(Guid id, CancellationToken cancellation) =>
        await _appeals.GetAsync(id, cancellation) ?? (await _appeals.QueryAsync("alias", id.ToString("N"), 0, 1, cancellation) is [var appeal] ? appeal : null);

    /// <summary>The appeal of a number; null when this channel has none.</summary>
    public async ValueTask<Document<ReceivedAppeal>?> FindAsync(string number, CancellationToken cancellation) =>
        AppealNumber.IsValid(number) && await _appeals.QueryAsync("number", number, 0, 1, cancellation) is [var appeal, ..] ? appeal : null;

    /// <summary>The appeal of a submission, by the key of its draft; null when there is none.</summary>
    public ValueTask<Document<ReceivedAppeal>?> FindByKeyAsync(string key, CancellationToken cancellation) => _appeals.FindAsync(key, cancellation);

    /// <summary>Opens a citizen's contact for a person with the right to; that he looked is on record before he sees it.</summary>
    /// <returns>Null when there is no such appeal, or it has no contact.</returns>
    public async ValueTask<Contact?> RevealContactAsync(Guid contactRef, string by, string reason, CancellationToken cancellation)
    {
        while (true)
        {
            if (await _appeals.GetAsync(contactRef, cancellation) is not { State.Appeal.ContactRef: not null } appeal)
            {
                return null;
            }

            var now = _time.GetUtcNow();
            if (await _appeals.AppendAsync(appeal, [new NewFact(new ContactRevealed(by, reason, now), now)], cancellation) is not null)
            {
                return Open(appeal).Contact;
            }
        }
    }

    private async ValueTask<Document<ReceivedAppeal>> AddAsync(
        Document<ReceivedAppeal> appeal,
        EntryOutcome kind,
        Func<ReceivedAppeal, Guid> idOf,
        IReadOnlyList<ReceivedFile> files,
        Original original,
        Func<Guid, DateTimeOffset, Appeal, object> make,
        CancellationToken cancellation)
    {
        var (packed, blobs, fileBlobs) = (Guid.Empty, Array.Empty<NewBlob>() as IReadOnlyList<NewBlob>, Array.Empty<SealedFile>() as IReadOnlyList<SealedFile>);
        while (idOf(appeal.State) is var id && !appeal.State.Added.Contains(id) && !(kind is EntryOutcome.Withdrawal && appeal.State.WithdrawnAt is not null))
        {
            if (packed != id)
            {
                (blobs, fileBlobs) = _originals.Pack(original, files, packed = id, _time.GetUtcNow());
                foreach (var blob in blobs)
                {
                    await _blobs.PutAsync(blob, cancellation);
                }
            }

            var now = _time.GetUtcNow();
            var fact = new NewFact(make(id, now, appeal.State.Appeal), now, Topics.Appeals) { Sealed = Seal(id, PartOf(null, blobs[0], original, fileBlobs), default) };
            if (await _appeals.AppendAsync(appeal, [fact], cancellation) is { } after)
            {
                Balance.Tell(kind, stored: true, now, after.State.Appeal.Source);
                return after;
            }

            appeal = await _appeals.GetAsync(appeal.Id, cancellation) ?? throw new InvalidOperationException("An appeal vanished.");
        }

        Balance.Tell(kind, stored: false, appeal.State.Appeal.ReceivedAt, appeal.State.Appeal.Source);
        return appeal;
    }

    /// <summary>For a sender of replies, whose use of it is recorded before the call; people go by <see cref="RevealContactAsync"/>.</summary>
    internal Contact? ContactOf(Document<ReceivedAppeal> appeal) => Open(appeal).Contact;

    /// <summary>Whether the channel's own name for a sender is that of who submitted the appeal. For the channel itself: nobody is shown anything.</summary>
    public bool IsFrom(Document<ReceivedAppeal> appeal, string sender) => Open(appeal).Contact?.Sender == sender;

    private NewFact OwnFactOf(Guid id, OwnFact own, DateTimeOffset now) =>
        new(own.Data, now) { Sealed = own.Secret.IsEmpty ? default : _contacts.Seal(own.Secret.Span, OwnContext(id)) };

    /// <summary>Another context than the contact's, so that the one cannot be put in the other's place.</summary>
    private static byte[] OwnContext(Guid id) => [.. "own"u8, .. id.ToByteArray(bigEndian: true)];

    private static IReadOnlyList<Attachment> AttachmentsOf(IReadOnlyList<ReceivedFile> files) => files.Count == 0 ? [] : [.. files.Select(file => file.Attachment)];
}
