using Hotline.Ports;

namespace Hotline.Intake;

/// <summary>The review queue: what came and could not be understood.</summary>
public sealed partial class AppealIntake
{
    /// <summary>Keeps what cannot be understood, for a person to look at; the same bytes from the same sender once.</summary>
    /// <param name="source">The channel's entry it came by, where there are several.</param>
    public async ValueTask<ReviewItem> KeepForReviewAsync(string sender, Original original, string reason, CancellationToken cancellation, string? source = null)
    {
        var now = _time.GetUtcNow();
        var id = _ids.Next();
        var blob = _originals.Pack(original.Content.Span, id, now);
        var item = new ReviewItem(id, _channel.Name, now, reason, blob.Ref.Value, original.MediaType, original.Sha256, original.Content.Length);
        var (added, document) = await _reviews.AddOnceAsync(new NewDocument(id, $"{sender}/{item.Sha256}", [new NewFact(item, now)]) { Blobs = [blob] }, cancellation);
        Balance.Tell(EntryOutcome.Review, added, now, source);
        return document.State;
    }

    /// <summary>What waits for a person's look, oldest first.</summary>
    public ValueTask<IReadOnlyList<Document<ReviewItem>>> ReviewsAsync(long after, int limit, CancellationToken cancellation) =>
        _reviews.QueryAsync("all", "all", after, limit, cancellation);

    /// <summary>Review items of one of the office's days, oldest first, after a sequence.</summary>
    public ValueTask<IReadOnlyList<Document<ReviewItem>>> ReviewsOfAsync(DateOnly day, long after, int limit, CancellationToken cancellation) =>
        _reviews.QueryAsync("day", ChannelCounts.DayKey(day), after, limit, cancellation);

    /// <summary>The original of a review item, byte for byte; null when there is no such item.</summary>
    public async ValueTask<byte[]?> ReviewOriginalAsync(Guid id, CancellationToken cancellation) =>
        await _reviews.GetAsync(id, cancellation) is { State: var item } ? await _originals.UnpackAsync(new BlobRef(item.Original), id, cancellation) : null;
}
