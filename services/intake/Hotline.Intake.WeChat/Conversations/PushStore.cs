using Hotline.Intake.Messages;
using System.Text;
using Hotline.Contracts;
using Hotline.Ports;

namespace Hotline.Intake.WeChat.Conversations;

/// <summary>Pushes as they came, sealed, and what was answered: the durable memory by which a push sent again gets the same answer.</summary>
/// <param name="fetchesMedia">Whether media are fetched; else pushes that point to them are like all others.</param>
internal sealed class PushStore(IDocumentStore<PushedMessage> pushes, ISealer sealer, IIdSource ids, TimeProvider time, bool fetchesMedia)
{
    /// <summary>The longest page of the store.</summary>
    private const int PageSize = 200;

    /// <summary>Stores a push, once.</summary>
    /// <param name="body">The message in clear, as the platform wrote it.</param>
    public async ValueTask<Document<PushedMessage>> KeepAsync(WeChatMessage message, ReadOnlyMemory<byte> body, bool json, CancellationToken cancellation)
    {
        var id = ids.Next();
        var now = time.GetUtcNow();
        var fact = new NewFact(new PushStored(message.Type.Length is > 0 and <= 40 ? message.Type : "unknown", json, fetchesMedia && message.MediaId.Length > 0), now) { Sealed = sealer.Seal(body.Span, ContextOf(id)) };
        return (await pushes.AddOnceAsync(new NewDocument(id, message.Key, [fact]), cancellation)).Document;
    }

    /// <summary>Notes what a push became and what was said; of two at once the first counts.</summary>
    /// <returns>The reply that counts; empty for none.</returns>
    public async ValueTask<string> AnswerAsync(Document<PushedMessage> push, PushOutcome outcome, string reply, CancellationToken cancellation)
    {
        while (push.State.Outcome is null)
        {
            var now = time.GetUtcNow();
            var fact = new NewFact(new PushAnswered(outcome, now), now) { Sealed = sealer.Seal(Encoding.UTF8.GetBytes(reply), ContextOf(push.Id)) };
            push = await pushes.AppendAsync(push, [fact], cancellation) ?? await GetAsync(push.Id, cancellation);
        }

        return ReplyTo(push);
    }

    /// <summary>What was said to a push that was answered.</summary>
    public string ReplyTo(Document<PushedMessage> push) =>
        Encoding.UTF8.GetString(sealer.Open(push.Facts.First(fact => fact.Data is PushAnswered).Sealed.Span, ContextOf(push.Id)));

    /// <summary>The message in clear, byte for byte.</summary>
    public byte[] BodyOf(Document<PushedMessage> push) => sealer.Open(push.Facts[0].Sealed.Span, ContextOf(push.Id));

    public async ValueTask<byte[]> BodyOfAsync(Guid id, CancellationToken cancellation) => BodyOf(await GetAsync(id, cancellation));

    public async ValueTask<Document<PushedMessage>> GetAsync(Guid id, CancellationToken cancellation) =>
        await pushes.GetAsync(id, cancellation) ?? throw new InvalidOperationException("A push vanished.");

    /// <summary>Notes what became of a push's media, <see cref="MediaKept"/> or <see cref="MediaGone"/>; of two the first counts.</summary>
    public async ValueTask SettleMediaAsync(Document<PushedMessage> push, object settled, CancellationToken cancellation)
    {
        while (push.State.MediaWaiting && await pushes.AppendAsync(push, [new NewFact(settled, time.GetUtcNow())], cancellation) is null)
        {
            push = await GetAsync(push.Id, cancellation);
        }
    }

    /// <summary>Pushes stored before a moment and never dealt with.</summary>
    public async ValueTask<IReadOnlyList<Document<PushedMessage>>> LeftOverAsync(DateTimeOffset before, CancellationToken cancellation) =>
        [.. (await AllAsync("open", "open", cancellation)).Where(push => push.Facts[0].At < before)];

    /// <summary>Pushes whose media wait to be fetched, oldest first.</summary>
    public ValueTask<IReadOnlyList<Document<PushedMessage>>> MediaWaitingAsync(CancellationToken cancellation) => AllAsync("media", "waiting", cancellation);

    private async ValueTask<IReadOnlyList<Document<PushedMessage>>> AllAsync(string index, string value, CancellationToken cancellation)
    {
        var all = new List<Document<PushedMessage>>();
        long after = 0;
        while (await pushes.QueryAsync(index, value, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            all.AddRange(page);
            after = page[^1].Sequence;
        }

        return all;
    }

    private static byte[] ContextOf(Guid id) => id.ToByteArray(bigEndian: true);
}
