using System.Security.Cryptography;
using System.Text;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.Replies;

/// <summary>A channel's replies and how far each is: facts of the appeal's own document, so a reply and its delivery are in one commit.</summary>
public sealed class ReplyDeliveries
{
    private readonly AppealIntake _intake;
    private readonly IDocumentStore<ReceivedAppeal> _appeals;
    private readonly TimeProvider _time;

    internal ReplyDeliveries(AppealIntake intake, IDocumentStore<ReceivedAppeal> appeals, TimeProvider time) => (_intake, _appeals, _time) = (intake, appeals, time);

    /// <summary>Stores what is to be told to the citizen, once per version, and queues it where it is to be carried to him.</summary>
    /// <param name="carries">Whether it is, for the appeal it belongs to; null where nothing is carried.</param>
    /// <returns>Null when it was stored before.</returns>
    public async ValueTask<Document<ReceivedAppeal>?> StoreAsync(ReplyIssued reply, Func<Appeal, bool>? carries, CancellationToken cancellation)
    {
        while (true)
        {
            var appeal = await _appeals.GetAsync(reply.AppealId, cancellation)
                ?? throw new InvalidOperationException("A reply came for an appeal this channel does not have.");
            if (appeal.State.Replies.Any(stored => stored.Version == reply.Version))
            {
                return null;
            }

            var now = _time.GetUtcNow();
            var stored = new NewFact(reply, now);
            NewFact[] facts = carries?.Invoke(appeal.State.Appeal) == true ? [stored, new NewFact(new ReplyQueued(reply.Version, reply.Kind, now), now)] : [stored];
            if (await _appeals.AppendAsync(appeal, facts, cancellation) is { } after)
            {
                return after;
            }
        }
    }

    /// <summary>Appeals with deliveries of an index value, a state's name or <see cref="ReplyDelivery.Open"/>, oldest first, after a sequence.</summary>
    public ValueTask<IReadOnlyList<Document<ReceivedAppeal>>> PageAsync(string value, long after, int limit, CancellationToken cancellation) =>
        _appeals.QueryAsync(ReplyDelivery.Index, value, after, limit, cancellation);

    /// <summary>The appeal and the reply the platform took under an id of its own; null when there is none, or not yet.</summary>
    public async ValueTask<(Guid Appeal, int Version)?> FindSentAsync(string platformId, CancellationToken cancellation) =>
        await _appeals.QueryAsync(ReplyDelivery.Index, ReplyDelivery.PlatformValue(platformId), 0, 1, cancellation) is [var appeal, ..]
            ? (appeal.Id, appeal.State.Deliveries.First(delivery => delivery.PlatformId == platformId).Version)
            : null;

    /// <summary>Records a fact of a delivery, if it still makes sense.</summary>
    /// <param name="decide">The fact to record, from how it stands and the time; null for none.</param>
    /// <returns>The delivery after, and whether the fact was recorded; null when there is no such delivery.</returns>
    public async ValueTask<(ReplyDelivery Delivery, bool Recorded)?> RecordAsync(
        Guid appealId, int version, Func<ReplyDelivery, DateTimeOffset, object?> decide, CancellationToken cancellation)
    {
        while (true)
        {
            var appeal = await _appeals.GetAsync(appealId, cancellation);
            if (appeal?.State.Deliveries.Find(delivery => delivery.Version == version) is not { } delivery)
            {
                return null;
            }

            var now = _time.GetUtcNow();
            if (decide(delivery, now) is not { } fact || !delivery.Allows(fact))
            {
                return (delivery, false);
            }

            if (await _appeals.AppendAsync(appeal, [new NewFact(fact, now)], cancellation) is { } after)
            {
                return (after.State.Deliveries.Find(known => known.Version == version)!, true);
            }
        }
    }

    /// <summary>What a sender gets to send.</summary>
    public OutgoingReply Outgoing(Document<ReceivedAppeal> appeal, ReplyDelivery delivery) => new(
        appeal,
        delivery,
        appeal.State.Replies.Find(reply => reply.Version == delivery.Version),
        _intake.ContactOf(appeal),
        IdOf(appeal.Id, delivery),
        _intake.Codes.For(appeal.Id));

    /// <summary>A hash, for an appeal's id never leaves the system.</summary>
    private static string IdOf(Guid appeal, ReplyDelivery delivery) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{appeal:N}/{delivery.Version}/{delivery.Round}")))[..32];
}
